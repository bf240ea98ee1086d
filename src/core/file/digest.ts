import { createHash } from 'node:crypto';
import { withFile } from './local';
import { fileChunks } from './stream';

/** SHA-256 of a file's bytes, in hexadecimal. @throws InputError where it cannot be read */
export function sha256(path: string): Promise<string> {
  return withFile(path, async (file) => {
    const hash = createHash('sha256');
    for await (const chunk of fileChunks(file)) hash.update(chunk);
    return hash.digest('hex');
  });
}
