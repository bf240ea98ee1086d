import type { Scalar } from './describe';
import type { Factor } from './groups';
import { designOf } from './groups/design';
import { type Interval, meanIntervals } from './statistics/bootstrap-interval';
import type { StudyCheckpoint, StudyData } from './study-data';

// Curves of a study: a number of each run against a hyper-parameter. The run is the unit of replication: of each run one
// checkpoint counts, and its layers are averaged before anything is compared. Lange et al. (2022) count layers as
// independent where they pool them, so that their standard errors are smaller.

/** What a number is asked of; null where a checkpoint does not have it. */
export type ValueOf = (checkpoint: StudyCheckpoint) => number | null;

/** How the values of a hyper-parameter become places on an axis. */
export const AXES = ['value', 'log', 'percent'] as const;
export type Axis = (typeof AXES)[number];

export interface CurveOptions {
  /** Least test accuracy of a run that counts; null where all do. */
  readonly threshold: number | null;
  /** Of the bootstrap. */
  readonly seed: number;
}

export const CURVE_DEFAULTS: CurveOptions = { threshold: 0.8, seed: 0 };

/** What several runs have come to. Undefined is null. */
export interface Summary {
  readonly n: number;
  readonly mean: number | null;
  /** Sample standard deviation; null for fewer than two. */
  readonly sd: number | null;
  /** Standard error of the mean, sd / √n. */
  readonly se: number | null;
  /** 95 % interval of the mean by a bootstrap over runs; null for fewer than two. */
  readonly interval: Interval | null;
}

/** Runs of one value of a hyper-parameter. */
export interface CurvePoint extends Summary {
  readonly value: Scalar;
  /** Each run's number, and which of StudyData.checkpoints it is of. */
  readonly runs: readonly { readonly checkpoint: number; readonly run: string; readonly y: number }[];
}

export interface Curve {
  readonly factor: Factor;
  /** In the order of the factor's values; a value of which no run counts is left out. */
  readonly points: readonly CurvePoint[];
}

/** A run by the checkpoint that counts. */
export interface CountedRun {
  /** Index into StudyData.checkpoints. */
  readonly index: number;
  readonly checkpoint: StudyCheckpoint;
}

/** Of every run its last checkpoint that is done, in the order of the runs. */
export function lastOfRuns({ checkpoints }: StudyData): CountedRun[] {
  const last = new Map<string, CountedRun>();
  checkpoints.forEach((checkpoint, index) => last.set(checkpoint.run, { index, checkpoint }));
  return [...last.values()];
}

/** Of the test split, else of validation; the accuracy in training says nothing of whether a network learnt. */
export function accuracyOf({ stats }: StudyCheckpoint): number | null {
  return stats.test?.accuracy ?? stats.val?.accuracy ?? null;
}

/** Whether a run counts: where no accuracy is known, every run does. */
export function isUsable(checkpoint: StudyCheckpoint, threshold: number | null): boolean {
  const accuracy = accuracyOf(checkpoint);
  return threshold === null || accuracy === null || accuracy >= threshold;
}

/**
 * The runs of a hyper-parameter's curve, usable or not. Where factors vary one at a time, those that have the other
 * factors at their baselines; else all, so that the other factors are averaged over.
 */
export function runsOfFactor(data: StudyData, factor: Factor): CountedRun[] {
  const runs = lastOfRuns(data);
  const { factors } = data.grouping;
  const columns = factors.map(({ key }) => ({
    key,
    values: runs.map(({ checkpoint }) => checkpoint.values[key] ?? null),
    isUnsteady: false,
    isTerse: false,
  }));
  const { isOneAtATime, baseline } = designOf(columns, runs.length);
  if (!isOneAtATime) return runs;
  return runs.filter((_, run) =>
    columns.every(({ key, values }, f) => key === factor.key || values[run] === baseline[f]),
  );
}

/** The runs of a value of a factor. */
interface RunsOfValue {
  readonly value: Scalar;
  readonly runs: readonly CountedRun[];
}

/** By factor: the curves of all measures and layers ask for the same. */
const grouped = new WeakMap<StudyData, Map<string, readonly RunsOfValue[]>>();

/** The runs of each value of a factor, in its order; values that no run has are left out. */
function byValue(data: StudyData, factor: Factor): readonly RunsOfValue[] {
  const factors = grouped.get(data) ?? new Map<string, readonly RunsOfValue[]>();
  grouped.set(data, factors);
  const known = factors.get(factor.key);
  if (known !== undefined) return known;
  const runs = runsOfFactor(data, factor);
  const groups = factor.values
    .map((value) => ({
      value,
      runs: runs.filter(({ checkpoint }) => (checkpoint.values[factor.key] ?? null) === value),
    }))
    .filter((group) => group.runs.length > 0);
  factors.set(factor.key, groups);
  return groups;
}

/**
 * The values up to the largest usable one, which is the last before the first at which more than half of the runs are
 * below the threshold of accuracy (Lange et al. 2022).
 */
export function usableValues(data: StudyData, factor: Factor, threshold: number | null): Scalar[] {
  const groups = byValue(data, factor);
  const fails = ({ runs }: RunsOfValue): boolean =>
    runs.filter(({ checkpoint }) => !isUsable(checkpoint, threshold)).length * 2 > runs.length;
  const end = groups.findIndex(fails);
  return groups.slice(0, end < 0 ? groups.length : end).map(({ value }) => value);
}

/** A number of each usable run against a factor. @param options seed null: without intervals, which take most of the time */
export function curveOf(
  data: StudyData,
  factor: Factor,
  valueOf: ValueOf,
  { threshold, seed }: Pick<CurveOptions, 'threshold'> & { readonly seed: number | null },
): Curve {
  const points = byValue(data, factor).flatMap(({ value, runs }): CurvePoint[] => {
    const known = runs.flatMap(({ index, checkpoint }) => {
      const y = isUsable(checkpoint, threshold) ? valueOf(checkpoint) : null;
      return y === null ? [] : [{ checkpoint: index, run: checkpoint.run, y }];
    });
    if (known.length === 0) return [];
    const ys = known.map(({ y }) => y);
    return [{ value, runs: known, ...summarize(ys, seed) }];
  });
  return { factor, points };
}

/** Mean of runs, its standard error, and its interval by resampling runs. @param seed of the resampling; null: without it */
export function summarize(values: readonly number[], seed: number | null): Summary {
  const interval = seed === null ? null : (meanIntervals([values], seed)[0] ?? null);
  return { ...spreadOf(values), interval };
}

/** The same without an interval. */
export function spreadOf(values: readonly number[]): Omit<Summary, 'interval'> {
  const n = values.length;
  if (n === 0) return { n, mean: null, sd: null, se: null };
  const mean = meanOf(values);
  if (n === 1) return { n, mean, sd: null, se: null };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd, se: sd / Math.sqrt(n) };
}

/** @param values one or more */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The greatest value of a factor from which on its values are taken for shares of 1. */
const LEAST_SHARE = 0.1;

/**
 * Places of a factor's values on an axis, by value; of a category, and of a factor whose values are not numbers, their
 * order. `log` is the decimal logarithm. `percent` is the position between the ends of the grid, of the logarithm
 * where the grid is logarithmic (Lange et al. call it "% regularization"). A zero on a logarithmic axis, which has no
 * place there, and what does not give the factor, stand one step before the least.
 */
export function placesOf(factor: Factor, axis: Axis): ReadonlyMap<Scalar, number> {
  const numbers = factor.values.filter((value) => typeof value === 'number');
  const given = factor.values.filter((value) => value !== null);
  if (factor.scale === 'category' || numbers.length < given.length) {
    return new Map(factor.values.map((value, index) => [value, index]));
  }
  const isLog = axis === 'log' || (axis === 'percent' && factor.scale === 'log');
  const on = numbers.filter((value) => !isLog || value > 0);
  const place = new Map<Scalar, number>(on.map((value) => [value, isLog ? Math.log10(value) : value]));
  const [first = 0, second = first + 1] = place.values();
  const before = first - (second - first);
  const off = factor.values.filter((value) => !place.has(value));
  // What is not given comes first, then zero.
  off.forEach((value, index) => place.set(value, before - (off.length - 1 - index) * (second - first)));
  if (axis !== 'percent') return place;
  const [least, most] = factor.scale === 'log' ? [first, Math.log10(on.at(-1) ?? 1)] : [0, 1];
  // As dropout is; of a few thousandths a share would be a point.
  const isShare =
    factor.scale !== 'log' &&
    on.every((value) => value >= 0 && value <= 1) &&
    (on.at(-1) ?? 0) >= LEAST_SHARE;
  const [from, to] = isShare || factor.scale === 'log' ? [least, most] : [first, on.at(-1) ?? 1];
  const length = to > from ? to - from : 1;
  return new Map([...place].map(([value, at]) => [value, (100 * (at - from)) / length]));
}

/**
 * The mean over the layers that a checkpoint has of its own, the combined one apart. A layer of which `valueOf` says undefined
 * is none of them; where it says null in one of them, so is the mean: that of the others is another thing's.
 */
export function overLayers(
  { layers }: StudyCheckpoint,
  valueOf: (layer: StudyCheckpoint['layers'][number]) => number | null | undefined,
): number | null {
  const values: number[] = [];
  for (const layer of layers) {
    const value = layer.isCombined ? undefined : valueOf(layer);
    if (value === null) return null;
    if (value !== undefined) values.push(value);
  }
  return values.length === 0 ? null : meanOf(values);
}
