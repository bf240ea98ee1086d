import { parentPort } from 'node:worker_threads';
import { agreement, type AgreementItem, type AgreementOptions } from '../core/analysis/agreement';
import type { EvaluationData } from '../core/analysis/evaluation-data';
import { nuclearNorm } from '../core/analysis/weight-statistics';
import type { SampleSource, Sweep, SweepOptions, SweepSums } from '../core/association/sums/sums';
import { createSweep, permutedSums } from '../core/association/sweep';
import type { Labels, SquareMatrix } from '../core/base/matrix';
import { Random } from '../core/base/random';
import { cluster, type Clustering, type ClusterOptions } from '../core/clustering/cluster';
import { consensus } from '../core/clustering/consensus';
import { fillInputs } from '../core/dataset/inputs';
import type { Measure } from '../core/measures';
import type { Model } from '../core/network/model';
import type { Agreement } from '../core/report';
import type { Tensor } from '../core/tensor/dtype';
import type { BackendName, Engine } from '../core/tensor/engine';
import { type Method, portOf, serve } from '../rpc';
import { startEngine } from './backends';

// The entry of a worker thread: it has an engine of its own, and the sweep it was prepared for.

/** What a worker is sent before it can sweep; the large arrays in it are shared, not copied. */
export interface SweepSetup {
  readonly model: Model;
  readonly dataset: EvaluationData;
  readonly options: SweepOptions;
}

/** The tasks of a worker; the pool gives it one at a time. */
export interface ComputeMethods {
  /** Starts the tensor backend; the answer is its name. */
  start: Method<{ backend: BackendName; folder: string }, string>;
  /** Takes the network and the data of the sweeps to come. */
  prepare: Method<SweepSetup, null>;
  /** Sweeps the samples first … end − 1. */
  sweep: Method<{ first: number; end: number }, SweepSums>;
  /** The upstream measures of permuted units, over all samples of the set-up. */
  permuted: Method<{ setup: SweepSetup; seed: number }, SweepSums>;
  cluster: Method<{ matrix: SquareMatrix; options: ClusterOptions }, Clustering>;
  consensus: Method<readonly Labels[], Labels>;
  agree: Method<{ items: readonly AgreementItem<Measure>[]; options: AgreementOptions }, Agreement[]>;
  nuclearNorm: Method<Tensor, number | null>;
}

const thread = parentPort;
if (thread === null) throw new Error('worker.ts runs in a worker thread');

let engine: Engine | null = null;
let prepared: { readonly sweep: Sweep; readonly source: SampleSource } | null = null;

serve<ComputeMethods>(portOf(thread), {
  start: async ({ backend, folder }) => {
    engine = await startEngine(backend, folder);
    return engine.name;
  },
  prepare: ({ model, dataset, options }) => {
    prepared = { sweep: createSweep(started(), model, options), source: sourceOf(dataset) };
    return null;
  },
  sweep: ({ first, end }) => {
    if (prepared === null) throw new Error('sweep before prepare');
    return prepared.sweep.run(prepared.source, first, end);
  },
  permuted: ({ setup: { model, dataset, options }, seed }) =>
    permutedSums(started(), model, sourceOf(dataset), options, new Random(seed)),
  cluster: ({ matrix, options }) => cluster(matrix, options),
  consensus: (partitions) => consensus(partitions),
  agree: ({ items, options }) => agreement(items, options),
  nuclearNorm: (matrix) => nuclearNorm(matrix),
});

function started(): Engine {
  if (engine === null) throw new Error('the tensor backend was not started');
  return engine;
}

function sourceOf(dataset: EvaluationData): SampleSource {
  return {
    samples: dataset.samples,
    loss: dataset.loss,
    targets: dataset.targets,
    fill: (first, count, out) => {
      fillInputs(dataset, first, count, out);
    },
  };
}
