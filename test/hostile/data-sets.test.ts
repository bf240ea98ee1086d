import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { resolveDataset } from '../../src/core/dataset/choose';
import { folderWith, npy, problem } from '../core/dataset/support';
import { bytes, call, dict, global, int, pickle, str } from '../support/pickle';
import { makeZip } from '../support/zip';

const DATA = join(import.meta.dirname, '../fixtures/data');
const BATCH = readFileSync(join(DATA, 'cifar-10-batches-py/test_batch'));

/** What becomes of loading a folder with these files, or one file of it. */
async function load(files: Record<string, Uint8Array | string>, name = ''): Promise<unknown> {
  const folder = await folderWith(files);
  const { main } = await resolveDataset({ path: join(folder, name) }, {}, null);
  return main.load();
}

describe("CIFAR's pickles", () => {
  const cifar = (content: Uint8Array) => load({ test_batch: content });

  test.each<[string, Uint8Array, RegExp]>([
    [
      'code in place of data',
      pickle(dict([str('data'), call(global('os', 'system'), str('touch pwned'))])),
      /its "data" is not an array of bytes/,
    ],
    ['no dictionary', pickle(int(3)), /its pickle holds no dictionary/],
    ['no pickle', Buffer.from('PK\x03\x04'), /it is no pickle/],
    ['nothing', new Uint8Array(), /it is no pickle/],
    [
      'another shape than bytes',
      Buffer.from(BATCH.toString('latin1').replace('M\x00\x0c', 'M\x00\x0d'), 'latin1'),
      /is not an array of bytes/,
    ],
    [
      'labels that are words',
      Buffer.from(BATCH.toString('latin1').replace('labels', 'LABELS'), 'latin1'),
      /it has no list of numbers "labels"/,
    ],
  ])('%s', async (_, content, message) => {
    expect(await problem(cifar(content))).toMatch(message);
    expect(existsSync('pwned')).toBe(false);
  });

  test('cut anywhere', async () => {
    for (let length = 0; length < BATCH.length; length += 97)
      expect(await problem(cifar(BATCH.subarray(0, length)))).toMatch(/is no batch of CIFAR|broken pickle/);
  });

  test('any byte of its head or tail changed is read, or refused in one line', async () => {
    const places = Array.from({ length: 120 }, (_, i) => (i < 60 ? i : BATCH.length + 59 - i));
    for (const at of places) {
      const content = Buffer.from(BATCH);
      content[at] = (content[at] ?? 0) ^ 0x11;
      const outcome = await cifar(content).then(
        () => 'read',
        async (error: unknown) => problem(Promise.reject(error as Error)),
      );
      expect(outcome.length).toBeLessThan(500);
    }
  });
});

describe('tables', () => {
  test.each<[string, Record<string, Uint8Array | string>, RegExp]>([
    [
      'broken gzip',
      { 'a.csv.gz': gzipSync('1,2,0\n3,4,1\n').subarray(0, 20) },
      /is broken gzip data .*Download or pack/,
    ],
    [
      'one row without end',
      { 'a.csv.gz': gzipSync('1,'.repeat(2 ** 22)) },
      /is not a CSV table: a row is longer/,
    ],
    ['zeros', { 'a.csv': new Uint8Array(5000) }, /a.csv: /],
    ['an image', { 'a.csv': Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1') }, /a.csv: /],
    [
      'a quote that never closes',
      { 'a.csv': 'a,b,c\n1,"2,0\n1,2,0\n' },
      /is not a CSV table: Quote Not Closed/,
    ],
  ])('%s', async (_, files, message) => {
    expect(await problem(load(files, Object.keys(files)[0]))).toMatch(message);
  });

  test('a small file that unpacks to a thousand times its size is read in little memory', async () => {
    const text = 'a,b,y\n' + '1,0,0\n'.repeat(400_000);
    const packed = gzipSync(text);
    expect(packed.length * 300).toBeLessThan(text.length);
    await expect(load({ 'a.csv.gz': packed }, 'a.csv.gz')).resolves.toMatchObject({ samples: 400_000 });
  });
});

describe('labels as text', () => {
  const archive = (labels: Uint8Array) =>
    load(
      {
        'a.npz': makeZip([
          { name: 'x.npy', data: npy([2, 1], [1, 2]) },
          { name: 'y.npy', data: labels },
        ]),
      },
      'a.npz',
    );
  const text = (descr: string, shape: string, data: Uint8Array) => {
    const header = `${`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117)}\n`;
    return bytes('\x93NUMPY\x01\x00', 118, 0, header, data);
  };

  test.each<[string, Uint8Array, RegExp]>([
    [
      'cut short',
      text('<U2', '(2,)', new Uint8Array(15)),
      /should hold 16 bytes of values by its shape \(2\) and has 15/,
    ],
    ['too wide for any file', text('<U999999999999', '(2,)', new Uint8Array(8)), /should hold/],
    ['of another length', text('<U1', '(3,)', new Uint8Array(12)), /holds 2 samples, and .* 3 labels/],
    [
      'of objects',
      text('|O', '(2,)', new Uint8Array(8)),
      /Python objects, which are never unpickled. .*y.astype\(str\)/,
    ],
  ])('%s', async (_, labels, message) => {
    expect(await problem(archive(labels))).toMatch(message);
  });
});

test('tensors that are no data are refused with what would be', async () => {
  const path = join(DATA, 'torch/pair.pt');
  const work = resolveDataset({ path }, { x: 'a', y: 'b' }, null);
  expect(await problem(work)).toContain(
    'holds no tensors a and b, only 0, 1. Save inputs and labels with torch.save({"x": x, "y": y}, path)',
  );
});
