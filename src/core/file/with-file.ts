import type { RandomAccessFile } from './file';
import { openLocalFile, type OpenFile } from './local';

/** Opens a file, uses it and closes it, whatever happens. */
export async function withFile<T>(
  path: string,
  use: (file: RandomAccessFile) => Promise<T>,
  open: OpenFile = openLocalFile,
): Promise<T> {
  const file = await open(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
