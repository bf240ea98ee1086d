import type { Tensor } from '../checkpoint/checkpoint';
import { decodeValues, elementCount, readableItemSize } from '../checkpoint/dtype';
import { InputError } from '../error';
import type { RandomAccessFile } from '../file/file';
import { npyHeaderEnd, type NpyHeader, parseNpyHeader, USUAL_HEADER } from './npy-header';

/** Where a .npy lies: a file of its own or a member of an .npz. */
export interface NpySource {
  /** The file, for messages. */
  readonly path: string;
  /** What in the file it is, for messages: "it" or a member's name. */
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
   * @throws InputError for object arrays and other types that are no numbers, and when values are missing or left over
   */
  async read(rows?: number): Promise<Tensor> {
    const { dtype, bigEndian, shape } = this.header;
    const data = decodeValues(dtype, await this.readBytes(rows), { bigEndian });
    return { shape: rows === undefined ? shape : [rows, ...shape.slice(1)], data };
  }

  /** As `read`, the bytes of the values as they are stored. */
  async readBytes(rows?: number): Promise<Uint8Array> {
    const { dtype, shape, fortranOrder, dataOffset } = this.header;
    const { path, what, size } = this.source;
    if (dtype === 'object')
      throw new InputError(
        path,
        `${what} holds Python objects, which are never unpickled`,
        'Save it as numbers',
      );
    const bytesPerItem = readableItemSize(path, what, dtype);
    const total = (elementCount(shape) ?? NaN) * bytesPerItem;
    if (size - dataOffset !== total)
      throw new InputError(
        path,
        `${what} should hold ${total} bytes of values by its shape (${shape.join(', ')}) and has ${size - dataOffset}`,
      );
    if (rows !== undefined && !(shape.length > 0 && rows >= 0 && rows <= shape[0]!))
      throw new RangeError(`${rows} rows of an array of shape (${shape.join(', ')})`);
    const wanted = rows === undefined || total === 0 ? total : (total / shape[0]!) * rows;
    if (!fortranOrder || shape.length < 2) return this.source.read(dataOffset, wanted);
    return rowMajor(await this.source.read(dataOffset, total), shape, bytesPerItem).subarray(0, wanted);
  }
}

/**
 * Opens the array of a source by its header.
 * @throws InputError
 */
export async function openNpySource(source: NpySource): Promise<NpyArray> {
  let start = await source.start(USUAL_HEADER);
  const end = npyHeaderEnd(start, source.path, source.what);
  if (end > start.length) start = await source.start(end);
  return new NpyArray(source, parseNpyHeader(start, source.path, source.what));
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

/** Column-major items in row-major order. */
function rowMajor(bytes: Uint8Array, shape: readonly number[], size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  const strides: number[] = [];
  shape.reduce((stride, length) => (strides.push(stride), stride * length), size);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to += size) {
    for (let byte = 0; byte < size; byte++) result[to + byte] = bytes[from + byte]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      from -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return result;
}
