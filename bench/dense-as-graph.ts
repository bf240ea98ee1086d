import { join } from 'node:path';
import { textTable } from '../src/cli/output';
import { ParallelCompute } from '../src/compute/parallel';
import type { EvaluationData } from '../src/core/analysis/evaluation-data';
import { meanMatrices, variances } from '../src/core/association/association';
import { type ProbeOptions, probeOptions, type SweepSums } from '../src/core/association/sums/sums';
import { Random } from '../src/core/base/random';
import { RAW_MEASURES, type RawMeasure } from '../src/core/measures';
import type { Model } from '../src/core/network/model';
import { untrainedModel } from '../src/core/network/null-model';
import { asGraph } from '../test/support/graph';
import { randomNetwork, RELU } from '../test/support/random-network';
import { watchMemory } from './support/memory';

// What the closed form of dense stacks is worth: the same networks as a stack and as a graph, on one worker each. Random weights
// and images, all layers and combined. Where both are exact they must give the same matrices.

const DIST = join(__dirname, '..');
const CLASSES = 10;
const NETWORKS = [
  { sizes: [784, 64, 64], samples: 10_000 },
  { sizes: [784, 256, 256], samples: 2000 },
];
/** ‖difference‖ / ‖matrix‖ (Frobenius) that sums of float32 products may have. */
const TOLERANCE = 1e-5;
/** A sweep is repeated until either is reached. */
const MOST_REPEATS = 3;
const MOST_SECONDS = 10;

const EXACT = probeOptions(true, null, 0);
const CASES: readonly { measures: readonly RawMeasure[]; name: string; probes: ProbeOptions; how: string }[] =
  [
    { measures: ['forward_cov'], name: 'covariance', probes: EXACT, how: 'exact' },
    { measures: ['forward_jac'], name: 'upstream Jacobian', probes: EXACT, how: 'exact' },
    { measures: ['backward_jac', 'backward_hess'], name: 'downstream', probes: EXACT, how: 'exact' },
    { measures: RAW_MEASURES, name: 'all', probes: EXACT, how: 'exact' },
    { measures: RAW_MEASURES, name: 'all', probes: probeOptions(false, null, 0), how: 'default' },
    // Nothing is affordable: the fewest random directions.
    { measures: RAW_MEASURES, name: 'all', probes: { ...EXACT, affordable: 0 }, how: 'estimated' },
  ];

async function main(): Promise<void> {
  const header = ['network', 'measures', 'graph', 'stack s', 'graph s', 'graph / stack'];
  const rows = [[...header, 'stack MB', 'graph MB', 'difference']];
  for (const { sizes, samples } of NETWORKS) {
    const { stack, inputs, labels } = randomNetwork(sizes, CLASSES, RELU, samples);
    const model = untrainedModel(stack, new Random(0));
    if (model.kind !== 'stack') throw new Error('the untrained form of a stack is a stack');
    const dataset = datasetOf(sizes[0]!, inputs, labels);
    for (const { measures, name, probes, how } of CASES) {
      const closed = await sweep(model, dataset, measures, EXACT);
      const graph = await sweep(asGraph(model), dataset, measures, probes);
      const differences = measures.map((measure) => difference(graph.sums, closed.sums, measure));
      rows.push([
        [...sizes, CLASSES].join('-'),
        name,
        how,
        closed.seconds.toFixed(2),
        graph.seconds.toFixed(2),
        (graph.seconds / closed.seconds).toFixed(1),
        (closed.bytes / 1e6).toFixed(0),
        (graph.bytes / 1e6).toFixed(0),
        Math.max(...differences).toExponential(0),
      ]);
    }
  }
  console.log(textTable(rows));
}

function datasetOf(width: number, inputs: Float32Array, labels: Int32Array): EvaluationData {
  return {
    ...{ path: 'random', split: 'test', samples: labels.length, classes: CLASSES },
    ...{ sampleShape: [width], inputs, loss: 'cross_entropy', targets: labels, scaling: { divisor: 1 } },
  };
}

interface Run {
  readonly sums: SweepSums;
  /** Of the fastest sweep. */
  readonly seconds: number;
  /** The most the process held. */
  readonly bytes: number;
}

/** Sweeps on a worker of its own, so that memory is not what another run has left. */
async function sweep(
  model: Model,
  dataset: EvaluationData,
  measures: readonly RawMeasure[],
  probes: ProbeOptions,
): Promise<Run> {
  const compute = new ParallelCompute({ backend: 'auto', workers: 1, folder: DIST });
  await compute.backend();
  const watch = watchMemory();
  const options = { measures: new Set(measures), combined: true, probes };
  let spent = 0;
  let seconds = Infinity;
  let sums: SweepSums | null = null;
  for (let i = 0; i < MOST_REPEATS && spent < MOST_SECONDS; i++) {
    const from = performance.now();
    sums = await compute.sweep(model, dataset, options);
    const took = (performance.now() - from) / 1000;
    seconds = Math.min(seconds, took);
    spent += took;
  }
  const bytes = watch.stop();
  await compute.close();
  if (sums === null) throw new Error('nothing was swept');
  return { sums, seconds, bytes };
}

/** ‖graph − stack‖ / ‖stack‖ of the combined matrix. @throws Error where it is too large for sums that are not estimates */
function difference(graph: SweepSums, stack: SweepSums, measure: RawMeasure): number {
  const [own, reference] = [combined(graph, measure), combined(stack, measure)];
  const relative = norm(own.map((value, i) => value - (reference[i] ?? 0))) / norm(reference);
  if (variances(graph, measure, true) === null && !(relative <= TOLERANCE))
    throw new Error(`${measure} differs by ${relative}`);
  return relative;
}

/** The last of the matrices. */
function combined(sums: SweepSums, measure: RawMeasure): Float64Array {
  return meanMatrices(sums, measure, true).at(-1)?.data ?? new Float64Array(0);
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

void main();
