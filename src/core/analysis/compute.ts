import type { SweepOptions, SweepSums } from '../association/sums/sums';
import type { Labels, SquareMatrix } from '../base/matrix';
import type { Clustering, ClusterOptions } from '../clustering/cluster';
import type { Dataset } from '../dataset/dataset';
import type { Measure } from '../measures';
import type { Model } from '../network/model';
import type { Agreement } from '../report';
import type { Tensor } from '../tensor/dtype';
import type { AgreementItem, AgreementOptions } from './agreement';

/** Where the work of an analysis is done: worker threads, as compute/ makes them. All of it fails when it is closed. */
export interface Compute {
  /** The tensor backend, e.g. "tfjs-wasm 4.22.0"; known once it has started. */
  backend(): Promise<string>;
  readonly workers: number;
  /**
   * Sums over all samples of a data set; the same bytes whatever the number of workers.
   * @param onProgress told the samples done so far
   * @param onShard given the sums of every shard in order, before they are merged
   */
  sweep(
    model: Model,
    dataset: Dataset,
    options: SweepOptions,
    onProgress?: (samples: number) => void,
    onShard?: (sums: SweepSums, index: number, count: number) => void,
  ): Promise<SweepSums>;
  /** Sums of the upstream measures with every unit's samples in an order of its own; see permutedSums. */
  permuted(model: Model, dataset: Dataset, options: SweepOptions, seed: number): Promise<SweepSums>;
  cluster(matrix: SquareMatrix, options: ClusterOptions): Promise<Clustering>;
  /** The partition that many agree on; see clustering/consensus. */
  consensus(partitions: readonly Labels[]): Promise<Labels>;
  agree(items: readonly AgreementItem<Measure>[], options: AgreementOptions): Promise<Agreement[]>;
  /** Sum of the singular values of a two-dimensional tensor; null where it is too large. */
  nuclearNorm(matrix: Tensor): Promise<number | null>;
}

/** The stages of an analysis, in order. */
export const STAGES = ['read', 'compute', 'statistics', 'cluster', 'nulls', 'agree', 'write'] as const;
export type Stage = (typeof STAGES)[number];

/** Told the stage under way and how much of it is done: `done` of `total`, both 0 where that cannot be said. */
export type ProgressListener = (stage: Stage, done: number, total: number) => void;

/** Follows an analysis through its stages: tells the listener and keeps the time. */
export class Progress {
  readonly #seconds = new Map<Stage, number>();
  #stage: Stage | null = null;
  #since = 0;
  #done = 0;
  #total = 0;

  constructor(readonly listener: ProgressListener = () => undefined) {}

  /** Ends the stage under way and begins one of `total` steps. */
  enter(stage: Stage, total = 0): void {
    this.finish();
    this.#stage = stage;
    this.#since = performance.now();
    this.#total = total;
    this.to(0);
  }

  /** So many steps of the stage are done. */
  to(done: number): void {
    this.#done = done;
    if (this.#stage !== null) this.listener(this.#stage, done, this.#total);
  }

  /** One more step is done. */
  step(): void {
    this.to(this.#done + 1);
  }

  /** Ends the stage under way. @returns seconds per stage so far */
  finish(): Record<string, number> {
    if (this.#stage !== null) this.#seconds.set(this.#stage, (performance.now() - this.#since) / 1000);
    this.#stage = null;
    return Object.fromEntries(this.#seconds);
  }
}
