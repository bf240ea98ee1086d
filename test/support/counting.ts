import type { RandomAccessFile } from '../../src/core/file/file';
import { openLocalFile, type OpenFile } from '../../src/core/file/local';

/** openLocalFile, counting the bytes read through the files it opens and their siblings. */
export function countReads(): { open: OpenFile; bytesRead: () => number } {
  let total = 0;
  const count = (file: RandomAccessFile): RandomAccessFile => ({
    path: file.path,
    size: file.size,
    read: async (offset, length) => {
      total += length;
      return file.read(offset, length);
    },
    sibling: async (name) => count(await file.sibling(name)),
    close: () => file.close(),
  });
  return { open: async (path) => count(await openLocalFile(path)), bytesRead: () => total };
}
