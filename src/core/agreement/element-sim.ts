import type { Overlap } from './overlap';

/**
 * Element-centric similarity of two partitions (Gates, Wood, Hetrick and Ahn, Scientific Reports 9, 8574, 2019).
 * Where clusters are disjoint the personalised PageRank it is built on has a closed form, whatever its α: the
 * mean over units of |C ∩ C′| / max(|C|, |C′|), C and C′ the unit's two clusters.
 *
 * @returns 0 … 1; null without units
 */
export function elementSimilarity({ units, rows, columns, counts }: Overlap): number | null {
  if (units === 0) return null;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      sum += counts[i * columns.length + j]! ** 2 / Math.max(rows[i]!, columns[j]!);
    }
  }
  return sum / units;
}
