import { isTrivial, type Overlap } from './overlap';

/**
 * Adjusted Rand index (Hubert and Arabie, Journal of Classification 2, 193, 1985): pairs of units that are
 * together in both partitions, adjusted for chance under permutation.
 *
 * @returns 1 for equal partitions, 0 expected by chance; null where chance leaves nothing to adjust
 */
export function adjustedRand(overlap: Overlap): number | null {
  if (isTrivial(overlap)) return null;
  const together = pairs(overlap.counts);
  const first = pairs(overlap.rows);
  const second = pairs(overlap.columns);
  const expected = (first * second) / ((overlap.units * (overlap.units - 1)) / 2);
  return (together - expected) / ((first + second) / 2 - expected);
}

function pairs(sizes: Int32Array): number {
  return sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}
