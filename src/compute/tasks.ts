import { type AgreementItem, type AgreementOptions, agreement } from '../core/agreement/agree';
import type { BackendName } from '../core/analysis/config-schema';
import { nuclearNorm } from '../core/analysis/statistics';
import { permutedSums } from '../core/association/permuted';
import {
  createSweep,
  type SampleSource,
  type Sweep,
  type SweepOptions,
  type SweepSums,
} from '../core/association/sweep';
import type { Tensor } from '../core/checkpoint/checkpoint';
import { cluster, type Clustering, type ClusterOptions } from '../core/clustering/cluster';
import { consensus } from '../core/clustering/consensus';
import type { Dataset } from '../core/dataset/dataset';
import { fillInputs } from '../core/dataset/inputs';
import type { Measure } from '../core/measures';
import type { Labels, SquareMatrix } from '../core/matrix';
import type { Model } from '../core/network/model';
import type { Convolution, Engine } from '../core/engine';
import { Random } from '../core/random';
import type { Agreement } from '../core/report';
import { startEngine } from './backend/backend';

/** What a worker is sent before it can sweep; the large arrays in it are shared, not copied. */
export interface SweepSetup {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly options: SweepOptions;
}

/** The tasks a worker does, by name; inputs and outputs are plain data. */
export interface Tasks {
  /** Starts the tensor backend; the answer is its name. */
  start: { input: { backend: BackendName; folder: string }; output: string };
  /** Takes the network and the data of the sweeps to come. */
  prepare: { input: SweepSetup; output: null };
  /** Sweeps the samples first … end − 1. */
  sweep: { input: { first: number; end: number }; output: SweepSums };
  /** The upstream measures of permuted units, over all samples of the set-up. */
  permuted: { input: { setup: SweepSetup; seed: number }; output: SweepSums };
  cluster: { input: { matrix: SquareMatrix; options: ClusterOptions }; output: Clustering };
  consensus: { input: readonly Labels[]; output: Labels };
  agree: {
    input: { items: readonly AgreementItem<Measure>[]; options: AgreementOptions };
    output: Agreement[];
  };
  nuclearNorm: { input: Tensor; output: number | null };
  /** Multiplies two random matrices of `size`; the answer is the seconds of the fastest of `repeats`. */
  multiply: { input: { size: number; repeats: number }; output: number };
  /** The same of a convolution 3 × 3 of `rows` images of `side` × `side` with so many channels, in and out. */
  convolve: {
    input: { side: number; channels: number; rows: number; repeats: number };
    output: number;
  };
}
export type TaskName = keyof Tasks;

/** A worker's own state: its engine, and the sweep it was prepared for. */
export class TaskRunner {
  #engine: Engine | null = null;
  #sweep: { readonly sweep: Sweep; readonly source: SampleSource } | null = null;

  readonly #tasks: {
    [T in TaskName]: (input: Tasks[T]['input']) => Tasks[T]['output'] | Promise<Tasks[T]['output']>;
  } = {
    start: async ({ backend, folder }) => {
      this.#engine = await startEngine(backend, folder);
      return this.#engine.name;
    },
    prepare: ({ model, dataset, options }) => {
      this.#sweep = { sweep: createSweep(this.#started(), model, options), source: sourceOf(dataset) };
      return null;
    },
    sweep: ({ first, end }) => {
      if (this.#sweep === null) throw new Error('sweep before prepare');
      return this.#sweep.sweep.run(this.#sweep.source, first, end);
    },
    permuted: ({ setup: { model, dataset, options }, seed }) => {
      const random = new Random(seed);
      return permutedSums(this.#started(), model, sourceOf(dataset), options, random);
    },
    cluster: ({ matrix, options }) => cluster(matrix, options),
    consensus: (partitions) => consensus(partitions),
    agree: ({ items, options }) => agreement(items, options),
    nuclearNorm: (matrix) => nuclearNorm(matrix),
    multiply: ({ size, repeats }) => fastestProduct(this.#started(), size, repeats),
    convolve: (input) => fastestConvolution(this.#started(), input),
  };

  async run<T extends TaskName>(task: T, input: Tasks[T]['input']): Promise<Tasks[T]['output']> {
    return this.#tasks[task](input);
  }

  #started(): Engine {
    if (this.#engine === null) throw new Error('the tensor backend was not started');
    return this.#engine;
  }
}

function sourceOf(dataset: Dataset): SampleSource {
  return {
    samples: dataset.samples,
    labels: dataset.labels,
    fill: (first, count, out) => {
      fillInputs(dataset, first, count, out);
    },
  };
}

function fastestProduct(engine: Engine, size: number, repeats: number): number {
  const a = waves(size * size);
  const out = new Float32Array(size * size);
  return fastest(repeats, () => {
    engine.multiply(a, a, size, size, size, out);
  });
}

function fastestConvolution(
  engine: Engine,
  { side, channels, rows, repeats }: Tasks['convolve']['input'],
): number {
  const x = waves(rows * side * side * channels);
  const filter = waves(9 * channels * channels);
  const out = new Float32Array(x.length);
  const geometry: Convolution = {
    ...{ height: side, width: side, channels, filters: channels },
    ...{ kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] },
  };
  return fastest(repeats, () => {
    engine.convolve(x, filter, rows, geometry, out);
  });
}

function waves(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i));
}

/** Seconds of the fastest of some runs. */
function fastest(repeats: number, run: () => void): number {
  let seconds = Infinity;
  for (let i = 0; i < repeats; i++) {
    const from = performance.now();
    run();
    seconds = Math.min(seconds, (performance.now() - from) / 1000);
  }
  return seconds;
}
