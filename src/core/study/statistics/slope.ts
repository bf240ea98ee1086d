import { bootstrapInterval, type BootstrapOptions, type Interval } from './bootstrap-interval';

/** How steeply a line rises. */
export interface Slope {
  readonly slope: number;
  /** By bootstrap over the runs of each stratum; null where they are too few. */
  readonly interval: Interval | null;
}

/**
 * The line of least squares that is the same in all strata, each of which has its own height.
 * @param strata the indices of each; together they are all of the runs
 * @returns null where x is the same within each stratum
 */
export function leastSquares(
  x: Float64Array,
  y: Float64Array,
  strata: readonly (readonly number[])[],
  options: BootstrapOptions,
): Slope | null {
  const slope = slopeOf(x, y, strata);
  if (slope === null) return null;
  const drawn = strata.map((stratum) => new Int32Array(stratum.length));
  const interval = bootstrapInterval(
    x.length - strata.length, // of which one more goes into the slope than into heights alone
    (random) => {
      strata.forEach((stratum, at) => {
        const rows = drawn[at]!;
        for (let i = 0; i < rows.length; i++) rows[i] = stratum[random.integer(rows.length)]!;
      });
      return slopeOf(x, y, drawn);
    },
    options,
  );
  return { slope, interval };
}

/** So small beside their squares, sums of squared deviations are rounding. */
const ROUNDING = 1e-12;

function slopeOf(x: Float64Array, y: Float64Array, strata: readonly ArrayLike<number>[]): number | null {
  let [products, squares, scale] = [0, 0, 0];
  for (const rows of strata) {
    let [meanX, meanY] = [0, 0];
    for (let i = 0; i < rows.length; i++) {
      meanX += x[rows[i]!]!;
      meanY += y[rows[i]!]!;
    }
    meanX /= rows.length;
    meanY /= rows.length;
    for (let i = 0; i < rows.length; i++) {
      const deviation = x[rows[i]!]! - meanX;
      products += deviation * (y[rows[i]!]! - meanY);
      squares += deviation * deviation;
      scale += x[rows[i]!]! ** 2;
    }
  }
  return squares <= ROUNDING * scale ? null : products / squares;
}
