import { crc32, deflateSync } from 'node:zlib';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { InputError } from '../../../src/core/base/error';

/** A folder with these files, gone when the test is. */
export async function folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modscope-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** An IDX file of uint8, or of another element type whose bytes are given. */
export function idx(shape: readonly number[], values: ArrayLike<number>, type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type * 256 + shape.length);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** Images of 2 × 2 and labels under the usual names. */
export function idxPair(prefix: string, samples = 3, labels = samples): Record<string, Uint8Array> {
  return {
    [`${prefix}-images-idx3-ubyte`]: idx(
      [samples, 2, 2],
      Array.from({ length: 4 * samples }, (_, i) => i),
    ),
    [`${prefix}-labels-idx1-ubyte`]: idx(
      [labels],
      Array.from({ length: labels }, (_, i) => i % 3),
    ),
  };
}

/** Little-endian float64 as .npy, version 1. */
export function npy(shape: readonly number[], values: readonly number[], descr = '<f8'): Uint8Array {
  const body = descr === '|u1' ? Uint8Array.from(values) : new Uint8Array(Float64Array.from(values).buffer);
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([118, 0])]);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), body]);
}

/** The message of an InputError, one line, without the folder's path. */
export async function problem(work: Promise<unknown>, folder = ''): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError; // just checked
  expect(message).not.toContain('\n');
  return message.replaceAll(`${folder}/`, '');
}

/** A PNG file of filtered rows; `extra` chunks come before the pixels. */
export function pngOf(ihdr: Uint8Array, rows: Uint8Array, extra: Uint8Array = new Uint8Array()): Buffer {
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, ihdr, extra, chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

/** A PNG file's first chunk. */
export function header(width: number, height: number, depth = 8, type = 0, interlacing = 0): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, type, 0, 0, interlacing], 8);
  return chunk('IHDR', data);
}

export function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG file of one colour: grey for one value, RGB for three. */
export function plainPng(width: number, height: number, ...colour: number[]): Buffer {
  const row = [0, ...Array.from({ length: width }, () => colour).flat()];
  const rows = Uint8Array.from(Array.from({ length: height }, () => row).flat());
  return pngOf(header(width, height, 8, colour.length === 1 ? 0 : 2), rows);
}

/** Classes of images of 2 × 3 whose pixels are all of one value. */
export function images(classes: Record<string, readonly number[]>, root = ''): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(classes).flatMap(([name, values]) =>
      values.map((value, i) => [`${root}${name}/${i}.png`, plainPng(3, 2, value)] as const),
    ),
  );
}
