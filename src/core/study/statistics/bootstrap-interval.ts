import { Random } from '../../base/random';
import { erf, studentQuantile } from '../../base/special-functions';

/** Lower and upper end. */
export type Interval = readonly [low: number, high: number];

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/** Where the statistic cannot be told of so many resamples, neither can its interval. */
const MOST_UNDEFINED = 0.1;

/**
 * The bootstrap's interval of a statistic, by percentiles that are expanded for small samples: those of the plain bootstrap are
 * too narrow by √((n − 1) / n) and by the normal instead of Student's distribution (Hesterberg, The American Statistician
 * 69, 371, 2015, section 5.3).
 *
 * @param n runs that are resampled; less those that are spent on other parameters than one mean
 * @param draw the statistic of a resample of them; null where it is undefined
 * @returns null of fewer than two runs, or where a tenth of the resamples have no such statistic
 */
export function bootstrapInterval(
  n: number,
  draw: (random: Random) => number | null,
  { seed, resamples = 2000, level = 0.95 }: BootstrapOptions,
): Interval | null {
  if (n < 2) return null;
  const random = new Random(seed);
  const drawn = new Float64Array(resamples);
  let count = 0;
  for (let i = 0; i < resamples; i++) {
    const value = draw(random);
    if (value !== null) drawn[count++] = value;
  }
  if (count < (1 - MOST_UNDEFINED) * resamples) return null;
  const sorted = drawn.subarray(0, count).sort();
  const tail = expandedTail((1 - level) / 2, n);
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** The mean's. */
export function meanInterval(values: readonly number[], options: BootstrapOptions): Interval | null {
  const n = values.length;
  return bootstrapInterval(
    n,
    (random) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[random.integer(n)]!;
      return sum / n;
    },
    options,
  );
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
