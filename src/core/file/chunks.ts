import type { RandomAccessFile } from './file';

const CHUNK = 1 << 18;

/** A file from its beginning, piece by piece, for what reads streams; a piece is read when it is asked for. */
export async function* fileChunks(file: RandomAccessFile): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < file.size; offset += CHUNK) {
    yield file.read(offset, Math.min(CHUNK, file.size - offset));
  }
}
