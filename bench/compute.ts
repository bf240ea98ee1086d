import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { textTable } from '../src/cli/output';
import { ParallelCompute } from '../src/compute/parallel';
import type { EvaluationData } from '../src/core/analysis/evaluation-data';
import { probeOptions } from '../src/core/association/sums/sums';
import { openCheckpoint } from '../src/core/checkpoint/formats/open';
import { resolveDataset } from '../src/core/dataset/choose';
import { RAW_MEASURES } from '../src/core/measures';
import type { DenseStack } from '../src/core/network/dense-stack';
import { findNetwork } from '../src/core/network/find/find';
import { loadModel } from '../src/core/network/model';
import { crossEntropyData } from '../test/support/measure';
import { engineRate } from './engine/rate';

// The compute stage against the time its operations take as one large matrix product on the same backend and threads.
// MNIST 784-64-64-10, 10,000 images, all measures of both layers and combined.

const DIST = join(__dirname, '..');
const GOLDEN = join(DIST, '../../shared/golden');
const REPEATS = 5;
/** Of the matrices of the product: large enough that nothing but the product counts. */
const SIZE = 1024;

async function main(): Promise<void> {
  if (!existsSync(GOLDEN)) {
    console.log(`skipped: there is no ${GOLDEN}`);
    return;
  }
  const checkpoint = await openCheckpoint(join(GOLDEN, 'checkpoints/mnist_sup_l2=0.00001_drop=0.30000.ckpt'));
  const stack = await loadModel(checkpoint, findNetwork(checkpoint, undefined, [28, 28]));
  if (stack.kind !== 'stack') throw new Error('the network of the bench is a stack');
  const images = join(GOLDEN, 'data/t10k-images-idx3-ubyte.gz');
  const { main } = await resolveDataset({ path: images }, {}, [784]);
  const dataset = crossEntropyData(await main.load());
  const operations = methodOperations(stack, dataset.samples);

  const rows = [['workers', 'GFLOP', 'product GFLOP/s', 'limit s', 'compute s', 'compute / limit']];
  for (const workers of [1, 2]) {
    const rate = await engineRate(workers, 'multiply', { size: SIZE, repeats: REPEATS }, 2 * SIZE ** 3);
    const compute = new ParallelCompute({ backend: 'auto', workers, folder: DIST });
    const seconds = await fastestSweep(compute, stack, dataset);
    const limit = operations / rate;
    rows.push([
      `${workers} (${await compute.backend()})`,
      (operations / 1e9).toFixed(2),
      (rate / 1e9).toFixed(1),
      limit.toFixed(3),
      seconds.toFixed(3),
      (seconds / limit).toFixed(2),
    ]);
    await compute.close();
  }
  console.log(textTable(rows));
}

async function fastestSweep(
  compute: ParallelCompute,
  stack: DenseStack,
  dataset: EvaluationData,
): Promise<number> {
  const measures = new Set(RAW_MEASURES);
  let fastest = Infinity;
  for (let i = 0; i < REPEATS; i++) {
    const from = performance.now();
    await compute.sweep(stack, dataset, { measures, combined: true, probes: probeOptions(false, null, 0) });
    fastest = Math.min(fastest, (performance.now() - from) / 1000);
  }
  return fastest;
}

/**
 * Operations of the method of METHODS.md: two for each multiplication with addition. Kernels between layers are counted in
 * full, though rows of units that are off are left out of the products.
 */
function methodOperations(stack: DenseStack, samples: number): number {
  const d = stack.hidden.map((layer) => layer.outputs);
  const classes = stack.readout.outputs;
  const pairs = (layers: readonly number[]) =>
    layers.reduce((sum, a, i) => sum + layers.slice(i).reduce((inner, b) => inner + a * b, 0), 0);
  const forward = [...stack.hidden, stack.readout].reduce(
    (sum, layer) => sum + layer.inputs * layer.outputs,
    0,
  );
  const covariance = pairs(d);
  let upstream = d[0]! ** 2;
  let downstream = 0;
  for (let next = 1; next < d.length; next++) {
    const [before, units] = [d[next - 1]!, d[next]!];
    const between = d.slice(0, next).reduce((sum, a) => sum + a * before * units, 0);
    upstream += between + before * units * units;
    downstream += classes * before * units;
  }
  downstream += 2 * classes * pairs(d.slice(0, -1));
  return 2 * samples * (forward + covariance + upstream + downstream);
}

void main();
