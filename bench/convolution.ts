import { join } from 'node:path';
import { textTable } from '../src/cli/output';
import { ParallelCompute } from '../src/compute/parallel';
import type { EvaluationData } from '../src/core/analysis/evaluation-data';
import { operations } from '../src/core/association/graph/plan';
import { suitableProbes } from '../src/core/association/graph/probes';
import { probeOptions } from '../src/core/association/sums/sums';
import { Random } from '../src/core/base/random';
import { RAW_MEASURES } from '../src/core/measures';
import { findNetwork } from '../src/core/network/find/find';
import { type GraphModel, hiddenLayers, loadModel, outputsOf } from '../src/core/network/model';
import { untrainedModel } from '../src/core/network/null-model';
import { checkpointOf } from '../test/support/checkpoint';
import { cifar10FastTensors } from '../test/support/cifar10-fast';
import { engineRate } from './engine/rate';
import { watchMemory } from './support/memory';

// The paper's full CIFAR-10 network (64, 128, 256, 256 channels; random weights), 256 images, all layers and measures, against
// the time its operations take at the backend's own rate of convolution on the same threads.

const DIST = join(__dirname, '..');
const SAMPLES = 256;
const WORKERS = 2;

async function main(): Promise<void> {
  const graph = await network();
  const rate = await convolutionRate();
  const compute = new ParallelCompute({ backend: 'auto', workers: WORKERS, folder: DIST });
  await compute.backend();
  const measures = new Set(RAW_MEASURES);
  const watch = watchMemory();
  const from = performance.now();
  await compute.sweep(graph, images(), { measures, combined: false, probes: probeOptions(false, null, 0) });
  const seconds = (performance.now() - from) / 1000;
  const peak = watch.stop();
  await compute.close();

  const counted = methodOperations(graph);
  const limit = counted / rate;
  console.log(
    textTable([
      ['workers', 'GFLOP', 'convolution GFLOP/s', 'limit s', 'sweep s', 'sweep / limit', 'memory MB'],
      [
        String(WORKERS),
        (counted / 1e9).toFixed(0),
        (rate / 1e9).toFixed(1),
        limit.toFixed(1),
        seconds.toFixed(1),
        (seconds / limit).toFixed(2),
        (peak / 1e6).toFixed(0),
      ],
    ]),
  );
}

async function network(): Promise<GraphModel> {
  const checkpoint = checkpointOf(cifar10FastTensors([64, 128, 256, 256], 512));
  const found = findNetwork(checkpoint);
  if (found === null) throw new Error('the network was not recognised');
  const model = untrainedModel(await loadModel(checkpoint, found), new Random(0));
  if (model.kind !== 'graph') throw new Error('a convolutional network is a graph');
  return model;
}

function images(): EvaluationData {
  const random = new Random(1);
  const sampleShape = [3, 32, 32];
  const inputs = Uint8Array.from({ length: SAMPLES * 3072 }, () => random.integer(256));
  const labels = Int32Array.from({ length: SAMPLES }, () => random.integer(10));
  const scaling = { divisor: 255, mean: undefined, std: undefined };
  return {
    path: 'random',
    split: 'test',
    samples: SAMPLES,
    classes: 10,
    sampleShape,
    inputs,
    loss: 'cross_entropy',
    targets: labels,
    scaling,
  };
}

/** Floating-point operations per second of a convolution as the network's own on every worker at once. */
function convolutionRate(): Promise<number> {
  const size = { side: 32, channels: 64, rows: 32 };
  const operations = 2 * 9 * size.rows * size.side ** 2 * size.channels ** 2;
  return engineRate(WORKERS, 'convolve', { ...size, repeats: 5 }, operations);
}

/** One forward pass, a vjp per logit, a jvp per probe, and the products of the units at every position. */
function methodOperations(graph: GraphModel): number {
  const probes = suitableProbes(SAMPLES);
  const classes = outputsOf(graph);
  const products = hiddenLayers(graph).reduce(
    (sum, { units, positions }) => sum + 2 * units ** 2 * positions,
    0,
  );
  const passes = (1 + classes + probes) * operations(graph);
  return SAMPLES * (passes + (1 + 2 * classes + probes) * products);
}

void main();
