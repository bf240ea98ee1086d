import { checkRange, type RandomAccessFile } from './file';

/** A part of a file, as a stored entry of a zip file is, read as a file of its own. Closing it leaves the file open. */
export function filePart(file: RandomAccessFile, offset: number, size: number): RandomAccessFile {
  return {
    path: file.path,
    size,
    async read(from, length) {
      checkRange(this, from, length);
      return file.read(offset + from, length);
    },
    sibling: (name) => file.sibling(name),
    close: () => Promise.resolve(),
  };
}

/** Bytes that were unpacked, read as a file. @param file where they are from, for messages and siblings */
export function unpackedFile(file: RandomAccessFile, bytes: Uint8Array): RandomAccessFile {
  return {
    path: file.path,
    size: bytes.length,
    async read(from, length) {
      await Promise.resolve();
      checkRange(this, from, length);
      return bytes.slice(from, from + length);
    },
    sibling: (name) => file.sibling(name),
    close: () => Promise.resolve(),
  };
}
