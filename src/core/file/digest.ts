import { createHash } from 'node:crypto';
import { fileChunks, withFile } from './local';

/** SHA-256 of a file's bytes, in hexadecimal. @throws InputError where it cannot be read */
export function sha256(path: string): Promise<string> {
  return withFile(path, async (file) => {
    const hash = createHash('sha256');
    for await (const chunk of fileChunks(file)) hash.update(chunk);
    return hash.digest('hex');
  });
}
