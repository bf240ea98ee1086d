import { operations } from '../association/graph/plan';
import { suitableProbes } from '../association/graph/probes';
import type { SweepOptions, SweepSums } from '../association/sums/sums';
import type { Labels, SquareMatrix } from '../base/matrix';
import type { Clustering, ClusterOptions } from '../clustering/cluster';
import type { Measure } from '../measures';
import { outputsOf, type Model } from '../network/model';
import type { Agreement } from '../report';
import type { Tensor } from '../tensor/dtype';
import type { AgreementItem, AgreementOptions } from './agreement';
import type { EvaluationData } from './evaluation-data';

// What does the work of an analysis, and how much work is done unasked.

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
    dataset: EvaluationData,
    options: SweepOptions,
    onProgress?: (samples: number) => void,
    onShard?: (sums: SweepSums, index: number, count: number) => void,
  ): Promise<SweepSums>;
  /** Sums of the upstream measures with every unit's samples in an order of its own; see permutedSums. */
  permuted(model: Model, dataset: EvaluationData, options: SweepOptions, seed: number): Promise<SweepSums>;
  cluster(matrix: SquareMatrix, options: ClusterOptions): Promise<Clustering>;
  /** The partition that many agree on; see clustering/consensus. */
  consensus(partitions: readonly Labels[]): Promise<Labels>;
  agree(items: readonly AgreementItem<Measure>[], options: AgreementOptions): Promise<Agreement[]>;
  /** Sum of the singular values of a two-dimensional tensor; null where it is too large. */
  nuclearNorm(matrix: Tensor): Promise<number | null>;
}

/** Operations beyond which what nobody asked for is left out: a few minutes on two threads. */
const LONG = 1e13;

/** Whether a forward pass over so many samples is soon done. A stack's takes seconds whatever the data. */
export function isForwardShort(model: Model, samples: number): boolean {
  return model.kind === 'stack' || samples * operations(model) <= LONG;
}

/** Whether so many sweeps over so many samples are soon done. */
export function areSweepsShort(model: Model, sweeps: number, samples: number): boolean {
  if (model.kind === 'stack') return true;
  const passes = 1 + outputsOf(model) + suitableProbes(samples);
  return sweeps * samples * passes * operations(model) <= LONG;
}
