import { InputError } from '../base/error';
import type { Shape } from './shape';

/** Element types as stored. Sub-byte and complex types are listed by their own name and cannot be read. */
export type DType =
  | 'f64'
  | 'f32'
  | 'f16'
  | 'bf16'
  | 'f8_e4m3'
  | 'f8_e5m2'
  | 'i64'
  | 'i32'
  | 'i16'
  | 'i8'
  | 'u64'
  | 'u32'
  | 'u16'
  | 'u8'
  | 'bool'
  | (string & {});

/** A tensor's values, row-major. f64 and integers of 32 bits and more widen to float64, everything else to float32. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array;
}

/**
 * How values of a type are stored: bytes per value, and how they are widened. `decode` takes aligned, little-endian
 * bytes.
 */
interface Storage {
  readonly size: number;
  readonly decode: (bytes: Uint8Array) => Tensor['data'];
}

type View<T> = new (buffer: ArrayBufferLike, offset: number, length: number) => T;

/** Reads bytes as a typed array, without a copy. Typed arrays are little-endian on every machine that runs VS Code. */
function view<T>(type: View<T>, size: number): (bytes: Uint8Array) => T {
  return (bytes) => new type(bytes.buffer, bytes.byteOffset, bytes.length / size);
}

const asUint16 = view(Uint16Array, 2);
const asInt16 = view(Int16Array, 2);
const asUint32 = view(Uint32Array, 4);
const asInt32 = view(Int32Array, 4);
const asInt8 = view(Int8Array, 1);

/** Any byte but 0 is true. */
const TRUTH = new Float32Array(256).fill(1, 1);

/** A binary floating-point format of one or two bytes: a sign bit, the exponent, the mantissa. */
interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** False for "fn" formats: the largest exponent holds numbers too, and only all ones are NaN. */
  readonly hasInfinity: boolean;
}

/** IEEE 754 binary16. */
const HALF: SmallFloat = { exponentBits: 5, mantissaBits: 10, hasInfinity: true };
/** float8_e4m3fn and float8_e5m2: Micikevicius et al., "FP8 Formats for Deep Learning", 2022, table 1. */
const E4M3: SmallFloat = { exponentBits: 4, mantissaBits: 3, hasInfinity: false };
const E5M2: SmallFloat = { exponentBits: 5, mantissaBits: 2, hasInfinity: true };

const STORAGES: ReadonlyMap<DType, Storage> = new Map<DType, Storage>([
  ['f64', { size: 8, decode: view(Float64Array, 8) }],
  ['f32', { size: 4, decode: view(Float32Array, 4) }],
  ['f16', { size: 2, decode: (bytes) => lookUp(asUint16(bytes), smallFloats(HALF)) }],
  ['bf16', { size: 2, decode: (bytes) => widenBfloat16(asUint16(bytes)) }],
  ['f8_e4m3', { size: 1, decode: (bytes) => lookUp(bytes, smallFloats(E4M3)) }],
  ['f8_e5m2', { size: 1, decode: (bytes) => lookUp(bytes, smallFloats(E5M2)) }],
  ['i64', { size: 8, decode: (bytes) => joinWords(asUint32(bytes), asInt32(bytes)) }],
  ['u64', { size: 8, decode: (bytes) => joinWords(asUint32(bytes), asUint32(bytes)) }],
  ['i32', { size: 4, decode: (bytes) => new Float64Array(asInt32(bytes)) }],
  ['u32', { size: 4, decode: (bytes) => new Float64Array(asUint32(bytes)) }],
  ['i16', { size: 2, decode: (bytes) => new Float32Array(asInt16(bytes)) }],
  ['u16', { size: 2, decode: (bytes) => new Float32Array(asUint16(bytes)) }],
  ['i8', { size: 1, decode: (bytes) => new Float32Array(asInt8(bytes)) }],
  ['u8', { size: 1, decode: (bytes) => new Float32Array(bytes) }],
  ['bool', { size: 1, decode: (bytes) => lookUp(bytes, TRUTH) }],
]);

/** Bytes per value; undefined for a type that can be listed but not read (complex, sub-byte, unknown). */
export function itemSize(dtype: DType): number | undefined {
  return STORAGES.get(dtype)?.size;
}

/**
 * Bytes per value of a tensor about to be read.
 * @param what the tensor, for the message
 * @throws InputError when values of its type cannot be read
 */
export function readableItemSize(path: string, what: string, dtype: DType): number {
  const size = itemSize(dtype);
  if (size === undefined)
    throw new InputError(path, `${what} is of type ${dtype}, whose values Modscope cannot read`);
  return size;
}

/**
 * Stored values, widened as `Tensor` describes. Where nothing needs widening, the result may be a view of the bytes.
 * @param bytes a whole number of values, at any alignment
 * @throws InputError for a type whose values cannot be read
 */
export function decodeValues(
  dtype: DType,
  bytes: Uint8Array,
  { bigEndian = false }: { readonly bigEndian?: boolean } = {},
): Tensor['data'] {
  const storage = STORAGES.get(dtype);
  if (storage === undefined) throw new InputError(`type ${dtype}`, 'values of it cannot be read');
  const { size, decode } = storage;
  if (bytes.length % size !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole number of ${dtype}`);
  if (bigEndian && size > 1) return decode(reversed(bytes, size));
  // Not slice(): that of a Buffer does not copy.
  return decode(bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes));
}

function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size)
    for (let i = 0; i < size; i++) result[start + i] = bytes[start + size - 1 - i]!;
  return result;
}

function lookUp(codes: Uint8Array | Uint16Array, table: Float32Array): Float32Array {
  const result = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) result[i] = table[codes[i]!]!;
  return result;
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/**
 * 64-bit integers from their 32-bit words. The sum rounds once, as from the exact integer. BigInt takes ten times as
 * long.
 */
function joinWords(low: Uint32Array, high: Uint32Array | Int32Array): Float64Array {
  const result = new Float64Array(low.length / 2);
  for (let i = 0; i < result.length; i++) result[i] = high[2 * i + 1]! * 2 ** 32 + low[2 * i]!;
  return result;
}

const tables = new Map<SmallFloat, Float32Array>();

/** The value of every code; float32 holds each exactly. Made once per format: 256 KB for two bytes, 1 KB for one. */
function smallFloats(format: SmallFloat): Float32Array {
  let table = tables.get(format);
  if (table === undefined) {
    const codes = 2 ** (1 + format.exponentBits + format.mantissaBits);
    table = Float32Array.from({ length: codes }, (_, code) => valueOf(format, code));
    tables.set(format, table);
  }
  return table;
}

function valueOf({ exponentBits, mantissaBits, hasInfinity }: SmallFloat, code: number): number {
  const mantissa = (code & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  const exponent = (code >> mantissaBits) & (2 ** exponentBits - 1);
  const sign = code >> (exponentBits + mantissaBits) === 0 ? 1 : -1;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) {
    if (hasInfinity) return mantissa === 0 ? sign * Infinity : NaN;
    if (mantissa === 1 - 2 ** -mantissaBits) return NaN;
  }
  // The lowest exponent has no leading 1: zeros and subnormal numbers.
  const magnitude = exponent === 0 ? mantissa * 2 ** (1 - bias) : (1 + mantissa) * 2 ** (exponent - bias);
  return sign * magnitude;
}
