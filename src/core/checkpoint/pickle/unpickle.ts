import { InputError } from '../../base/error';
import { ByteCursor } from './cursor';
import { OPCODES } from './opcodes';
import { Machine } from './machine';
import { type Known, PickleFault, type PickleValue } from './value';

export interface PickleOptions {
  /** The file, and the place in it, for messages. */
  readonly file: string;
  readonly part: string;
  readonly known: Known;
  /** What a persistent id stands for. Without it, ids are errors. */
  readonly persistent?: (id: PickleValue) => PickleValue;
  /** Where to start; 0 unless told. */
  readonly start?: number;
  /** Bytes the file has, if `bytes` is only its beginning. */
  readonly available?: number;
}

export interface Unpickled {
  readonly value: PickleValue;
  /** Where the byte after STOP is. What follows is not looked at. */
  readonly end: number;
  /** Names that were left inert. */
  readonly stubs: ReadonlySet<string>;
}

/**
 * Interprets a pickle (protocols 0 to 5) to plain values, without executing, importing or looking up anything.
 * Time and memory are linear in its length, and bounded.
 * @throws InputError naming the opcode and its place; MoreBytesNeeded
 */
export function unpickle(bytes: Uint8Array, options: PickleOptions): Unpickled {
  const start = options.start ?? 0;
  const cursor = new ByteCursor(bytes, start, options.available ?? bytes.length);
  const machine = new Machine(cursor, options.known, options.persistent);
  let name = 'first opcode';
  let place = start;
  try {
    while (machine.running) {
      name = 'next opcode';
      place = cursor.position;
      const byte = cursor.u8();
      const opcode = OPCODES[byte];
      if (opcode === undefined) throw new PickleFault(`0x${byte.toString(16)} is not an opcode`);
      name = opcode[0];
      machine.spend(1);
      opcode[1](machine);
    }
    return { value: machine.pop(), end: cursor.position, stubs: machine.stubs };
  } catch (error) {
    if (!(error instanceof PickleFault)) throw error;
    throw new InputError(
      options.file,
      `broken pickle (${options.part}): ${name} at byte ${place}: ${error.message}`,
    );
  }
}
