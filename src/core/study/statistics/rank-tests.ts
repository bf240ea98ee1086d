import { ranksOf } from '../../base/ranks';
import { type ArrangementCount, drawsFor, forEachArrangement, shareReaching } from './arrangements';
import { dot } from './series';

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
  const reached = new Float64Array(series.length);
  const draws = drawsFor(x.length, series.length);
  const arrangements = forEachArrangement(ranks, strata, { draws, seed }, (arranged) => {
    for (let index = 0; index < others.length; index++) {
      // Ranks are integers, and so is their product: ties with the data are exact.
      if (Math.abs(dot(arranged, others[index]!)) >= observed[index]!) reached[index]!++;
    }
  });
  const squares = dot(ranks, ranks);
  return others.map((other, index) => {
    const scale = Math.sqrt(squares * dot(other, other));
    if (scale === 0) return null;
    const rho = Math.max(-1, Math.min(1, dot(ranks, other) / scale));
    return testOf(rho, reached[index]!, arrangements);
  });
}

function testOf(statistic: number, reached: number, arrangements: ArrangementCount): RankTest {
  const { exact, count } = arrangements;
  return { statistic, p: shareReaching(reached, arrangements), exact, arrangements: count };
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
  const labels = Int32Array.from(group);
  const sizes = new Float64Array(labels.reduce((most, label) => Math.max(most, label), -1) + 1);
  for (const label of labels) sizes[label]!++;
  const sums = new Float64Array(sizes.length);
  const others = series.map((values) => ranksWithin(values, strata));
  const observed = others.map((other) => squaredSums(labels, other, sizes, sums));
  const reached = new Float64Array(series.length);
  const draws = drawsFor(group.length, series.length);
  const arrangements = forEachArrangement(group, strata, { draws, seed }, (arranged) => {
    labels.set(arranged);
    for (let index = 0; index < others.length; index++) {
      const between = squaredSums(labels, others[index]!, sizes, sums);
      if (between >= observed[index]! * (1 - TIE)) reached[index]!++;
    }
  });
  if (arrangements.count < 2) return series.map(() => null);
  return others.map((other, index) => {
    const squares = dot(other, other);
    if (squares === 0) return null;
    const h = ((group.length - 1) * observed[index]!) / squares;
    return testOf(h, reached[index]!, arrangements);
  });
}

/** Σ over groups of their squared rank sum by their size: H but for a factor that no arrangement changes. @param sums is written to */
function squaredSums(
  labels: Int32Array,
  ranks: Float64Array,
  sizes: Float64Array,
  sums: Float64Array,
): number {
  sums.fill(0);
  for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += ranks[i]!;
  let total = 0;
  for (let label = 0; label < sizes.length; label++) total += sums[label]! ** 2 / sizes[label]!;
  return total;
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
