import type { SquareMatrix } from '../base/matrix';
import { rankCorrelation, type Ranks, ranksOf } from '../base/ranks';
import { regularizedBeta } from '../base/special-functions';

/**
 * Ranks the entries of the strict upper triangle of a matrix, row by row. This is done once per matrix; {@link rsa} then
 * compares it with any number of others.
 */
export function rankUpperTriangle({ size, data }: SquareMatrix): Ranks {
  const values = new Float64Array((size * (size - 1)) / 2);
  for (let i = 0, at = 0; i < size - 1; at += size - 1 - i, i++) {
    values.set(data.subarray(i * size + i + 1, (i + 1) * size), at);
  }
  return ranksOf(values);
}

/**
 * Representational similarity analysis (Kriegeskorte, Mur and Bandettini, Frontiers in Systems Neuroscience 2, 4,
 * 2008): Spearman's correlation of two association matrices over their strict upper triangles.
 *
 * `p` is two-sided, by Student's t with m − 2 degrees of freedom over m entries, as scipy computes it. It is a description,
 * not a test: entries that share a unit are not independent, so it is too small.
 *
 * @returns r from −1 to 1, null where a matrix is constant; p null as well where there are fewer than three entries
 */
export function rsa(a: Ranks, b: Ranks): { readonly r: number | null; readonly p: number | null } {
  const r = rankCorrelation(a, b);
  if (r === null) return { r, p: null };
  const { length } = a.centred;
  // P(|t| > |t₀|) = I_x((m − 2)/2, 1/2) at x = ν / (ν + t₀²), which is 1 − r².
  const p = length < 3 ? null : regularizedBeta((1 - r) * (1 + r), r * r, length / 2 - 1, 0.5);
  return { r, p };
}
