import { InputError } from '../base/error';
import { quote } from '../base/text';
import { decodeValues, type DType, readableItemSize, type Tensor } from '../tensor/dtype';
import { elementCount, type Shape, sizeOf } from '../tensor/shape';
import { gatherStrided, rowMajorStrides } from '../tensor/strides';
import type { RandomAccessFile } from './file';
import { type Literal, parseLiteral } from './python-literal';
import { openZip, type ZipArchive, type ZipEntry } from './zip';

const MAGIC = '\x93NUMPY';

/** NumPy's codes of the types whose values can be read: kind and bytes. */
export const NUMPY_DTYPES: ReadonlyMap<string, DType> = new Map([
  ['f8', 'f64'],
  ['f4', 'f32'],
  ['f2', 'f16'],
  ['i8', 'i64'],
  ['i4', 'i32'],
  ['i2', 'i16'],
  ['i1', 'i8'],
  ['u8', 'u64'],
  ['u4', 'u32'],
  ['u2', 'u16'],
  ['u1', 'u8'],
  ['b1', 'bool'],
]);

/** Python objects, by their code. */
const OBJECT = 'O';
/** Byte order, then code: "<f8", "|O", "<M8[ns]". */
const DESCR = /^([<>|=]?)(\w+(?:\[\w+\])?)$/;

/** Text of so many characters: code points of four bytes, or bytes; padded with zeros. */
const TEXT_TYPE = /^([<>|=]?)([US])(\d+)$/;

function codePoints(stored: Uint8Array, bigEndian: boolean): string {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const codes = Array.from({ length: stored.length / 4 }, (_, i) => view.getUint32(4 * i, !bigEndian));
  return codes
    .filter((code) => code > 0 && code <= 0x10ffff)
    .map((code) => String.fromCodePoint(code))
    .join('');
}

function utf8(stored: Uint8Array): string {
  return new TextDecoder().decode(stored).replace(/\0+$/, '');
}

/** Enough for the header of any array of plain numbers. */
export const USUAL_HEADER = 1024;
/** NumPy itself refuses headers beyond 10,000 characters. */
const MAX_HEADER = 65_536;
/** The values begin at a multiple of this, as NumPy writes them for memory mapping. */
const ALIGNMENT = 64;
/** What numpy.savez adds to the names of its members. */
const SUFFIX = '.npy';

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

/** Where an array is stored: a .npy file, or a member of an .npz. */
interface NpySource {
  /** The file, for messages. */
  readonly path: string;
  /** What it is in the file, for messages: "it", or a member's name. */
  readonly what: string;
  readonly size: number;
  /** The first bytes, `length` of them if there are so many. */
  start(length: number): Promise<Uint8Array>;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** An array on disk of which only the header has been read. */
export class NpyArray {
  constructor(
    private readonly source: NpySource,
    readonly header: NpyHeader,
  ) {}

  /**
   * The values, row-major, or those of the first `rows` rows (the first dimension) only.
   * @throws InputError for objects and other types that are not numbers, and when values are missing or left over
   */
  async read(rows?: number): Promise<Tensor> {
    const { dtype, bigEndian } = this.header;
    const shape = this.#shapeOf(rows);
    const stored = decodeValues(dtype, await this.#stored(rows), { bigEndian });
    return { shape, data: this.#isColumnMajor ? gatherStrided(stored, shape, this.#strides) : stored };
  }

  /** Whether it holds text: NumPy's types U and S. */
  get isText(): boolean {
    return TEXT_TYPE.test(this.header.dtype);
  }

  /**
   * The texts of an array of one dimension that holds text, of the first `rows` rows where that is given.
   * @throws InputError when values are missing or left over
   */
  async readText(rows?: number): Promise<string[]> {
    const [, order, kind, width] = TEXT_TYPE.exec(this.header.dtype) ?? [];
    const unit = kind === 'U' ? 4 : 1;
    const size = unit * Number(width);
    const bytes = await this.#stored(rows, size);
    const texts = Array.from({ length: sizeOf(this.#shapeOf(rows)) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    return texts.map((stored) => (kind === 'U' ? codePoints(stored, order === '>') : utf8(stored)));
  }

  /** `read` for an array of type u8: a byte per value. */
  async readBytes(rows?: number): Promise<Uint8Array> {
    const stored = await this.#stored(rows);
    return this.#isColumnMajor ? gatherStrided(stored, this.#shapeOf(rows), this.#strides) : stored;
  }

  /** The bytes of the first rows; of all rows where the array is stored column by column. */
  async #stored(rows: number | undefined, textSize?: number): Promise<Uint8Array> {
    const { dtype, shape, dataOffset } = this.header;
    const { path, what, size } = this.source;
    if (dtype === 'object')
      throw new InputError(
        path,
        `${what} holds Python objects, which are never unpickled`,
        'Save it as numbers, or text as such: y.astype(str)',
      );
    const bytesPerItem = textSize ?? readableItemSize(path, what, dtype);
    const total = (elementCount(shape) ?? NaN) * bytesPerItem;
    if (size - dataOffset !== total)
      throw new InputError(
        path,
        `${what} should hold ${total} bytes of values by its shape (${shape.join(', ')}) and has ${size - dataOffset}`,
      );
    if (rows !== undefined && !(shape.length > 0 && rows >= 0 && rows <= shape[0]!))
      throw new RangeError(`${rows} rows of an array of shape (${shape.join(', ')})`);
    if (this.#isColumnMajor || rows === undefined || total === 0) return this.source.read(dataOffset, total);
    return this.source.read(dataOffset, (total / shape[0]!) * rows);
  }

  get #isColumnMajor(): boolean {
    return this.header.fortranOrder && this.header.shape.length > 1;
  }

  /** Of a column-major array. */
  get #strides(): number[] {
    return rowMajorStrides(this.header.shape.toReversed()).reverse();
  }

  #shapeOf(rows: number | undefined): Shape {
    const { shape } = this.header;
    return rows === undefined ? shape : [rows, ...shape.slice(1)];
  }
}

/**
 * Opens a .npy file; its header alone is read.
 * @throws InputError
 */
export function openNpy(file: RandomAccessFile): Promise<NpyArray> {
  return openNpySource({
    path: file.path,
    what: 'it',
    size: file.size,
    start: (length) => file.read(0, Math.min(length, file.size)),
    read: (offset, length) => file.read(offset, length),
  });
}

/**
 * The arrays of an .npz file by name, in file order; their headers alone are read.
 * @throws InputError
 */
export async function openNpz(file: RandomAccessFile): Promise<ReadonlyMap<string, NpyArray>> {
  const zip = await openZip(file);
  const arrays = new Map<string, NpyArray>();
  for (const [name, entry] of zip.entries)
    if (name.endsWith(SUFFIX))
      arrays.set(name.slice(0, -SUFFIX.length), await openNpySource(memberSource(zip, entry)));
  return arrays;
}

function memberSource(zip: ZipArchive, entry: ZipEntry): NpySource {
  return {
    path: zip.file.path,
    what: `its array ${quote(entry.name.slice(0, -SUFFIX.length))}`,
    size: entry.size,
    start: (length) => zip.readStart(entry, length),
    read: async (offset, length) => {
      if (entry.method === 0 && offset + length < entry.size)
        return zip.file.read((await zip.dataOffset(entry)) + offset, length);
      const bytes = await zip.readEntry(entry);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/**
 * Opens the array of a source by its header.
 * @throws InputError
 */
async function openNpySource(source: NpySource): Promise<NpyArray> {
  let start = await source.start(USUAL_HEADER);
  const end = npyHeaderEnd(start, source.path, source.what);
  if (end > start.length) start = await source.start(end);
  return new NpyArray(source, parseNpyHeader(start, source.path, source.what));
}

/** Whether the first bytes of a file are those of a .npy. */
export function isNpy(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Where the header of a .npy file ends, from its first 12 bytes or more.
 * @param what the file, or the member of an archive, for messages
 * @throws InputError
 */
function npyHeaderEnd(start: Uint8Array, path: string, what: string): number {
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const major = start[6] ?? 0;
  if (start.length < 12 || !isNpy(start) || major < 1 || major > 3)
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
  const dtype = code === OBJECT ? 'object' : (NUMPY_DTYPES.get(code) ?? descr);
  return { dtype, bigEndian: order === '>' };
}

/**
 * A .npy file (version 1.0) of an array: float64, float32 or int32, row-major.
 * @param shape sizes whose product is the length of `data`
 */
export function encodeNpy(
  data: Float64Array | Float32Array | Int32Array,
  shape: readonly number[],
): Uint8Array {
  if (elementCount(shape) !== data.length)
    throw new RangeError(`${data.length} values in the shape (${shape.join(', ')})`);
  const descr = `<${data instanceof Int32Array ? 'i' : 'f'}${data.BYTES_PER_ELEMENT}`;
  // As Python writes a tuple: (3,) has a comma.
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const offset = Math.ceil((10 + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${MAGIC}\x01\x00\0\0${dictionary}`.padEnd(offset - 1) + '\n';
  const bytes = new Uint8Array(offset + data.byteLength);
  bytes.set(Buffer.from(header, 'latin1'));
  new DataView(bytes.buffer).setUint16(8, offset - 10, true);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
  return bytes;
}
