import { Random } from '../../base/random';
import { drawsFor, shareReaching } from './arrangements';
import { dot, seriesOf } from './series';

/** Runs up to which every choice of signs is looked at. */
const MOST_EXACT = 14;
/** So near to the data, a choice of signs comes as far: sums are rounded. */
const TIE = 1e-9;

/**
 * Whether differences of runs have mean 0, two-sided, by flipping their signs, which are as likely as not where they are
 * symmetric about it (Fisher 1935).
 *
 * @param columns each with a difference, or null, of every run
 * @returns p of each column; null of one without differences
 */
export function signFlipTests(
  columns: readonly (readonly (number | null)[])[],
  seed: number,
): (number | null)[] {
  const ps = columns.map((): number | null => null);
  for (const { columns: members, rows, values } of seriesOf(columns)) {
    if (rows.length === 0) continue;
    const found = testTogether(rows.length, values, seed);
    members.forEach((member, at) => (ps[member] = found[at]!));
  }
  return ps;
}

function testTogether(n: number, series: readonly Float64Array[], seed: number): number[] {
  const signs = new Float64Array(n).fill(1);
  const far = series.map((values) => Math.abs(dot(signs, values)) * (1 - TIE));
  const exact = n <= MOST_EXACT;
  const count = exact ? 2 ** n : drawsFor(n, series.length);
  const random = new Random(seed);
  const reached = new Float64Array(series.length);
  for (let draw = 0; draw < count; draw++) {
    for (let i = 0; i < n; i++) signs[i] = exact ? 1 - 2 * ((draw >> i) & 1) : random.sign();
    for (let at = 0; at < series.length; at++) {
      if (Math.abs(dot(signs, series[at]!)) >= far[at]!) reached[at]!++;
    }
  }
  return [...reached].map((times) => shareReaching(times, { exact, count }));
}
