/** Puts pickles together opcode by opcode, so that tests can write what Python never would. */
const encoder = new TextEncoder();

export type Part = number | string | Uint8Array;

/** Bytes, characters (one byte each) and pieces, one after the other. */
export function bytes(...parts: readonly Part[]): Uint8Array {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') return Uint8Array.of(part);
    return typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
  });
  // Not a Buffer, whose slices share memory.
  return Uint8Array.from(Buffer.concat(pieces));
}

export function u32(value: number): Uint8Array {
  const result = Buffer.alloc(4);
  result.writeUInt32LE(value);
  return result;
}

export function u64(value: number | bigint): Uint8Array {
  const result = Buffer.alloc(8);
  result.writeBigUInt64LE(BigInt(value));
  return result;
}

/** BINUNICODE. */
export function str(value: string): Uint8Array {
  const utf8 = encoder.encode(value);
  return bytes('X', u32(utf8.length), utf8);
}

/** BININT, or LONG1 of 8 bytes where it does not fit. */
export function int(value: number | bigint): Uint8Array {
  if (BigInt.asIntN(32, BigInt(value)) === BigInt(value)) return bytes('J', u32(Number(value) >>> 0));
  return bytes('\x8a', 8, u64(BigInt.asUintN(64, BigInt(value))));
}

export function global(module: string, name: string): Uint8Array {
  return bytes('c', `${module}\n${name}\n`);
}

export function tuple(...items: readonly Part[]): Uint8Array {
  return bytes('(', ...items, 't');
}

/** REDUCE: what is called, and with what. */
export function call(callee: Part, ...args: readonly Part[]): Uint8Array {
  return bytes(callee, tuple(...args), 'R');
}

export type Pair = readonly [key: Part, value: Part];

export function dict(...pairs: readonly Pair[]): Uint8Array {
  return bytes('}(', ...pairs.flat(), 'u');
}

/** A whole pickle of protocol 2. */
export function pickle(...parts: readonly Part[]): Uint8Array {
  return bytes('\x80\x02', ...parts, '.');
}

export interface TensorPlan {
  readonly key?: string;
  readonly storage?: string;
  readonly numel?: number | bigint;
  readonly offset?: number | bigint;
  readonly shape?: readonly (number | bigint)[];
  readonly stride?: readonly (number | bigint)[];
}

/** What torch.save writes for a tensor; by default two floats of storage "0". */
export function tensor(plan: TensorPlan = {}): Uint8Array {
  const { key = '0', storage = 'FloatStorage', numel = 2, offset = 0, shape = [2], stride = [1] } = plan;
  const id = tuple(str('storage'), global('torch', storage), str(key), str('cpu'), int(numel));
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    bytes(id, 'Q'),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...stride.map(int)),
    '\x89',
    call(global('collections', 'OrderedDict')),
  );
}
