/** Ranks of values. */
export interface Ranks {
  /** Twice the rank (ties averaged) less its mean. These are integers, so that no digit is lost. */
  readonly centred: Int32Array;
  readonly sumOfSquares: number;
}

/** Ranks values, none of which is NaN. This is done once; {@link rankCorrelation} then compares them with any number of others. */
export function ranksOf(values: Float64Array): Ranks {
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

/** Spearman's ρ, −1 to 1; null where one of the two is constant. */
export function rankCorrelation(a: Ranks, b: Ranks): number | null {
  const length = a.centred.length;
  if (length !== b.centred.length) throw new RangeError(`${length} ranks against ${b.centred.length}`);
  if (a.sumOfSquares === 0 || b.sumOfSquares === 0) return null;
  let product = 0;
  for (let i = 0; i < length; i++) product += a.centred[i]! * b.centred[i]!;
  return Math.max(-1, Math.min(1, product / Math.sqrt(a.sumOfSquares * b.sumOfSquares)));
}
