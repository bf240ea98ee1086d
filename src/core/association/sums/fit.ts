/** Sums that tell how much of the variance of a regression's targets its outputs explain; mergeable without cancellation. */
export interface Fit {
  /** Samples in it. */
  count: number;
  /** Per output, Σ (z − y)². */
  readonly residuals: Float64Array;
  /** Per output, the mean of y, and Σ (y − mean)². */
  readonly means: Float64Array;
  readonly squares: Float64Array;
}

/** @param logits [samples, outputs]; more may follow @param targets [samples, outputs] */
export function fitOf(logits: Float32Array, targets: Int32Array | Float32Array, outputs: number): Fit {
  const count = targets.length / outputs;
  const residuals = new Float64Array(outputs);
  const means = new Float64Array(outputs);
  const squares = new Float64Array(outputs);
  for (let at = 0; at < targets.length; at++) {
    residuals[at % outputs]! += (logits[at]! - targets[at]!) ** 2;
    means[at % outputs]! += (targets[at]! - targets[at % outputs]!) / count;
  }
  // Summed up from the first sample's on, so that targets that are all the same have no variance by rounding.
  for (let o = 0; o < outputs; o++) means[o]! += targets[o]!;
  for (let at = 0; at < targets.length; at++)
    squares[at % outputs]! += (targets[at]! - means[at % outputs]!) ** 2;
  return { count, residuals, means, squares };
}

/** a becomes the fit of both sets of samples (Chan, Golub and LeVeque 1983). */
export function mergeFit(a: Fit, b: Fit): void {
  const count = a.count + b.count;
  if (b.count === 0) return;
  for (let o = 0; o < a.means.length; o++) {
    const shift = b.means[o]! - a.means[o]!;
    a.residuals[o]! += b.residuals[o]!;
    a.squares[o]! += b.squares[o]! + (shift ** 2 * a.count * b.count) / count;
    a.means[o]! += (shift * b.count) / count;
  }
  a.count = count;
}

/** R², the mean of that of the outputs whose targets vary (scikit-learn's uniform average); null where none does. */
export function explainedShare({ residuals, squares }: Fit): number | null {
  const shares = Array.from(squares, (total, o) => (total > 0 ? 1 - residuals[o]! / total : null)).filter(
    (share) => share !== null,
  );
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
