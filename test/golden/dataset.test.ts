import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseDataset, resolveDataset } from '../../src/core/dataset/choose';
import { findDatasets } from '../../src/core/dataset/discover';
import { fillInputs } from '../../src/core/dataset/inputs';
import { goldenPath, hasGolden } from './golden';

test('the data set of samples/digits is found from a checkpoint', async () => {
  const checkpoint = join(import.meta.dirname, '../../samples/digits/checkpoints/digits_drop=0.0_run=0.ckpt');
  const { main, splits } = chooseDataset(await findDatasets(checkpoint), [64]);
  expect(splits.map(({ split, samples }) => [split, samples])).toEqual([
    ['train', 1000],
    ['val', 200],
    ['test', 597],
  ]);
  const dataset = await main.load();
  expect(dataset).toMatchObject({ split: 'test', samples: 597, sampleShape: [8, 8], classes: 10 });
});

describe.skipIf(!hasGolden)('golden/data', () => {
  test('the MNIST test set is the canonical one', async () => {
    const { main } = await resolveDataset(
      { path: goldenPath('data', 't10k-images-idx3-ubyte.gz') },
      {},
      [784],
    );
    const dataset = await main.load();
    expect(dataset).toMatchObject({ samples: 10_000, sampleShape: [28, 28], classes: 10 });
    expect([...dataset.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // Known of MNIST's test set: the mean of its pixels, as fractions, is 0.1325.
    const inputs = new Float32Array(dataset.inputs.length);
    fillInputs(dataset, 0, dataset.samples, inputs);
    const mean = inputs.reduce((sum, value) => sum + value, 0) / inputs.length;
    expect(mean).toBeCloseTo(0.1325, 4);

    const first = await resolveDataset(
      { path: goldenPath('data', 't10k-first2000-images-idx3-ubyte.gz') },
      {},
      [784],
    );
    expect(sha256((await first.main.load()).inputs)).toBe(sha256((await main.load(2000)).inputs));
  });

  test('two data sets fit the MNIST checkpoints: both are named', async () => {
    const search = await findDatasets(goldenPath('checkpoints', 'mnist_sup_l2=0.00001.ckpt'));
    expect(() => chooseDataset(search, [784])).toThrow(
      /several data sets fit: .+t10k-first2000-images-idx3-ubyte\.gz \(test, 2000 samples.+t10k-images-idx3-ubyte\.gz \(test, 10000 samples/,
    );
    expect(chooseDataset(search, [3072]).main).toMatchObject({ kind: 'CIFAR binary', samples: 256 });
  });

  test('pictures in the layout of CIFAR-10', async () => {
    const { main } = await resolveDataset(
      { path: goldenPath('data', 'cifar10jpeg_test256.bin') },
      {},
      [3072],
    );
    const dataset = await main.load(64);
    expect(dataset).toMatchObject({ split: 'test', samples: 64, sampleShape: [3, 32, 32], classes: 10 });
  });
});

function sha256(bytes: Uint8Array | Float32Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
