import { createHash } from 'node:crypto';
import { type Duplex, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../base/error';
import { allocate, type RandomAccessFile } from './file';
import { withFile } from './local';

/** Bytes read, or unpacked, at a time. */
const CHUNK = 1 << 18;
/** Deflate packs at most this many bytes into one, so no buffer need be larger. */
const MAX_RATIO = 1032;

/** A file from its beginning, piece by piece. A piece is read when it is asked for. */
async function* fileChunks(file: RandomAccessFile): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < file.size; offset += CHUNK) {
    yield file.read(offset, Math.min(CHUNK, file.size - offset));
  }
}

/**
 * What a stream makes of a file from its beginning, as it is asked for. Errors of both come out of the loop over it.
 */
function transformed(file: RandomAccessFile, stream: Duplex): AsyncIterable<unknown> {
  return pipeline(Readable.from(fileChunks(file)), stream, () => {
    // The loop gets the errors. Leaving it early destroys both streams, which is no error.
  });
}

export async function isGzip(file: RandomAccessFile): Promise<boolean> {
  const magic = await file.read(0, Math.min(2, file.size));
  return magic[0] === 0x1f && magic[1] === 0x8b;
}

/**
 * A file from its beginning, piece by piece, unpacked where it is gzip.
 * @throws InputError for broken gzip data
 */
export async function* unpackedChunks(file: RandomAccessFile): AsyncGenerator<Uint8Array> {
  if (!(await isGzip(file))) {
    yield* fileChunks(file);
    return;
  }
  try {
    // A gunzip stream without an encoding gives buffers.
    yield* transformed(file, createGunzip({ chunkSize: CHUNK })) as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(file.path, `is broken gzip data (${reason})`, 'Download or pack it again');
  }
}

/**
 * The first `length` bytes of a file, unpacked where it is gzip; fewer where it ends before. Memory is bounded by
 * `length` and by what a file of this size can hold.
 * @throws InputError for broken gzip data
 */
export async function readStart(file: RandomAccessFile, length: number): Promise<Uint8Array> {
  if (!(await isGzip(file))) return file.read(0, Math.min(length, file.size));
  const start = allocate(file.path, Math.min(length, file.size * MAX_RATIO));
  let filled = 0;
  for await (const chunk of unpackedChunks(file)) {
    start.set(chunk.subarray(0, start.length - filled), filled);
    filled = Math.min(filled + chunk.length, start.length);
    if (filled === start.length) break;
  }
  return start.subarray(0, filled);
}

/** SHA-256 of a file's bytes, in hexadecimal. @throws InputError where it cannot be read */
export function sha256(path: string): Promise<string> {
  return withFile(path, async (file) => {
    const hash = createHash('sha256');
    for await (const chunk of fileChunks(file)) hash.update(chunk);
    return hash.digest('hex');
  });
}
