import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitStatistics } from '../../src/core/analysis/statistics';
import { nuclearNorm, weightStatistics } from '../../src/core/analysis/weight-statistics';
import { association, meanMatrices, normalisedAssociation } from '../../src/core/association/association';
import type { SweepSums } from '../../src/core/association/sums/sums';
import type { SquareMatrix } from '../../src/core/base/matrix';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { resolveDataset } from '../../src/core/dataset/choose';
import type { Dataset } from '../../src/core/dataset/dataset';
import { openLocalFile, withFile } from '../../src/core/file/local';
import { openNpz } from '../../src/core/file/npy';
import { MEASURES, rawOf } from '../../src/core/measures';
import type { Engine } from '../../src/core/tensor/engine';
import { loadNetwork, relativeError, startEngine, sweepAll } from '../support/measure';
import { goldenPath, hasGolden } from './golden';

/** Of the raw matrices, the normalised ones, and the statistics, as relative errors. */
const TOLERANCES = { raw: 1e-5, norm: 1e-4, statistics: 1e-5 };
/** The reference's loss is a mean over batches of this size, which divides its Hessian once more. */
const BATCH_SIZE = 100;

const worst = { raw: 0, norm: 0, statistics: 0 };

function check(kind: keyof typeof worst, error: number, what: string): void {
  worst[kind] = Math.max(worst[kind], error);
  expect(error, what).toBeLessThan(TOLERANCES[kind]);
}

describe.skipIf(!hasGolden)('measures against the reference in float64', () => {
  let engine: Engine;
  let mnist: Dataset;
  beforeAll(async () => {
    engine = await startEngine();
    mnist = await load(goldenPath('data/t10k-first2000-images-idx3-ubyte.gz'));
  });

  const mnistNames = readdirIfAny('matrices').filter((name) => /^mnist.*\.npz$/.test(name));
  it.each(mnistNames)('%s', async (name) => {
    const checkpoint = goldenPath('checkpoints', name.replace('.npz', '.ckpt'));
    const sums = sweepAll(engine, await loadNetwork(checkpoint), mnist);
    expect(
      await compareMatrices(sums, goldenPath('matrices', name), BATCH_SIZE, '__f64'),
    ).toBeGreaterThanOrEqual(16);
    const json = await readJson(goldenPath('matrices', name.replace('.npz', '.json')));
    await compareStatistics(checkpoint, sums, {
      loss: json['loss_f64'],
      accuracy: json['acc_f64'],
      l1Norm: json['l1_norm'],
      l2Norm: json['l2_norm'],
      nuclearNorm: json['nuc_norm'],
      sparsity: json['sparsity'],
    });
  });

  const epochs = readdirIfAny('matrices/trajectory').filter((name) => name.endsWith('.npz'));
  it.each(epochs)('trajectory %s', async (name) => {
    const run = 'checkpoints/trajectory/mnist_sup_l2=0.00001_drop=0.30000/weights';
    const stack = await loadNetwork(goldenPath(run, name.replace('.npz', '.ckpt')));
    const sums = sweepAll(engine, stack, mnist);
    expect(await compareMatrices(sums, goldenPath('matrices/trajectory', name), BATCH_SIZE, '__f64')).toBe(
      16,
    );
  });

  const digits = readdirIfAny('digits').filter((name) => name.endsWith('.npz'));
  it.each(digits)('%s', async (name) => {
    const data = await load(goldenPath('../samples/digits/data/test-images-idx3-ubyte'));
    const uid = name.replace('.npz', '');
    const checkpoint = goldenPath('../samples/digits/checkpoints', `${uid}.ckpt`);
    const sums = sweepAll(engine, await loadNetwork(checkpoint), data);
    expect(await compareMatrices(sums, goldenPath('digits', name), 1, '')).toBe(12);
    const golden = (await readJson(goldenPath('digits/golden.json')))[uid] as Record<string, unknown>;
    await compareStatistics(checkpoint, sums, {
      loss: golden['test_loss'],
      accuracy: golden['test_accuracy'],
      l1Norm: golden['l1_norm'],
      l2Norm: golden['l2_norm'],
      nuclearNorm: golden['nuc_norm'],
      sparsity: golden['sparsity'],
    });
  });

  const sameWeights = readdirIfAny('formats').filter((name) =>
    /^same.*(ckpt|pth?|safetensors|npz)$/.test(name),
  );
  it.each(sameWeights)('formats/%s gives the numbers of its original', async (name) => {
    const sums = sweepAll(engine, await loadNetwork(goldenPath('formats', name)), mnist);
    const golden = goldenPath('matrices/mnist_sup_l2=0.00001_drop=0.30000.npz');
    const halfPrecision = /bf16|f16|fp16/.test(name);
    if (!halfPrecision) await compareMatrices(sums, golden, BATCH_SIZE, '__f64');
    // Weights rounded to 8 or 11 bits are another network: its numbers are near, not the same.
    else expect(sums.loss / sums.samples).toBeCloseTo(0.15708, 4);
  });

  it('says the worst errors seen', () => {
    console.info('worst relative errors', worst);
    expect(worst.raw).toBeGreaterThan(0);
  });
});

/** Compares every matrix of the golden file that the sums give. @returns how many */
async function compareMatrices(
  sums: SweepSums,
  path: string,
  hessianScale: number,
  suffix: string,
): Promise<number> {
  return withFile(path, async (file) => {
    const arrays = await openNpz(file);
    let compared = 0;
    for (const method of MEASURES) {
      const raw = rawOf(method);
      const means = meanMatrices(sums, raw, true);
      for (const [index, mean] of means.entries()) {
        const layer = index < means.length - 1 ? `layer${index}` : 'combined';
        const array = arrays.get(`${method}__${layer}${suffix}`);
        if (array === undefined) continue;
        const { data } = await array.read();
        const what = `${method} ${layer}`;
        if (method === raw) {
          const scale = raw === 'backward_hess' ? hessianScale : 1;
          const golden = Float64Array.from(data, (value) => value * scale);
          check('raw', relativeError(association(mean).data, golden), what);
        } else {
          check(
            'norm',
            relativeError(normalised(mean, raw === 'backward_hess' ? hessianScale : 1), data),
            what,
          );
        }
        compared++;
      }
    }
    return compared;
  });
}

/** The smallest σ is absolute, so the reference's form shows only at the reference's scale. */
function normalised(mean: SquareMatrix, scale: number): Float64Array {
  return normalisedAssociation({ size: mean.size, data: mean.data.map((value) => value / scale) }).data;
}

async function compareStatistics(
  path: string,
  sums: SweepSums,
  golden: Record<string, unknown>,
): Promise<void> {
  const checkpoint = await openCheckpoint(path);
  const weights = await weightStatistics(checkpoint, (matrix) => Promise.resolve(nuclearNorm(matrix)));
  await checkpoint.close();
  for (const [key, value] of Object.entries({ ...weights, ...splitStatistics(sums) })) {
    const expected = Number(golden[key]);
    check('statistics', Math.abs(Number(value) - expected) / Math.abs(expected), key);
  }
}

async function load(path: string): Promise<Dataset> {
  return (await resolveDataset({ path }, {}, null)).main.load();
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return withFile(
    path,
    async (file) => {
      const bytes = await file.read(0, file.size);
      return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    },
    openLocalFile,
  );
}

function readdirIfAny(folder: string): string[] {
  return hasGolden ? readdirSync(goldenPath(folder)) : [];
}
