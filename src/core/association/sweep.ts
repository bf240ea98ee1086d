import type { Engine } from '../engine';
import type { RawMeasure } from '../measures';
import type { Model } from '../network/model';
import { addBlocks, type Blocks } from './blocks';
import { mergeMoments, type Moments } from './covariance';
import { StackSweep } from './dense/sweep';
import { GraphSweep } from './graph/sweep';

/** What one sweep is to collect. */
export interface SweepOptions {
  readonly methods: ReadonlySet<RawMeasure>;
  /** Whether the blocks between layers are wanted too. */
  readonly combined: boolean;
  /** How measures that have no closed form are taken. */
  readonly probing: Probing;
}

export interface Probing {
  /** Operations, two for each multiplication with addition, that a measure may take to be computed in full. */
  readonly affordable: number;
  /** Random directions per sample where they are more; null for a number that suits the data. */
  readonly directions: number | null;
  readonly seed: number;
}

/** About a minute on one thread. */
const AFFORDABLE = 2e12;

/** @param exact all sums in full, whatever the time */
export function probing(exact: boolean, directions: number | null, seed: number): Probing {
  return { affordable: exact ? Infinity : AFFORDABLE, directions, seed };
}

/** Sums over the samples of a shard: plain data, mergeable. */
export interface SweepSums {
  samples: number;
  loss: number;
  correct: number;
  readonly moments: Moments | null;
  readonly forwardJacobian: Blocks | null;
  readonly backwardJacobian: Blocks | null;
  readonly backwardHessian: Blocks | null;
  /** Variance of the entries that were estimated with random probes; zero for exact ones, null where all are. */
  readonly forwardJacobianVariance: Blocks | null;
  readonly backwardHessianVariance: Blocks | null;
}

/** Where the samples of a shard come from: inputs are written to `out`, [count, inputs]. */
export interface SampleSource {
  /** All there are. */
  readonly samples: number;
  readonly labels: Int32Array;
  fill(first: number, count: number, out: Float32Array): void;
}

/** One pass over the samples first … end − 1 that collects every measure of every layer. */
export interface Sweep {
  run(source: SampleSource, first: number, end: number): SweepSums;
}

export function createSweep(engine: Engine, model: Model, options: SweepOptions): Sweep {
  return model.kind === 'stack'
    ? new StackSweep(engine, model, options)
    : new GraphSweep(engine, model, options);
}

/** a becomes the sums over both sets of samples. The order of merging is part of the result's bytes. */
export function mergeSums(a: SweepSums, b: SweepSums): void {
  a.samples += b.samples;
  a.loss += b.loss;
  a.correct += b.correct;
  if (a.moments !== null && b.moments !== null) mergeMoments(a.moments, b.moments);
  for (const key of BLOCKS) if (a[key] !== null && b[key] !== null) addBlocks(a[key], b[key]);
}

const BLOCKS = [
  'forwardJacobian',
  'backwardJacobian',
  'backwardHessian',
  'forwardJacobianVariance',
  'backwardHessianVariance',
] as const;
