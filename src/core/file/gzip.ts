import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../base/error';
import type { RandomAccessFile } from './file';
import { fileChunks } from './local';

/** Deflate packs at most this many bytes into one, so nothing larger need be made room for. */
const MAX_RATIO = 1032;
/** Bytes unpacked at a time. */
const CHUNK = 1 << 18;

/**
 * The first `length` bytes of a file, or of what it unpacks to where it is gzip; fewer where it ends before.
 * Memory is bounded by `length` and by what a file of this size can hold.
 * @throws InputError for broken gzip data
 */
export async function readStart(file: RandomAccessFile, length: number): Promise<Uint8Array> {
  const magic = await file.read(0, Math.min(2, file.size));
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return file.read(0, Math.min(length, file.size));

  const start = new Uint8Array(Math.min(length, file.size * MAX_RATIO));
  let filled = 0;
  const unpacked = pipeline(Readable.from(fileChunks(file)), createGunzip({ chunkSize: CHUNK }), () => {
    // Errors arrive in the loop below; leaving it early destroys both streams, which is not one.
  });
  try {
    // A gunzip stream without an encoding gives buffers; its declared type does not say so.
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      start.set(chunk.subarray(0, start.length - filled), filled);
      filled = Math.min(filled + chunk.length, start.length);
      if (filled === start.length) break;
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(file.path, `is broken gzip data (${reason})`, 'Download or pack it again');
  }
  return start.subarray(0, filled);
}
