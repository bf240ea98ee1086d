import { InputError } from '../base/error';

/** A file that is read at any place, without being read whole. */
export interface RandomAccessFile {
  /** The path as the user knows it, for messages and for recognising by name. */
  readonly path: string;
  /** Bytes in the file when it was opened. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, in a buffer of their own.
   * @throws InputError when the range is not inside the file, or the file has shrunk or gone since it was opened
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Another file of the same folder (a shard, external data), opened.
   * @throws InputError when the name leads out of the folder or is not a regular file
   */
  sibling(name: string): Promise<RandomAccessFile>;
  close(): Promise<void>;
}

/** @throws InputError unless `length` bytes from `offset` lie inside the file */
export function checkRange(file: RandomAccessFile, offset: number, length: number): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > file.size)
    throw new InputError(
      file.path,
      `ends too early: bytes ${offset} to ${offset + length} are wanted and the file has ${file.size}`,
      'It is truncated or damaged',
    );
}

/** An unsigned little-endian integer. Beyond 2⁵³ it is rounded, but larger than any file: `checkRange` refuses it. */
export function uint64(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

/** A buffer for bytes of a file. @throws InputError where memory does not hold so many */
export function allocate(path: string, length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch {
    throw new InputError(path, `${length} bytes of it are wanted at once, which memory does not hold`);
  }
}

/** Whether a name out of a file stays below the file's folder on every platform, links aside. */
export function isRelativeName(name: string): boolean {
  return (
    name !== '' &&
    !/^[A-Za-z]:|[\\\0]/.test(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
