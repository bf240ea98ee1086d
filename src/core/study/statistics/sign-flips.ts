import { Random } from '../../base/random';
import { shareReaching } from './arrangements';

/** Runs up to which every choice of signs is looked at. */
const MOST_EXACT = 14;
const DRAWS = 49_999;
const MOST_FLIPPED = 10_000_000;
const LEAST_DRAWS = 4_999;
/** So near to the data, a choice of signs comes as far: sums are rounded. */
const TIE = 1e-9;

/**
 * Whether differences of runs have mean 0, two-sided, by flipping their signs, which are as likely as not where they are
 * symmetric about it (Fisher 1935).
 * @returns null of none
 */
export function signFlipP(differences: readonly number[], seed: number): number | null {
  const n = differences.length;
  if (n === 0) return null;
  const far = Math.abs(differences.reduce((sum, value) => sum + value, 0)) * (1 - TIE);
  const exact = n <= MOST_EXACT;
  const count = exact ? 2 ** n : Math.max(LEAST_DRAWS, Math.min(DRAWS, Math.floor(MOST_FLIPPED / n)));
  const random = new Random(seed);
  let reached = 0;
  for (let draw = 0; draw < count; draw++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const isFlipped = exact ? ((draw >> i) & 1) === 1 : random.sign() < 0;
      sum += isFlipped ? -differences[i]! : differences[i]!;
    }
    if (Math.abs(sum) >= far) reached++;
  }
  return shareReaching(reached, { exact, count });
}
