import { entropies } from './entropy';
import type { Overlap } from './overlap';

/**
 * Variation of information (Meilă, Journal of Multivariate Analysis 98, 873, 2007): H(a | b) + H(b | a) =
 * 2 H(a, b) − H(a) − H(b).
 *
 * @returns bits, 0 for equal partitions; null without units
 */
export function variationOfInformation(overlap: Overlap): number | null {
  if (overlap.units === 0) return null;
  const { aGivenB, bGivenA } = entropies(overlap);
  return (aGivenB + bGivenA) / Math.LN2;
}

/**
 * Its normalised form, a similarity: 1 − ½ [H(b | a) / H(b) + H(a | b) / H(a)].
 *
 * @returns 0 … 1, 1 for equal partitions; null where either is a single cluster
 */
export function variationOfInformationNorm(overlap: Overlap): number | null {
  if (overlap.rows.length <= 1 || overlap.columns.length <= 1) return null;
  const { a, b, aGivenB, bGivenA } = entropies(overlap);
  return 1 - 0.5 * (bGivenA / b + aGivenB / a);
}
