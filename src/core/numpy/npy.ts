import { InputError } from '../base/error';
import type { RandomAccessFile } from '../file/file';
import { decodeValues, readableItemSize, type Tensor } from '../tensor/dtype';
import { elementCount, type Shape } from '../tensor/shape';
import { gatherStrided, rowMajorStrides } from '../tensor/strides';
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
    const { dtype, bigEndian } = this.header;
    const shape = this.#shapeOf(rows);
    const stored = decodeValues(dtype, await this.#stored(rows), { bigEndian });
    return { shape, data: this.#isColumnMajor ? gatherStrided(stored, shape, this.#strides) : stored };
  }

  /** As `read`, of an array of type u8, in a byte each. */
  async readBytes(rows?: number): Promise<Uint8Array> {
    const stored = await this.#stored(rows);
    return this.#isColumnMajor ? gatherStrided(stored, this.#shapeOf(rows), this.#strides) : stored;
  }

  /** The bytes of the first rows, or of all of them where rows do not lie one after the other. */
  async #stored(rows: number | undefined): Promise<Uint8Array> {
    const { dtype, shape, dataOffset } = this.header;
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
    return this.source.read(dataOffset, this.#isColumnMajor ? total : wanted);
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
