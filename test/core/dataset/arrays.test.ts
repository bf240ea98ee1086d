import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { resolveDataset } from '../../../src/core/dataset/choose';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { folderWith, npy, problem } from './support';

const X = npy([3, 2], [0.5, 1, 2, 3, 4, 5]);
const Y = npy([3], [2, 0, 1]);

test('x_test.npy with y_test.npy, and the train split beside them', async () => {
  const folder = await folderWith({ 'X_test.npy': X, 'y_test.npy': Y, 'X_train.npy': X, 'y_train.npy': Y });
  const { main, splits } = await resolveDataset({ path: join(folder, 'X_test.npy') }, {}, [2]);
  expect(splits.map(({ split }) => split)).toEqual(['train', 'test']);
  const dataset = await main.load(2);
  expect(dataset).toMatchObject({ samples: 2, sampleShape: [2], scaling: { divisor: 1 }, classes: 3 });
  expect(dataset.inputs).toEqual(Float32Array.of(0.5, 1, 2, 3));
  expect(dataset.labels).toEqual(Int32Array.of(2, 0));
});

test('uint8 images, named one by one', async () => {
  const folder = await folderWith({
    'a.npy': npy([2, 1, 2], [1, 2, 3, 255], '|u1'),
    'b.npy': npy([2], [0, 1]),
  });
  const named = { images: join(folder, 'a.npy'), labels: join(folder, 'b.npy') };
  const { main } = await resolveDataset(named, { split: 'val' }, [2]);
  const dataset = await main.load();
  expect(dataset).toMatchObject({ split: 'val', scaling: { divisor: 255 } });
  expect(dataset.inputs).toEqual(Uint8Array.of(1, 2, 3, 255));
});

test('an npz with every split, deflated or stored', async () => {
  for (const level of [0, 6] as const) {
    const members = { 'x_train.npy': X, 'y_train.npy': Y, 'x_test.npy': X, 'y_test.npy': Y };
    const folder = await folderWith({ 'mnist.npz': zipSync(members, { level }) });
    const { main, splits } = await resolveDataset({ path: join(folder, 'mnist.npz') }, {}, [2]);
    expect([main.split, splits.length]).toEqual(['test', 2]);
    expect((await main.load(1)).inputs).toEqual(Float32Array.of(0.5, 1));
  }
});

test('arrays by other names', async () => {
  const folder = await folderWith({ 'd.npz': zipSync({ 'images.npy': X, 'targets.npy': Y }) });
  const open = (options: DatasetOptions) => resolveDataset({ path: join(folder, 'd.npz') }, options, null);
  expect((await open({ x: 'images', y: 'targets' })).main.samples).toBe(3);
  expect(await problem(open({}), folder)).toBe(
    'd.npz: holds no arrays x and y, only images, targets. Name them as "x" and "y" of "data" in modscope.json',
  );
});

test('one-hot labels, and class numbers in a column', async () => {
  const labels = async (y: Uint8Array, samples?: number) => {
    const folder = await folderWith({ 'd.npz': zipSync({ 'x.npy': X, 'y.npy': y }) });
    const { main } = await resolveDataset({ path: join(folder, 'd.npz') }, {}, null);
    return [...(await main.load(samples)).labels];
  };
  const oneHot = [0, 0, 1, 1, 0, 0, 0, 1, 0];
  expect(await labels(npy([3, 3], oneHot))).toEqual([2, 0, 1]);
  expect(await labels(npy([3, 3], oneHot, '|u1'), 2)).toEqual([2, 0]);
  expect(await labels(npy([3, 1], [2, 0, 1]))).toEqual([2, 0, 1]);
});

test('labels that are no classes are values, whichever sample says so', async () => {
  const valuesOf = async (y: Uint8Array, samples?: number) => {
    const folder = await folderWith({ 'x.npy': X, 'y.npy': y });
    const { main } = await resolveDataset({ path: join(folder, 'x.npy') }, {}, null);
    const { labels, classes, values } = await main.load(samples);
    expect([labels.length, classes]).toEqual([0, null]);
    return { ...values, data: [...(values?.data ?? [])] };
  };
  const one = (data: number[], reason: string) => ({ data, width: 1, reason });
  expect(await valuesOf(npy([3], [0, 1.5, 2]))).toEqual(one([0, 1.5, 2], 'the label of sample 1 is 1.5'));
  expect(await valuesOf(npy([3], [0, 1, -1]))).toEqual(one([0, 1, -1], 'the label of sample 2 is -1'));
  expect(await valuesOf(npy([3], [0, 1, 1.5]), 2)).toEqual(one([0, 1], 'the label of sample 2 is 1.5'));
  expect((await valuesOf(npy([3, 1], [0, 1, 2 ** 40]))).data).toEqual([0, 1, 2 ** 40]);
  const reason = 'sample 1 has 2 labels that are not one 1 among zeros';
  for (const row of [
    [1, 1],
    [0, 0],
    [0.5, 0.5],
    [2, -1],
  ])
    expect(await valuesOf(npy([3, 2], [0, 1, ...row, 0, 1]))).toEqual({
      ...{ data: [0, 1, ...row, 0, 1], width: 2 },
      reason,
    });
});

test('errors', async () => {
  const opened = async (x: Uint8Array, y: Uint8Array) => {
    const folder = await folderWith({ 'x.npy': x, 'y.npy': y });
    return problem(
      resolveDataset({ path: join(folder, 'x.npy') }, {}, null).then(({ main }) => main.load()),
      folder,
    );
  };
  expect(await opened(X, npy([2], [0, 1]))).toBe(
    'x.npy: holds 3 samples, and y.npy 2 labels. Inputs and labels must be of the same length',
  );
  expect(await opened(X, npy([3], [0, NaN, 2]))).toMatch(
    /^y.npy: the label of sample 1 is NaN, not a finite/,
  );
  expect(await opened(X, npy([3, 2], [0, 1, 1, 1e40, 0, 1]))).toMatch(/the label of sample 1 is 1e\+40/);
  expect(await opened(X, npy([3, 2, 2], new Array<number>(12).fill(0)))).toMatch(
    /^y.npy: y has 2 × 2 values for a sample, and a label is one or a row\. Store class numbers/,
  );
  expect(await opened(npy([3], [1, 2, 3]), Y)).toMatch(/^x.npy: x holds single values/);
  expect(await opened(npy([0, 2], []), npy([0], []))).toMatch(/^x.npy: holds no samples/);
  expect(await opened(X.subarray(0, -8), Y)).toMatch(/^x.npy: it should hold 48 bytes/);
  expect(await opened(npy([3, 1], [1, 1e40, 1]), Y)).toMatch(/sample 1, value 0 is 1e\+40, not a finite/);
});
