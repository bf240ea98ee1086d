import { Random } from '../../base/random';
import { erf, studentQuantile } from '../../base/special-functions';
import { affordable, dot, seriesOf } from './series';

/** Lower and upper end. */
export type Interval = readonly [low: number, high: number];

/** Share of intervals that hold what they are of. */
const LEVEL = 0.95;
const MOST_RESAMPLES = 2000;
const LEAST_RESAMPLES = 500;
/** Where the statistic cannot be told of so many resamples, neither can its interval. */
const MOST_UNDEFINED = 0.1;

/**
 * The bootstrap's intervals of several statistics of the same runs, by percentiles that are expanded for small samples: those
 * of the plain bootstrap are too narrow by √((n − 1) / n) and by the normal instead of Student's distribution (Hesterberg,
 * The American Statistician 69, 371, 2015, section 5.3).
 *
 * @param n runs that are resampled; less those that are spent on other parameters than one mean
 * @param statistics how many, each of which is a sum over `runs`
 * @param draw writes the statistics of a resample; false where they are undefined
 * @returns null of fewer than two runs, or where a tenth of the resamples have no such statistics
 */
export function bootstrapIntervals(
  n: number,
  { statistics, runs }: { readonly statistics: number; readonly runs: number },
  seed: number,
  draw: (random: Random, drawn: Float64Array) => boolean,
): (Interval | null)[] {
  const none = Array.from({ length: statistics }, () => null);
  if (n < 2) return none;
  const resamples = affordable(runs, statistics, { most: MOST_RESAMPLES, least: LEAST_RESAMPLES });
  const random = new Random(seed);
  const one = new Float64Array(statistics);
  const all = Array.from({ length: statistics }, () => new Float64Array(resamples));
  let count = 0;
  for (let resample = 0; resample < resamples; resample++) {
    if (!draw(random, one)) continue;
    for (let at = 0; at < statistics; at++) all[at]![count] = one[at]!;
    count++;
  }
  if (count < (1 - MOST_UNDEFINED) * resamples) return none;
  const tail = expandedTail((1 - LEVEL) / 2, n);
  return all.map((drawn) => {
    const sorted = drawn.subarray(0, count).sort();
    return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
  });
}

/**
 * Those of means.
 * @param columns each with a number, or null, of every run
 * @returns null of a column with fewer than two numbers
 */
export function meanIntervals(
  columns: readonly (readonly (number | null)[])[],
  seed: number,
): (Interval | null)[] {
  const intervals = columns.map((): Interval | null => null);
  for (const { columns: members, rows, values } of seriesOf(columns)) {
    const n = rows.length;
    const times = new Float64Array(n);
    const work = { statistics: values.length, runs: n };
    const found = bootstrapIntervals(n, work, seed, (random, drawn) => {
      times.fill(0);
      for (let i = 0; i < n; i++) times[random.integer(n)]!++;
      for (let at = 0; at < values.length; at++) drawn[at] = dot(times, values[at]!) / n;
      return true;
    });
    members.forEach((member, at) => (intervals[member] = found[at]!));
  }
  return intervals;
}

/** Φ(√(n / (n − 1)) · t), where t leaves `tail` of Student's distribution below it. */
function expandedTail(tail: number, n: number): number {
  const t = studentQuantile(tail, n - 1);
  return (1 + erf((t * Math.sqrt(n / (n - 1))) / Math.SQRT2)) / 2;
}

/** By linear interpolation between the order statistics, as numpy does. @param sorted ascending, not empty */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}
