import { InputError } from '../../base/error';
import type { RandomAccessFile } from '../file';

// Why not a library: jsfive 0.4 wants the whole file in memory, gives values as lists of boxed numbers, and follows B-trees and
// continuations without counting them. h5wasm 0.10 is 4 MB of libhdf5, which opens the files that external links and storage
// name by itself. To guard either would take a reader of all that is here.
// Source: HDF5 File Format Specification 3.0, docs.hdfgroup.org; its names are used.

/** Metadata is read in pages, because its structures are small and lie side by side. */
const PAGE = 2 ** 14;
const MAX_PAGES = 256;
/** Structures read of one file; the largest models have some ten thousand. */
const MAX_STRUCTURES = 1_000_000;
/** Bytes of one structure. */
const MAX_STRUCTURE = 2 ** 26;

/** Something in the file is not as it should be; who opened it names the file. */
export class Hdf5Fault extends Error {
  constructor(
    problem: string,
    readonly remedy?: string,
  ) {
    super(problem);
  }
}

/** What h5py writes again can be read, whatever options a file was written with. */
export const REWRITE =
  'Load the model in Keras and save it again: keras.saving.load_model("old.h5").save("model.keras")';

/** Sizes of addresses and lengths, which the superblock tells. */
export interface Hdf5Sizes {
  readonly offset: 4 | 8;
  readonly length: 4 | 8;
}

/** Reads structures of a file by their address. */
export class Hdf5Source {
  readonly #pages = new Map<number, Uint8Array>();
  #structures = 0;

  constructor(
    readonly file: RandomAccessFile,
    readonly sizes: Hdf5Sizes,
  ) {}

  /** `length` bytes from an address on. @throws Hdf5Fault where they are not in the file */
  async at(address: number, length: number): Promise<Hdf5Cursor> {
    if (++this.#structures > MAX_STRUCTURES) throw new Hdf5Fault('it has too many structures');
    if (!(length >= 0 && address + length <= this.file.size) || length > MAX_STRUCTURE)
      throw new Hdf5Fault(`${length} bytes are wanted at ${address}, and the file has ${this.file.size}`);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const place = address + done;
      const page = await this.#page(Math.floor(place / PAGE));
      const piece = page.subarray(place % PAGE, (place % PAGE) + length - done);
      bytes.set(piece, done);
      done += piece.length;
    }
    return new Hdf5Cursor(bytes, this.sizes);
  }

  /** As `at`, behind a signature of four letters that must be there. */
  async signed(address: number, signature: string, length: number): Promise<Hdf5Cursor> {
    const cursor = await this.at(address, length);
    if (cursor.latin1(4) !== signature) throw new Hdf5Fault(`there is no ${signature} at ${address}`);
    return cursor;
  }

  async #page(index: number): Promise<Uint8Array> {
    const known = this.#pages.get(index);
    if (known !== undefined) return known;
    const start = index * PAGE;
    const page = await this.file.read(start, Math.min(PAGE, this.file.size - start));
    if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
    this.#pages.set(index, page);
    return page;
  }
}

/** Reads forward through the bytes of one structure; a length is compared with what is left before it is believed. */
export class Hdf5Cursor {
  readonly #view: DataView;
  position = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly sizes: Hdf5Sizes,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes; past 2⁵³ it is rounded, and larger than any file. */
  uint(size: number): number {
    if (size === 1) return this.u8();
    if (size === 2) return this.u16();
    if (size === 4) return this.u32();
    if (size !== 8) throw new Hdf5Fault(`an integer has ${size} bytes`);
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Null is HDF5's undefined address: all bits are set. */
  address(): number | null {
    const value = this.uint(this.sizes.offset);
    return value >= (this.sizes.offset === 4 ? 2 ** 32 - 1 : 2 ** 64 - 1) ? null : value;
  }

  length(): number {
    return this.uint(this.sizes.length);
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The next bytes as a structure of its own. */
  part(length: number): Hdf5Cursor {
    return new Hdf5Cursor(this.take(length), this.sizes);
  }

  latin1(length: number): string {
    return Buffer.from(this.take(length)).toString('latin1');
  }

  /** Up to a zero byte or the end of `length` bytes, all of which are passed. */
  text(length: number): string {
    return textOf(this.take(length));
  }

  skip(length: number): void {
    this.#advance(length);
  }

  #advance(length: number): number {
    if (!(length >= 0 && length <= this.left))
      throw new Hdf5Fault(`${length} bytes are wanted of a structure where ${this.left} are left`);
    const start = this.position;
    this.position += length;
    return start;
  }
}

/** Text of a fixed length, padded with zeros. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Runs what reads a file. @throws InputError in place of a fault, naming the file */
export async function namingFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Hdf5Fault)) throw error;
    throw new InputError(path, `is an HDF5 file that cannot be read: ${error.message}`, error.remedy);
  }
}
