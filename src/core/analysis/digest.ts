import { createHash } from 'node:crypto';
import { fileChunks } from '../file/chunks';
import type { RandomAccessFile } from '../file/file';

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function sha256(file: RandomAccessFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(file)) hash.update(chunk);
  return hash.digest('hex');
}
