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
