import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveDataset } from '../../../src/core/dataset/choose';
import { folderWith, problem } from './support';

/** Records whose pixels are all of the value of their label. */
function records(...labels: number[]): Uint8Array {
  return Buffer.concat(labels.map((label) => Buffer.alloc(3073, label)));
}

test('train batches in their order, and the test batch', async () => {
  const folder = await folderWith({
    'data_batch_10.bin': records(9),
    'data_batch_2.bin': records(3, 4),
    'data_batch_1.bin': records(1, 2),
    'test_batch.bin': records(5),
  });
  const { main, splits } = await resolveDataset({ path: folder }, {}, [3072]);
  expect([main.split, main.sampleShape]).toEqual(['test', [3, 32, 32]]);
  expect(splits.map(({ split, samples }) => [split, samples])).toEqual([
    ['train', 5],
    ['test', 1],
  ]);
  const train = await splits[0]!.load();
  expect([...train.labels]).toEqual([1, 2, 3, 4, 9]);
  expect(Array.from({ length: 5 }, (_, i) => train.inputs[3072 * i + 3071])).toEqual([1, 2, 3, 4, 9]);
  expect([...(await splits[0]!.load(3)).labels]).toEqual([1, 2, 3]);
});

test('another .bin of such records; the split by its name', async () => {
  const folder = await folderWith({ 'my_valid.bin': records(0, 1) });
  const { main } = await resolveDataset({ path: join(folder, 'my_valid.bin') }, {}, [3072]);
  expect([main.split, main.samples]).toEqual(['val', 2]);
});

test('errors', async () => {
  const folder = await folderWith({
    'cut.bin': records(1, 2).subarray(0, -1),
    'label.bin': records(1, 10),
    'first.bin': records(200),
    'empty.bin': '',
  });
  const loaded = async (name: string) => {
    const { main } = await resolveDataset({ path: join(folder, name) }, {}, null);
    return main.load();
  };
  expect(await problem(loaded('cut.bin'), folder)).toMatch(
    /^cut.bin: is truncated or not of CIFAR: its 6145 bytes/,
  );
  expect(await problem(loaded('label.bin'), folder)).toMatch(/the label of record 1 is 10/);
  expect(await problem(loaded('first.bin'), folder)).toMatch(/the label of record 0 is 200/);
  expect(await problem(loaded('empty.bin'), folder)).toMatch(/its 0 bytes/);
});
