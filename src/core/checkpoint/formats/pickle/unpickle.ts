import { InputError } from '../../../base/error';
import {
  ByteCursor,
  byteText,
  decodeText,
  floatFromText,
  integerFromBytes,
  integerFromText,
  quotedText,
  rawUnicode,
} from './cursor';
import { Machine } from './machine';
import { type Known, PickleFault, type PickleValue } from './value';

interface PickleOptions {
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
  /** Names of classes and functions that were left inert. */
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

type Opcode = readonly [name: string, run: (machine: Machine) => unknown];
type PushingOpcode = readonly [name: string, make: (machine: Machine) => PickleValue];

/** INT also writes booleans. */
function shortInteger(line: string): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  return integerFromText(line);
}

/** Out-of-band buffers are not part of the file. */
function noBuffer(): never {
  throw new PickleFault('its data are in a buffer outside of the file');
}

/** Opcodes that push one value, by their byte: protocols 0 to 5. Names are those of Python's pickletools. */
const PUSHING: Readonly<Record<string, PushingOpcode>> = {
  '2': ['DUP', (m) => m.top()],
  g: ['GET', (m) => m.recall(integerFromText(m.cursor.line()))],
  h: ['BINGET', (m) => m.recall(m.cursor.u8())],
  j: ['LONG_BINGET', (m) => m.recall(m.cursor.u32())],
  // Plain values
  N: ['NONE', () => null],
  '\x88': ['NEWTRUE', () => true],
  '\x89': ['NEWFALSE', () => false],
  I: ['INT', (m) => shortInteger(m.cursor.line())],
  L: ['LONG', (m) => integerFromText(m.cursor.line())],
  F: ['FLOAT', (m) => floatFromText(m.cursor.line())],
  J: ['BININT', (m) => m.cursor.i32()],
  K: ['BININT1', (m) => m.cursor.u8()],
  M: ['BININT2', (m) => m.cursor.u16()],
  G: ['BINFLOAT', (m) => m.cursor.f64()],
  '\x8a': ['LONG1', (m) => integerFromBytes(m.cursor.take(m.cursor.u8()))],
  '\x8b': ['LONG4', (m) => integerFromBytes(m.cursor.take(m.cursor.u32()))],
  S: ['STRING', (m) => quotedText(m.cursor.line())],
  T: ['BINSTRING', (m) => byteText(m.cursor.take(m.cursor.u32()))],
  U: ['SHORT_BINSTRING', (m) => decodeText(m.cursor.take(m.cursor.u8()))],
  V: ['UNICODE', (m) => rawUnicode(m.cursor.line())],
  X: ['BINUNICODE', (m) => decodeText(m.cursor.take(m.cursor.u32()))],
  '\x8c': ['SHORT_BINUNICODE', (m) => decodeText(m.cursor.take(m.cursor.u8()))],
  '\x8d': ['BINUNICODE8', (m) => decodeText(m.cursor.take(m.cursor.u64()))],
  B: ['BINBYTES', (m) => m.cursor.take(m.cursor.u32())],
  C: ['SHORT_BINBYTES', (m) => m.cursor.take(m.cursor.u8())],
  '\x8e': ['BINBYTES8', (m) => m.cursor.take(m.cursor.u64())],
  '\x96': ['BYTEARRAY8', (m) => m.cursor.take(m.cursor.u64())],
  '\x97': ['NEXT_BUFFER', noBuffer],
  '\x98': ['READONLY_BUFFER', noBuffer],
  // Collections
  ')': ['EMPTY_TUPLE', () => []],
  ']': ['EMPTY_LIST', () => []],
  '}': ['EMPTY_DICT', () => new Map()],
  '\x8f': ['EMPTY_SET', () => new Set()],
  t: ['TUPLE', (m) => m.popMark()],
  l: ['LIST', (m) => m.popMark()],
  '\x85': ['TUPLE1', (m) => m.popMany(1)],
  '\x86': ['TUPLE2', (m) => m.popMany(2)],
  '\x87': ['TUPLE3', (m) => m.popMany(3)],
  d: ['DICT', (m) => m.dictionary()],
  '\x91': ['FROZENSET', (m) => new Set(m.popMark())],
  // Objects: named, never looked up
  c: ['GLOBAL', (m) => m.global(m.cursor.line(), m.cursor.line())],
  '\x93': ['STACK_GLOBAL', (m) => m.stackGlobal()],
  '\x82': ['EXT1', (m) => m.extension(m.cursor.u8())],
  '\x83': ['EXT2', (m) => m.extension(m.cursor.u16())],
  '\x84': ['EXT4', (m) => m.extension(m.cursor.i32())],
  R: ['REDUCE', (m) => m.reduce()],
  '\x81': ['NEWOBJ', (m) => m.reduce()],
  '\x92': ['NEWOBJ_EX', (m) => m.newObjectEx()],
  i: ['INST', (m) => m.instance(m.cursor.line(), m.cursor.line())],
  o: ['OBJ', (m) => m.object()],
  P: ['PERSID', (m) => m.persistent(m.cursor.line())],
  Q: ['BINPERSID', (m) => m.persistent(m.pop())],
};

/** Opcodes that do anything else. */
const OTHERS: Readonly<Record<string, Opcode>> = {
  '\x80': ['PROTO', (m) => m.protocol(m.cursor.u8())],
  '\x95': ['FRAME', (m) => m.frame(m.cursor.u64())],
  '.': ['STOP', (m) => m.stop()],
  '(': ['MARK', (m) => m.mark()],
  '0': ['POP', (m) => m.discard()],
  '1': ['POP_MARK', (m) => m.popMark()],
  p: ['PUT', (m) => m.remember(integerFromText(m.cursor.line()))],
  q: ['BINPUT', (m) => m.remember(m.cursor.u8())],
  r: ['LONG_BINPUT', (m) => m.remember(m.cursor.u32())],
  '\x94': ['MEMOIZE', (m) => m.memoize()],
  a: ['APPEND', (m) => m.extend(m.popMany(1))],
  e: ['APPENDS', (m) => m.extend(m.popMark())],
  '\x90': ['ADDITEMS', (m) => m.extend(m.popMark())],
  s: ['SETITEM', (m) => m.setItems(m.popMany(2))],
  u: ['SETITEMS', (m) => m.setItems(m.popMark())],
  b: ['BUILD', (m) => m.build()],
};

const ALL = new Map([
  ...Object.entries(OTHERS),
  ...Object.entries(PUSHING).map(([byte, [name, make]]): [string, Opcode] => [
    byte,
    [name, (machine) => machine.push(make(machine))],
  ]),
]);

/** Indexed by the opcode's byte. */
const OPCODES: readonly (Opcode | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  ALL.get(String.fromCharCode(byte)),
);
