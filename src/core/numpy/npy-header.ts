import { InputError } from '../base/error';
import type { DType } from '../tensor/dtype';
import { elementCount } from '../tensor/shape';
import { type Literal, parseLiteral } from './literal';

/** What a .npy file says of its array. */
export interface NpyHeader {
  /** The descr as it stands, e.g. "<U5" or "object", where values of the type cannot be read. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bigEndian: boolean;
  /** Stored column by column: the first index runs fastest. */
  readonly fortranOrder: boolean;
  /** Where the values begin. */
  readonly dataOffset: number;
}

/** Enough for the header of any array of plain numbers. */
export const USUAL_HEADER = 1024;
/** NumPy itself refuses headers beyond 10,000 characters. */
const MAX_HEADER = 65_536;

/** Byte order, kind, size, unit: "<f8", "|O", "<M8[ns]". */
const DESCR = /^([<>|=]?)(\w+(?:\[\w+\])?)$/;

const DTYPES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'i8',
  i2: 'i16',
  i4: 'i32',
  i8: 'i64',
  u1: 'u8',
  u2: 'u16',
  u4: 'u32',
  u8: 'u64',
  f2: 'f16',
  f4: 'f32',
  f8: 'f64',
  O: 'object',
};

/**
 * Where the header of a .npy file ends, from its first 12 bytes or more.
 * @param what the file, or the member of an archive, for messages
 * @throws InputError
 */
export function npyHeaderEnd(start: Uint8Array, path: string, what: string): number {
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const isNpy = start.length >= 12 && view.getUint32(0) === 0x934e554d && view.getUint16(4) === 0x5059;
  const major = start[6] ?? 0;
  if (!isNpy || major < 1 || major > 3)
    throw new InputError(path, `${what} is not a NumPy array (.npy) of version 1 to 3`);
  const end = major === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (end > MAX_HEADER) throw new InputError(path, `${what} has a header of ${end} bytes`);
  return end;
}

/**
 * Reads the header, a Python dictionary, without evaluating it.
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
 * @param start the file's beginning, up to npyHeaderEnd or beyond
 * @throws InputError
 */
export function parseNpyHeader(start: Uint8Array, path: string, what: string): NpyHeader {
  const end = npyHeaderEnd(start, path, what);
  const damaged = (problem: string) => new InputError(path, `${what} has a damaged header: ${problem}`);
  if (end > start.length) throw damaged('it is cut off');
  const encoding = start[6] === 3 ? 'utf-8' : 'latin1';
  const text = new TextDecoder(encoding).decode(start.subarray(start[6] === 1 ? 10 : 12, end));

  let header: Literal;
  try {
    header = parseLiteral(text);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  if (!(header instanceof Map) || header.size !== 3) throw damaged('not descr, fortran_order and shape');
  const fields: ReadonlyMap<string, Literal> = header;
  const [descr, fortranOrder, shape] = ['descr', 'fortran_order', 'shape'].map((key) => fields.get(key));
  if (typeof fortranOrder !== 'boolean') throw damaged('fortran_order is neither True nor False');
  if (!isShape(shape)) throw damaged('the shape is not a tuple of sizes');
  const type = parseDescr(descr);
  if (type === undefined) throw damaged('the descr is not a type');
  return { ...type, shape, fortranOrder, dataOffset: end };
}

function isShape(value: Literal | undefined): value is readonly number[] {
  if (!Array.isArray(value)) return false;
  const sizes: readonly Literal[] = value;
  const numbers = sizes.filter((size) => typeof size === 'number');
  return numbers.length === sizes.length && elementCount(numbers) !== undefined;
}

function parseDescr(descr: Literal | undefined): Pick<NpyHeader, 'dtype' | 'bigEndian'> | undefined {
  if (Array.isArray(descr)) return { dtype: 'structured', bigEndian: false };
  const [, order = '', code = ''] = DESCR.exec(typeof descr === 'string' ? descr : '') ?? [];
  if (typeof descr !== 'string' || code === '') return undefined;
  const known = Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  return { dtype: known ?? descr, bigEndian: order === '>' };
}
