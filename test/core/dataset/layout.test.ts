import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveDataset } from '../../../src/core/dataset/choose';
import type { Dataset, DatasetOptions } from '../../../src/core/dataset/dataset';
import { fillInputs } from '../../../src/core/dataset/inputs';
import type { Shape } from '../../../src/core/tensor/shape';
import { folderWith, idx, npy, problem } from './support';

/** Two samples of a shape in x.npy, values 0, 1, 2 … as they are stored. */
async function load(shape: Shape, inputShape: Shape | null, options: DatasetOptions = {}) {
  const size = shape.reduce((product, length) => product * length, 2);
  const values = Array.from({ length: size }, (_, i) => i);
  const folder = await folderWith({ 'x.npy': npy([2, ...shape], values, '|u1'), 'y.npy': npy([2], [0, 1]) });
  const { main } = await resolveDataset({ path: join(folder, 'x.npy') }, options, inputShape);
  const dataset = await main.load();
  expect(dataset.sampleShape).toEqual(main.sampleShape);
  return dataset;
}

const AS_STORED = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/** A sample of [2, 2, 3] as [3, 2, 2]. */
const PLANES = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11];
const first = ({ inputs }: Dataset) => [...inputs.subarray(0, 12)];

describe('without being told', () => {
  test.each([
    [[2, 2, 3], [3, 2, 2], [3, 2, 2], PLANES],
    [[3, 2, 2], [3, 2, 2], [3, 2, 2], AS_STORED],
    [[3, 2, 2], [12], [3, 2, 2], AS_STORED],
    [[2, 2, 3], [12], [2, 2, 3], AS_STORED], // the network may have been trained on either
    [[2, 2, 3], null, [2, 2, 3], AS_STORED],
    [[12], [3, 2, 2], [3, 2, 2], AS_STORED],
    [[3, 4], [1, 3, 4], [3, 4], AS_STORED],
    [[3, 4], [12], [3, 4], AS_STORED],
    [[3, 4, 1], [1, 3, 4], [1, 3, 4], AS_STORED],
    [[1, 3, 4], [3, 4], [1, 3, 4], AS_STORED],
  ])('%j for a network that takes %j', async (stored, inputShape, sampleShape, values) => {
    const dataset = await load(stored, inputShape);
    expect(dataset.sampleShape).toEqual(sampleShape);
    expect(first(dataset)).toEqual(values);
  });

  test('every sample is rearranged, of floats too', async () => {
    const dataset = await load([2, 2, 3], [3, 2, 2]);
    expect([...dataset.inputs.subarray(12)]).toEqual(PLANES.map((value) => value + 12));
    const folder = await folderWith({ 'x.npy': npy([1, 2, 2, 3], AS_STORED), 'y.npy': npy([1], [0]) });
    const { main } = await resolveDataset({ path: join(folder, 'x.npy') }, {}, [3, 2, 2]);
    expect((await main.load()).inputs).toEqual(Float32Array.from(PLANES));
  });

  test('what both fit stays as it is', async () => {
    const { inputs } = await load([3, 3, 3], [3, 3, 3]);
    expect([...inputs.subarray(0, 27)]).toEqual(Array.from({ length: 27 }, (_, i) => i));
  });
});

describe('as told', () => {
  test.each([
    ['NHWC', [2, 2, 3], [3, 2, 2], [3, 2, 2], PLANES],
    ['NHWC', [2, 2, 3], [12], [3, 2, 2], PLANES],
    ['NHWC', [2, 2, 3], null, [3, 2, 2], PLANES],
    ['NHWC', [12], [3, 2, 2], [3, 2, 2], PLANES],
    ['NHWC', [3, 4], [1, 3, 4], [3, 4], AS_STORED],
    ['NCHW', [2, 2, 3], [12], [2, 2, 3], AS_STORED],
    ['NCHW', [3, 2, 2], [3, 2, 2], [3, 2, 2], AS_STORED],
  ] as const)(
    '%s, %j for a network that takes %j',
    async (layout, stored, inputShape, sampleShape, values) => {
      const dataset = await load(stored, inputShape, { layout });
      expect(dataset.sampleShape).toEqual(sampleShape);
      expect(first(dataset)).toEqual(values);
    },
  );

  test('what would fit both ways is turned', async () => {
    const { inputs } = await load([3, 3, 3], [3, 3, 3], { layout: 'NHWC' });
    expect([...inputs.subarray(0, 9)]).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24]);
  });
});

test('what does not fit is told with both shapes', async () => {
  const error = (shape: Shape, inputShape: Shape, options: DatasetOptions = {}) =>
    problem(load(shape, inputShape, options));
  expect(await error([2, 6], [3, 2, 2])).toMatch(
    /x.npy: its samples have 2 × 6 = 12 values, and the network takes 3 × 2 × 2 = 12 inputs\. Give the data set/,
  );
  expect(await error([2, 2, 3], [3, 2, 2], { layout: 'NCHW' })).toMatch(/2 × 2 × 3 = 12 values/);
  expect(await error([3, 2, 2], [3, 2, 2], { layout: 'NHWC' })).toMatch(/3 × 2 × 2 = 12 values/);
  expect(await error([4], [3, 2, 2], { layout: 'NHWC' })).toMatch(/have 4 values, and the network takes 3 ×/);
});

describe('mean and std per channel', () => {
  const options = { mean: [0, 0.5, 1], std: [1, 0.5, 0.25] };

  /** The first three channels of one pixel, as they were stored: 0, 51, 102. */
  function inputs(dataset: Dataset, positions: number) {
    const out = new Float32Array(3 * positions);
    fillInputs(dataset, 0, 1, out);
    return [out[0], out[positions], out[2 * positions]];
  }
  const EXPECTED = [0, (Math.fround(0.2) - 0.5) / 0.5, (Math.fround(0.4) - 1) / 0.25].map(Math.fround);

  test.each([
    [
      'IDX',
      { 'a-images-idx4-ubyte': idx([1, 3, 1, 1], [0, 51, 102]), 'a-labels-idx1-ubyte': idx([1], [0]) },
      [3],
    ],
    ['NumPy', { 'x.npy': npy([1, 3, 1, 1], [0, 51, 102], '|u1'), 'y.npy': npy([1], [0]) }, [3]],
    ['channels last', { 'x.npy': npy([1, 1, 1, 3], [0, 51, 102], '|u1'), 'y.npy': npy([1], [0]) }, [3, 1, 1]],
    ['flat', { 'x.npy': npy([1, 3], [0, 51, 102], '|u1'), 'y.npy': npy([1], [0]) }, [3, 1, 1]],
  ])('%s', async (_name, files, inputShape) => {
    const folder = await folderWith(files);
    const { main } = await resolveDataset({ path: folder }, options, inputShape);
    expect(inputs(await main.load(), 1)).toEqual(EXPECTED);
  });

  test('CIFAR-10', async () => {
    const record = Buffer.alloc(3073);
    record.fill(51, 1025).fill(102, 2049);
    const folder = await folderWith({ 'test_batch.bin': record });
    const { main } = await resolveDataset({ path: folder }, options, [3072]);
    expect(inputs(await main.load(), 1024)).toEqual(EXPECTED);
  });

  test('CSV', async () => {
    const folder = await folderWith({ 'a.csv': '0,0.2,0.4,1\n' });
    const { main } = await resolveDataset({ path: folder }, options, [3, 1, 1]);
    expect(inputs(await main.load(), 1)).toEqual(EXPECTED);
  });

  test('too many or too few name both counts', async () => {
    expect(await problem(load([3, 2, 2], [12], { mean: [0, 0] }))).toMatch(
      /x.npy: the length of mean is 2, and the number of channels 3 \(samples are of 3 × 2 × 2\)\. Give one value per channel, or one for all/,
    );
    expect(await problem(load([3, 4], [12], { std: [1, 1, 1] }))).toMatch(
      /the length of std is 3, and the number of channels 1/,
    );
  });
});
