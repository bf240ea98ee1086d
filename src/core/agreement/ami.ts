import { logFactorials } from '../base/special-functions';
import { entropies } from './entropy';
import { isTrivial, type Overlap } from './overlap';

/**
 * Adjusted mutual information (Vinh, Epps and Bailey, JMLR 11, 2837, 2010), normalised by the arithmetic mean of
 * the entropies as scikit-learn does.
 *
 * @returns 1 for equal partitions, 0 expected by chance; null where chance leaves nothing to adjust
 */
export function adjustedMutualInformation(overlap: Overlap): number | null {
  if (isTrivial(overlap)) return null;
  const { a, b, aGivenB } = entropies(overlap);
  const expected = expectedMutualInformation(overlap);
  return (a - aGivenB - expected) / ((a + b) / 2 - expected);
}

/**
 * Mean mutual information, in nats, over all permutations of the units of one partition: the overlap of two
 * clusters is then hypergeometric (equation 24a there).
 */
export function expectedMutualInformation({
  units,
  rows,
  columns,
}: Pick<Overlap, 'units' | 'rows' | 'columns'>): number {
  const logFactorial = logFactorials(units);
  let sum = 0;
  for (const a of rows) {
    for (const b of columns) {
      const margins =
        logFactorial[a]! +
        logFactorial[b]! +
        logFactorial[units - a]! +
        logFactorial[units - b]! -
        logFactorial[units]!;
      for (let n = Math.max(1, a + b - units); n <= Math.min(a, b); n++) {
        const cells =
          logFactorial[n]! + logFactorial[a - n]! + logFactorial[b - n]! + logFactorial[units - a - b + n]!;
        sum += n * Math.log((units * n) / (a * b)) * Math.exp(margins - cells);
      }
    }
  }
  return sum / units;
}
