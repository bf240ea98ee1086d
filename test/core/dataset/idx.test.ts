import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { resolveDataset } from '../../../src/core/dataset/choose';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { openIdxPair } from '../../../src/core/dataset/idx';
import { countReads } from '../../support/counting';
import { folderWith, idx, problem } from './support';

const IDENTITY = { set: 'a', split: 'test' } as const;

async function open(images: Uint8Array, labels: Uint8Array, options: DatasetOptions = {}) {
  const folder = await folderWith({ images, labels });
  return openIdxPair(join(folder, 'images'), join(folder, 'labels'), IDENTITY, options);
}

async function load(images: Uint8Array, labels: Uint8Array, samples?: number) {
  return (await open(images, labels)).load(samples);
}

const LABELS = idx([2], [1, 0]);

test('uint8 stays uint8', async () => {
  const dataset = await load(idx([2, 1, 2], [0, 1, 254, 255]), LABELS);
  expect(dataset).toMatchObject({
    samples: 2,
    sampleShape: [1, 2],
    inputs: Uint8Array.of(0, 1, 254, 255),
    scaling: { divisor: 255 },
    labels: Int32Array.of(1, 0),
    classes: 2,
  });
});

test.each([
  [0x09, 'int8', [0xff, 2], [-1, 2]],
  [0x0b, 'int16', [0xff, 0xfe, 0x01, 0x00], [-2, 256]],
  [0x0c, 'int32', [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], [-3, 65536]],
  [0x0d, 'float32', [0x3f, 0xc0, 0, 0, 0xbf, 0x80, 0, 0], [1.5, -1]],
  [0x0e, 'float64', [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1.5, -2]],
])('element type 0x%s, %s, becomes float32', async (type, _name, bytes, values) => {
  const dataset = await load(idx([2, 1], bytes, type), LABELS);
  expect(dataset.inputs).toEqual(Float32Array.from(values));
  expect(dataset.scaling.divisor).toBe(1);
});

test('the first samples only, of a plain file without reading more', async () => {
  const { open: counting, bytesRead } = countReads();
  const images = idx([1000, 28, 28], new Uint8Array(784_000).fill(7));
  const source = await open(images, idx([1000], new Uint8Array(1000)), { open: counting });
  expect(bytesRead()).toBeLessThan(100);
  const dataset = await source.load(3);
  expect(dataset.samples).toBe(3);
  expect(dataset.inputs.length).toBe(3 * 784);
  expect(bytesRead()).toBeLessThan(3 * 784 + 200);
});

describe('gzip', () => {
  const images = idx(
    [500, 2, 2],
    Array.from({ length: 2000 }, (_, i) => i),
  );
  const labels = idx([500], new Uint8Array(500));
  const packed = gzipSync(images);

  test('gives the same as the plain file, whole and in part', async () => {
    const plain = await load(images, labels);
    expect((await load(packed, gzipSync(labels))).inputs).toEqual(plain.inputs);
    expect((await load(packed, labels, 7)).inputs).toEqual(plain.inputs.subarray(0, 28));
  });

  test('in several members', async () => {
    const members = Buffer.concat([gzipSync(images.subarray(0, 99)), gzipSync(images.subarray(99))]);
    expect((await load(members, labels)).inputs).toEqual((await load(images, labels)).inputs);
  });

  test('broken, cut off, with a wrong sum', async () => {
    const broken = Buffer.from(packed);
    broken.fill(0xff, 20, 40);
    expect(await problem(load(broken, labels))).toMatch(/images: is broken gzip data \(.+\)\. Download/);
    expect(await problem(load(packed.subarray(0, -20), labels))).toMatch(
      /is broken gzip data \(unexpected end/,
    );
    const sum = Buffer.from(packed);
    sum[sum.length - 8]! ^= 1;
    expect(await problem(load(sum, labels))).toMatch(/is broken gzip data \(incorrect data check/);
  });

  test('a bomb is not unpacked beyond what its header speaks of', async () => {
    const bomb = gzipSync(Buffer.concat([idx([2, 2, 2], []), Buffer.alloc(2 ** 24)]), { level: 9 });
    expect(await problem(load(bomb, LABELS))).toMatch(/goes on after the 24 bytes its header speaks of/);
  });

  test('a header that claims terabytes gets no memory', async () => {
    const liar = gzipSync(idx([2, 0x7fffffff, 0x1000], [1]));
    expect(await problem(load(liar, LABELS))).toMatch(/truncated: its header speaks of 17592186036240 bytes/);
  });
});

describe('errors', () => {
  const images = idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  test.each([
    [
      'truncated',
      images.subarray(0, -3),
      LABELS,
      /truncated: its header speaks of 24 bytes and there are 21/,
    ],
    [
      'cut in the header',
      images.subarray(0, 9),
      LABELS,
      /truncated: its header speaks of 16 bytes and there are 9/,
    ],
    ['too long', Uint8Array.of(...images, 0), LABELS, /goes on after the 24 bytes/],
    ['empty', new Uint8Array(), LABELS, /is not an IDX file: it begins with nothing/],
    ['wrong magic', Uint8Array.of(1, 2, 3, 4, 5), LABELS, /is not an IDX file: it begins with 0x01020304/],
    [
      'unknown element',
      idx([2, 2], [1, 2, 3, 4], 0x0a),
      LABELS,
      /is not an IDX file: it begins with 0x00000a02/,
    ],
    ['sizes beyond 2^53', idx([2, 2 ** 31, 2 ** 31], []), LABELS, /cannot be: its header speaks of/],
    ['lengths differ', images, idx([3], [0, 1, 2]), /holds 2 samples, and .+labels 3 labels/],
    ['no samples', idx([0, 2, 2], []), idx([0], []), /holds no samples/],
    ['labels as images', LABELS, LABELS, /holds single values/],
    ['images as labels', images, images, /has 3 dimensions, and labels have one/],
    [
      'label NaN',
      images,
      idx([2], [0x7f, 0xc0, 0, 0, 0, 0, 0, 0], 0x0d),
      /the label of sample 0 is NaN, not a/,
    ],
    ['NaN', idx([2, 1], [0, 0, 0, 0, 0x7f, 0xc0, 0, 0], 0x0d), LABELS, /sample 1, value 0 is NaN/],
  ])('%s', async (_name, inputs, labels, message) => {
    expect(await problem(load(inputs, labels))).toMatch(message);
  });

  test.each([
    ['negative label', idx([2], [0, 0xff], 0x09), 'the label of sample 1 is -1'],
    ['label 1.5', idx([2], [0x3f, 0xc0, 0, 0, 0, 0, 0, 0], 0x0d), 'the label of sample 0 is 1.5'],
  ])('%s: no class', async (_name, labels, reason) => {
    expect((await load(images, labels)).values?.reason).toBe(reason);
  });

  test('images without labels', async () => {
    const folder = await folderWith({ 'a-images-idx3-ubyte': images });
    const work = resolveDataset({ path: join(folder, 'a-images-idx3-ubyte') }, {}, null);
    expect(await problem(work, folder)).toBe(
      'a-images-idx3-ubyte: has no labels beside it (a-labels-idx1-ubyte). Name both as "images" and "labels" of "data" in modscope.json',
    );
  });
});
