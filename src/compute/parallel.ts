import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AgreementItem, AgreementOptions } from '../core/analysis/agreement';
import type { Compute } from '../core/analysis/compute';
import type { EvaluationData } from '../core/analysis/evaluation-data';
import { mergeSums, type SweepOptions, type SweepSums } from '../core/association/sums/sums';
import type { Labels, SquareMatrix } from '../core/base/matrix';
import type { Clustering, ClusterOptions } from '../core/clustering/cluster';
import type { Measure } from '../core/measures';
import type { DenseParameters } from '../core/network/dense-stack';
import { hiddenLayers, type Model } from '../core/network/model';
import type { Agreement } from '../core/report';
import type { Tensor } from '../core/tensor/dtype';
import type { BackendName } from '../core/tensor/engine';
import type { ComputeMethods } from './worker';
import { WorkerPool } from './worker-pool';

/** More threads than this seldom pay: each has an engine and a heap of its own. */
const MOST_WORKERS = 8;

export interface ParallelOptions {
  readonly backend: BackendName;
  /** Threads; as many as there are cores by default. */
  readonly workers?: number | undefined;
  /** Where the bundled worker.cjs and the .wasm files lie. */
  readonly folder: string;
}

/** The work of an analysis on a pool of worker threads. */
export class ParallelCompute implements Compute {
  readonly workers: number;
  readonly #pool: WorkerPool<ComputeMethods>;
  readonly #started: Promise<string[]>;
  #lastSweep: Promise<unknown> = Promise.resolve();

  constructor({ backend, workers, folder }: ParallelOptions) {
    this.workers = workers ?? Math.min(availableParallelism(), MOST_WORKERS);
    this.#pool = new WorkerPool<ComputeMethods>(join(folder, 'worker.cjs'), this.workers);
    this.#started = this.#pool.runOnEach('start', { backend, folder });
    // Whoever asks for the backend or gives work hears of the failure; until then it is not an unhandled one.
    this.#started.catch(() => undefined);
  }

  async backend(): Promise<string> {
    return (await this.#started)[0] ?? '';
  }

  /** One after the other: every worker holds what it sweeps. */
  sweep(...asked: Parameters<Compute['sweep']>): Promise<SweepSums> {
    const swept = this.#lastSweep.then(() => this.#sweepAlone(...asked));
    this.#lastSweep = swept.catch(() => undefined);
    return swept;
  }

  async #sweepAlone(
    model: Model,
    dataset: EvaluationData,
    options: SweepOptions,
    onProgress?: (samples: number) => void,
    onShard?: (sums: SweepSums, index: number, count: number) => void,
  ): Promise<SweepSums> {
    await this.#started;
    await this.#pool.runOnEach('prepare', {
      model: shareModel(model),
      dataset: shareDataset(dataset),
      options,
    });
    const pieces = shards(dataset.samples, model);
    const merge = new OrderedMerge((sums, index) => onShard?.(sums, index, pieces.length));
    let done = 0;
    await Promise.all(
      pieces.map(async (piece, index) => {
        const sums = await this.#pool.run('sweep', piece);
        onProgress?.((done += sums.samples));
        merge.add(index, sums);
      }),
    );
    return merge.result();
  }

  async permuted(
    model: Model,
    dataset: EvaluationData,
    options: SweepOptions,
    seed: number,
  ): Promise<SweepSums> {
    await this.#started;
    const setup = { model: shareModel(model), dataset: shareDataset(dataset), options };
    return this.#pool.run('permuted', { setup, seed });
  }

  cluster(matrix: SquareMatrix, options: ClusterOptions): Promise<Clustering> {
    return this.#pool.run('cluster', { matrix, options });
  }

  consensus(partitions: readonly Labels[]): Promise<Labels> {
    return this.#pool.run('consensus', partitions);
  }

  agree(items: readonly AgreementItem<Measure>[], options: AgreementOptions): Promise<Agreement[]> {
    return this.#pool.run('agree', { items, options });
  }

  nuclearNorm(matrix: Tensor): Promise<number | null> {
    return this.#pool.run('nuclearNorm', matrix);
  }

  /** Whether it was closed or a worker died. */
  get isOver(): boolean {
    return this.#pool.isOver;
  }

  /** Ends the threads; what is under way fails as cancelled. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Shards of a data set: enough that all workers end together, and that resampling them tells how much Q varies. */
const SHARDS = 20;
/** Wide networks have large sums: fewer shards, so that merging stays small beside the products. */
const WIDE_UNITS = 1024;
const WIDE_SHARDS = 8;
/** Below this a shard is too small to be worth a message: a sample takes a stack microseconds, and other graphs milliseconds. */
const LEAST_SAMPLES = { stack: 50, graph: 8 };

export interface Shard {
  readonly first: number;
  readonly end: number;
}

/** The data set in pieces that depend on nothing but its size and the network, so that neither do the sums. */
export function shards(samples: number, model: Model): Shard[] {
  const units = hiddenLayers(model).reduce((sum, layer) => sum + layer.units, 0);
  const least = LEAST_SAMPLES[model.kind];
  const size = Math.max(least, Math.ceil(samples / (units > WIDE_UNITS ? WIDE_SHARDS : SHARDS)));
  return Array.from({ length: Math.ceil(samples / size) }, (_, index) => ({
    first: index * size,
    end: Math.min((index + 1) * size, samples),
  }));
}

/** Merges the sums of shards in the order of the shards, whichever is ready first, so that the bytes are always the same. */
class OrderedMerge {
  readonly #waiting = new Map<number, SweepSums>();
  #next = 0;
  #merged: SweepSums | null = null;

  /** @param onShard given the sums of every shard in order, before they are merged */
  constructor(readonly onShard: (sums: SweepSums, index: number) => void = () => undefined) {}

  add(index: number, sums: SweepSums): void {
    this.#waiting.set(index, sums);
    for (
      let ready = this.#waiting.get(this.#next);
      ready !== undefined;
      ready = this.#waiting.get(this.#next)
    ) {
      this.onShard(ready, this.#next);
      if (this.#merged === null) this.#merged = ready;
      else mergeSums(this.#merged, ready);
      this.#waiting.delete(this.#next++);
    }
  }

  result(): SweepSums {
    if (this.#merged === null || this.#waiting.size > 0) throw new Error('a shard is missing');
    return this.#merged;
  }
}

function shareModel(model: Model): Model {
  if (model.kind === 'graph') {
    const shared = [...model.parameters].map(
      ([name, parameter]) => [name, { ...parameter, data: share(parameter.data) }] as const,
    );
    return { ...model, parameters: new Map(shared) };
  }
  const { hidden, readout } = model;
  return { ...model, hidden: hidden.map(shareLayer), readout: shareLayer(readout) };
}

function shareLayer<T extends DenseParameters>(layer: T): T {
  return { ...layer, weight: share(layer.weight), bias: share(layer.bias) };
}

function shareDataset(dataset: EvaluationData): EvaluationData {
  return { ...dataset, inputs: share(dataset.inputs), targets: share(dataset.targets) };
}

/** A copy in shared memory, so that all workers read the same bytes. */
function share<T extends Uint8Array | Int32Array | Float32Array>(array: T): T {
  const buffer = new SharedArrayBuffer(array.byteLength);
  const bytes = new Uint8Array(buffer);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  // The constructor of an array makes arrays of the same type.
  return new (array.constructor as new (buffer: SharedArrayBuffer) => T)(buffer);
}
