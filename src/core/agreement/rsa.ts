import type { SquareMatrix } from '../base/matrix';
import { regularizedBeta } from '../base/special-functions';

/** Ranks of the strict upper triangle of a matrix. */
export interface Ranks {
  /** Twice the rank (ties averaged) less its mean, row by row. These are integers, so that no digit is lost. */
  readonly centred: Int32Array;
  readonly sumOfSquares: number;
}

/**
 * Ranks the entries of a matrix. This is done once per matrix; {@link rsa} then compares it with any number of others.
 */
export function rankUpperTriangle({ size, data }: SquareMatrix): Ranks {
  const values = new Float64Array((size * (size - 1)) / 2);
  for (let i = 0, at = 0; i < size - 1; at += size - 1 - i, i++) {
    values.set(data.subarray(i * size + i + 1, (i + 1) * size), at);
  }
  // A typed array sorts its numbers natively. Looking ranks up after that is faster than sorting indices by comparison.
  const sorted = values.slice().sort();
  const distinct = new Float64Array(sorted.length);
  const rank = new Int32Array(sorted.length);
  let count = 0;
  for (let from = 0, to; from < sorted.length; from = to) {
    for (to = from + 1; to < sorted.length && sorted[to] === sorted[from];) to++;
    distinct[count] = sorted[from]!;
    // Ranks from + 1 … to have mean (from + 1 + to) / 2; all ranks together, (length + 1) / 2.
    rank[count++] = from + to - sorted.length;
  }
  const centred = new Int32Array(values.length);
  let sumOfSquares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = rank[find(distinct, count, values[i]!)]!;
    centred[i] = value;
    sumOfSquares += value * value;
  }
  return { centred, sumOfSquares };
}

/** The index of a value among the first `count` of an ascending array that holds it. */
function find(ascending: Float64Array, count: number, value: number): number {
  let low = 0;
  for (let high = count - 1; low < high;) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
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
  const length = a.centred.length;
  if (length !== b.centred.length) throw new RangeError(`${length} ranks against ${b.centred.length}`);
  if (a.sumOfSquares === 0 || b.sumOfSquares === 0) return { r: null, p: null };
  let product = 0;
  for (let i = 0; i < length; i++) product += a.centred[i]! * b.centred[i]!;
  const r = Math.max(-1, Math.min(1, product / Math.sqrt(a.sumOfSquares * b.sumOfSquares)));
  // P(|t| > |t₀|) = I_x((m − 2)/2, 1/2) at x = ν / (ν + t₀²), which is 1 − r².
  const p = length < 3 ? null : regularizedBeta((1 - r) * (1 + r), r * r, length / 2 - 1, 0.5);
  return { r, p };
}
