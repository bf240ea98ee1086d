import { rankCorrelation, type Ranks, ranksOf } from '../base/ranks';

/** A variable of which its correlation with others is asked. */
export interface Correlate {
  readonly ranks: Ranks;
  /** Less their mean. */
  readonly centred: Float64Array;
  readonly sumOfSquares: number;
}

/** @param values none of which is NaN */
export function correlate(values: Float64Array): Correlate {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const centred = values.map((value) => value - mean);
  return {
    ranks: ranksOf(values),
    centred,
    sumOfSquares: centred.reduce((sum, value) => sum + value * value, 0),
  };
}

export const CORRELATIONS = ['spearman', 'pearson'] as const;
export type Correlation = (typeof CORRELATIONS)[number];

/** Rank correlation or linear correlation, −1 to 1; null where one of the two is constant. */
export function correlation(a: Correlate, b: Correlate, kind: Correlation): number | null {
  if (kind === 'spearman') return rankCorrelation(a.ranks, b.ranks);
  if (a.sumOfSquares === 0 || b.sumOfSquares === 0) return null;
  let product = 0;
  for (let i = 0; i < a.centred.length; i++) product += a.centred[i]! * b.centred[i]!;
  return Math.max(-1, Math.min(1, product / Math.sqrt(a.sumOfSquares * b.sumOfSquares)));
}

/** Spearman's ρ of two variables over those that have both; null for fewer than three, or where one is constant. */
export function spearmanOfPairs(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
): { readonly rho: number | null; readonly n: number } {
  const left: number[] = [];
  const right: number[] = [];
  a.forEach((value, i) => {
    const other = b[i] ?? null;
    if (value === null || other === null) return;
    left.push(value);
    right.push(other);
  });
  const n = left.length;
  if (n < 3) return { rho: null, n };
  return { rho: rankCorrelation(ranksOf(Float64Array.from(left)), ranksOf(Float64Array.from(right))), n };
}
