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

/**
 * The mean of that similarity over all ways to shuffle one partition's labels over the units: what chance alone gives
 * partitions with these cluster sizes. It is exact: when labels are shuffled, the number of units that two clusters
 * share is hypergeometric, and the similarity needs its mean square.
 *
 * @returns 0 … 1; null with fewer than two units
 */
export function elementSimilarityByChance({ units, rows, columns }: Overlap): number | null {
  if (units < 2) return null;
  let sum = 0;
  for (const r of rows) {
    for (const c of columns) {
      const mean = (r * c) / units;
      const variance = (mean * (units - r) * (units - c)) / (units * (units - 1));
      sum += (mean ** 2 + variance) / Math.max(r, c);
    }
  }
  return sum / units;
}
