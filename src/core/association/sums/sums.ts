import type { LossName } from '../../choices';
import { RAW_MEASURES, type RawMeasure } from '../../measures';
import { addBlocks, type MeasureSums } from './blocks';
import { mergeMoments, type Moments } from './covariance';
import { type Fit, mergeFit } from './fit';
import type { Predictions, Targets } from './loss';

/** What is to be collected. */
export interface CollectOptions {
  readonly measures: ReadonlySet<RawMeasure>;
  /** Whether the blocks between layers are collected too. */
  readonly combined: boolean;
}

/** What one sweep is to collect, and how. */
export interface SweepOptions extends CollectOptions {
  /** How measures that have no closed form are taken. */
  readonly probes: ProbeOptions;
}

export interface ProbeOptions {
  /** Operations, two for each multiplication with addition, that a measure may take to be computed in full. */
  readonly affordable: number;
  /** Random probes per sample where that would take more; null for a number that suits the data. */
  readonly perSample: number | null;
  readonly seed: number;
}

/** About a minute on one thread. */
const AFFORDABLE = 2e12;

/** @param exact takes all sums in full, however long that is */
export function probeOptions(exact: boolean, perSample: number | null, seed: number): ProbeOptions {
  return { affordable: exact ? Infinity : AFFORDABLE, perSample, seed };
}

/** Sums over the samples of a shard: plain data, mergeable. */
export interface SweepSums {
  samples: number;
  /** Σ_b L_b. */
  loss: number;
  /** Answers that are right or wrong, and those that are right; see Predictions. */
  judged: number;
  correct: number;
  /** Of a regression. */
  readonly fit: Fit | null;
  readonly measures: CollectedMeasures;
}

/** By measure, the sums of those that were collected. */
export type CollectedMeasures = Readonly<Partial<Record<RawMeasure, MeasureSums | Moments>>>;

/** Where the samples of a shard come from: inputs are written to `out`, [count, inputs]. */
export interface SampleSource {
  /** All there are. */
  readonly samples: number;
  readonly loss: LossName;
  readonly targets: Targets;
  fill(first: number, count: number, out: Float32Array): void;
}

/** One pass over the samples first … end − 1 that collects every measure of every layer. */
export interface Sweep {
  run(source: SampleSource, first: number, end: number): SweepSums;
}

/** A kind of network, ready to be swept. `State` is what a tile of samples leaves behind, until the next one. */
export interface Passes<State> {
  /** Samples at a time, at most. */
  readonly tile: number;
  /** Values of one sample. */
  readonly inputs: number;
  /** @param x [samples, inputs] */
  forward(x: Float32Array, samples: number): State;
  /** [samples, outputs]. */
  logits(state: State): Float32Array;
  /** Per hidden layer, [samples, positions, units]. */
  values(state: State): readonly Float32Array[];
  /** Those of the measures that are made of derivatives. @param samples in the whole data set */
  collectors(samples: number): readonly Collector<State>[];
}

/** Sums up measures, tile by tile: one for those that share their derivatives. */
export interface Collector<State> {
  add(state: State, tile: Tile): void;
  /** The sums over all tiles that were added. */
  finish(): CollectedMeasures;
}

/** Samples that are swept together. */
export interface Tile {
  /** Number of its first sample in the data set. */
  readonly first: number;
  readonly predictions: Predictions;
}

/** What sums without a forward pass say of the loss. */
export const NO_PREDICTIONS = { loss: 0, judged: 0, correct: 0, fit: null } as const;

/** a becomes the sums over both sets of samples. The order of merging is part of the result's bytes. */
export function mergeSums(a: SweepSums, b: SweepSums): void {
  a.samples += b.samples;
  a.loss += b.loss;
  a.judged += b.judged;
  a.correct += b.correct;
  if (a.fit !== null && b.fit !== null) mergeFit(a.fit, b.fit);
  for (const measure of RAW_MEASURES) {
    const [to, from] = [a.measures[measure], b.measures[measure]];
    if (to === undefined || from === undefined) continue;
    if ('means' in to && 'means' in from) mergeMoments(to, from);
    else addBlocks(to.products, from.products);
    if (to.variance !== null && from.variance !== null) addBlocks(to.variance, from.variance);
  }
}
