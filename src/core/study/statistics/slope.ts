import { bootstrapIntervals, type Interval } from './bootstrap-interval';
import { dot } from './series';

/** How steeply a line rises. */
export interface Slope {
  readonly slope: number;
  /** By bootstrap over the runs of each stratum; null where they are too few. */
  readonly interval: Interval | null;
}

/**
 * For each of several series the line of least squares that is the same in all strata, each of which has its own height.
 * @param x of each run @param series each with a number of each run
 * @param strata the indices of each; together they are all of the runs
 * @returns null for all where x is the same within each stratum
 */
export function leastSquares(
  x: Float64Array,
  series: readonly Float64Array[],
  strata: readonly (readonly number[])[],
  seed: number,
): (Slope | null)[] {
  const times = new Float64Array(x.length).fill(1);
  const weights = new Float64Array(x.length);
  if (!weigh(x, times, strata, weights)) return series.map(() => null);
  const slopes = series.map((y) => dot(weights, y));
  const spare = x.length - strata.length; // of which one more goes into the slope than into heights alone
  const work = { statistics: series.length, runs: x.length };
  const intervals = bootstrapIntervals(spare, work, seed, (random, drawn) => {
    times.fill(0);
    for (const stratum of strata) {
      for (let i = 0; i < stratum.length; i++) times[stratum[random.integer(stratum.length)]!]!++;
    }
    if (!weigh(x, times, strata, weights)) return false;
    for (let at = 0; at < series.length; at++) drawn[at] = dot(weights, series[at]!);
    return true;
  });
  return slopes.map((slope, at) => ({ slope, interval: intervals[at] ?? null }));
}

/** So small beside their squares, sums of squared deviations are rounding. */
const ROUNDING = 1e-12;

/**
 * What each run's y counts for in the slope, which is a weighted sum of them.
 * @param times that each run is there @param weights is written to
 * @returns false where x is the same within each stratum
 */
function weigh(
  x: Float64Array,
  times: Float64Array,
  strata: readonly (readonly number[])[],
  weights: Float64Array,
): boolean {
  let [squares, scale] = [0, 0];
  for (const stratum of strata) {
    let [sum, count] = [0, 0];
    for (const row of stratum) {
      sum += times[row]! * x[row]!;
      count += times[row]!;
    }
    const mean = sum / count;
    for (const row of stratum) {
      const deviation = x[row]! - mean;
      weights[row] = times[row]! * deviation;
      squares += weights[row] * deviation;
      scale += times[row]! * x[row]! ** 2;
    }
  }
  if (squares <= ROUNDING * scale) return false;
  for (let row = 0; row < weights.length; row++) weights[row]! /= squares;
  return true;
}
