/** The few greatest values would leave the rest in the dark: the scale ends where 99 % of them do. */
const QUANTILE = 0.99;
/** Enough of them to know where that is. */
const SAMPLE = 4096;
/** Four decades show structure; what is weaker is rounding and noise. */
const DECADES = 1e-4;

/** The values at the ends of a colour scale. */
export interface AssociationRange {
  readonly low: number;
  readonly high: number;
  /** Whether there are values above the high end. */
  readonly clipped: boolean;
}

/** What of an association matrix is told apart by colours. @param values NaN where there is none, as on the diagonal */
export function associationRange(values: Float64Array, kind: 'linear' | 'log'): AssociationRange {
  let highest = 0;
  let weakest = Infinity;
  // By index: of sixteen million values an iterator takes half a second.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > highest && value < Infinity) highest = value;
    if (value > 0 && value < weakest) weakest = value;
  }
  // A matrix of zeros (every unit dead) still gets a bar.
  if (highest === 0) return { low: kind === 'log' ? DECADES : 0, high: 1, clipped: false };
  if (kind === 'log') return { low: Math.max(weakest, highest * DECADES), high: highest, clipped: false };
  const top = quantile(values);
  return top > 0 ? { low: 0, high: top, clipped: top < highest } : { low: 0, high: highest, clipped: false };
}

function quantile(values: Float64Array): number {
  // Odd, so that on a matrix of even side it does not keep to a few columns.
  const stride = 2 * Math.floor(values.length / SAMPLE / 2) + 1;
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += stride) if (Number.isFinite(values[i])) sample.push(values[i]!);
  const sorted = Float64Array.from(sample).sort();
  return sorted[Math.floor(QUANTILE * (sorted.length - 1))] ?? 0;
}
