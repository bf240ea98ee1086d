import { ranksOf } from '../../base/ranks';
import { forEachArrangement, shareReaching } from './arrangements';

// Tests of whether a number of each run depends on a choice that was made for it. Runs are dealt anew to the choices, whole and
// within strata: groups of runs that are the same in every other choice. Ranks are taken within strata as well, so that
// what differs between them does not count. With one stratum these are the tests that everyone knows.

export interface RankTest {
  /** Spearman's ρ, −1 to 1; of groups Kruskal and Wallis's H, 0 or more. */
  readonly statistic: number;
  readonly p: number;
  /** Whether p is of all arrangements of the runs; else so many were drawn. */
  readonly exact: boolean;
  readonly arrangements: number;
}

/**
 * Spearman's ρ of each of several series with one variable, two-sided. The ranks of a stratum are centred on their mean and then
 * pooled. All series are tested with the same arrangements, as they are of the same runs.
 *
 * @param x of each run @param series each with a number of each run @param strata the indices of each
 * @returns null for a series, or for all, where the values within each stratum are the same
 */
export function spearmanTests(
  x: Float64Array,
  series: readonly Float64Array[],
  strata: readonly (readonly number[])[],
  seed: number,
): (RankTest | null)[] {
  const ranks = ranksWithin(x, strata);
  const others = series.map((values) => ranksWithin(values, strata));
  const observed = others.map((other) => Math.abs(dot(ranks, other)));
  const reached = others.map(() => 0);
  const arrangements = forEachArrangement(ranks, strata, seed, (arranged) => {
    others.forEach((other, index) => {
      // Ranks are integers, and so is their product: ties with the data are exact.
      if (Math.abs(dot(arranged, other)) >= observed[index]!) reached[index]!++;
    });
  });
  const squares = dot(ranks, ranks);
  return others.map((other, index) => {
    const scale = Math.sqrt(squares * dot(other, other));
    if (scale === 0) return null;
    return {
      statistic: Math.max(-1, Math.min(1, dot(ranks, other) / scale)),
      p: shareReaching(reached[index]!, arrangements),
      exact: arrangements.exact,
      arrangements: arrangements.count,
    };
  });
}

/** So near to the data, an arrangement comes as far: the sums over groups are not of integers. */
const TIE = 1e-9;

/**
 * Kruskal and Wallis's H of each of several series over groups of runs, corrected for ties (Journal of the American Statistical
 * Association 47, 583, 1952).
 *
 * @param group of each run: 0, 1, … @param series, strata as of {@link spearmanTests}
 * @returns null for a series, or for all, where the values or the groups within each stratum are the same
 */
export function kruskalWallisTests(
  group: Float64Array,
  series: readonly Float64Array[],
  strata: readonly (readonly number[])[],
  seed: number,
): (RankTest | null)[] {
  const sizes: number[] = [];
  for (const label of group) sizes[label] = (sizes[label] ?? 0) + 1;
  const sums = new Float64Array(sizes.length);
  /** Σ of squared rank sums by group size: H but for a factor that no arrangement changes. */
  const between = (labels: Float64Array, ranks: Float64Array): number => {
    sums.fill(0);
    for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += ranks[i]!;
    return sizes.reduce((sum, size, label) => sum + sums[label]! ** 2 / size, 0);
  };
  const others = series.map((values) => ranksWithin(values, strata));
  const observed = others.map((other) => between(group, other));
  const reached = others.map(() => 0);
  const arrangements = forEachArrangement(group, strata, seed, (arranged) => {
    others.forEach((other, index) => {
      if (between(arranged, other) >= observed[index]! * (1 - TIE)) reached[index]!++;
    });
  });
  if (arrangements.count < 2) return series.map(() => null);
  return others.map((other, index) => {
    const squares = dot(other, other);
    if (squares === 0) return null;
    return {
      statistic: ((group.length - 1) * observed[index]!) / squares,
      p: shareReaching(reached[index]!, arrangements),
      exact: arrangements.exact,
      arrangements: arrangements.count,
    };
  });
}

/** Twice the ranks within each stratum, less their mean. */
function ranksWithin(values: Float64Array, strata: readonly (readonly number[])[]): Float64Array {
  const ranks = new Float64Array(values.length);
  for (const stratum of strata) {
    const { centred } = ranksOf(Float64Array.from(stratum, (index) => values[index]!));
    stratum.forEach((index, at) => (ranks[index] = centred[at]!));
  }
  return ranks;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
