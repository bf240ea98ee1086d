import type { LossName } from '../../choices';
import { fitOf, type Fit } from './fit';

/** What a loss compares the logits with: class numbers [samples] for cross-entropy, values [samples, outputs] for the others. */
export type Targets = Int32Array | Float32Array;

/**
 * The losses of samples and what the measures need of them, in float64. M = ∂²L/∂z² of a sample is diag(d), for
 * softmax's cross-entropy less d dᵀ.
 */
export interface Predictions {
  /** Σ_b L_b; nats, or squares. */
  readonly loss: number;
  /** Answers that are right or wrong: one for each sample, of several labels one for each; none of a regression. */
  readonly judged: number;
  readonly correct: number;
  /** Of a regression. */
  readonly fit: Fit | null;
  /** d, [samples, outputs]. */
  readonly weights: Float64Array;
  /** Whether d dᵀ is subtracted: then the rows of M sum to zero. */
  readonly coupled: boolean;
  /** ∂L/∂z, [samples, outputs]; to be asked before the next forward pass. */
  readonly gradient: () => Float32Array;
}

/**
 * The loss of every sample:
 * - cross_entropy: −log softmax(z)_y; d = p
 * - binary_cross_entropy: cross-entropy of (0, z), p = σ(z); d = p (1 − p); right where z > 0 is y = 1
 * - multi_label: the mean over the outputs of that, as torch's BCEWithLogitsLoss; d = p (1 − p) / o
 * - mean_squared_error: the mean over the outputs of (z − y)², as torch's MSELoss; d = 2 / o
 * @param logits [samples, outputs]; more may follow
 * @param targets of these samples; classes are below `outputs`, the values of binary losses 0 or 1
 */
export function predict(
  loss: LossName,
  logits: Float32Array,
  targets: Targets,
  outputs: number,
): Predictions {
  switch (loss) {
    case 'cross_entropy':
      return softmaxLoss(logits, targets, outputs);
    case 'binary_cross_entropy':
    case 'multi_label':
      return logisticLoss(logits, targets, outputs);
    case 'mean_squared_error':
      return squaredLoss(logits, targets, outputs);
  }
}

/** How many values of targets a sample has. */
export function targetWidth(loss: LossName, outputs: number): number {
  return loss === 'cross_entropy' ? 1 : outputs;
}

function softmaxLoss(logits: Float32Array, labels: Targets, classes: number): Predictions {
  const weights = new Float64Array(labels.length * classes);
  let loss = 0;
  let correct = 0;
  for (let b = 0; b < labels.length; b++) {
    const at = b * classes;
    let top = 0;
    for (let o = 1; o < classes; o++) if (logits[at + o]! > logits[at + top]!) top = o;
    const max = logits[at + top]!;
    let sum = 0;
    for (let o = 0; o < classes; o++) {
      const value = Math.exp(logits[at + o]! - max);
      weights[at + o] = value;
      sum += value;
    }
    for (let o = 0; o < classes; o++) weights[at + o]! /= sum;
    loss += Math.log(sum) + max - logits[at + labels[b]!]!;
    if (top === labels[b]) correct++;
  }
  const gradient = (): Float32Array => {
    const difference = Float32Array.from(weights);
    for (let b = 0; b < labels.length; b++) {
      const at = b * classes + labels[b]!;
      difference[at] = weights[at]! - 1;
    }
    return difference;
  };
  return { loss, judged: labels.length, correct, fit: null, weights, coupled: true, gradient };
}

function logisticLoss(logits: Float32Array, labels: Targets, outputs: number): Predictions {
  const weights = new Float64Array(labels.length);
  const differences = new Float32Array(labels.length);
  let loss = 0;
  let correct = 0;
  for (let at = 0; at < labels.length; at++) {
    const [z, y] = [logits[at]!, labels[at]!];
    // exp of what is negative: no overflow, and 1 − p keeps its digits where p is near 1.
    const small = Math.exp(-Math.abs(z));
    const larger = 1 / (1 + small);
    const [p, rest] = z > 0 ? [larger, small * larger] : [small * larger, larger];
    weights[at] = (p * rest) / outputs;
    differences[at] = (y === 1 ? -rest : p) / outputs;
    loss += (Math.max(y === 1 ? -z : z, 0) + Math.log1p(small)) / outputs;
    if (z > 0 === (y === 1)) correct++;
  }
  const gradient = (): Float32Array => differences;
  return { loss, judged: labels.length, correct, fit: null, weights, coupled: false, gradient };
}

function squaredLoss(logits: Float32Array, targets: Targets, outputs: number): Predictions {
  const fit = fitOf(logits, targets, outputs);
  const loss = fit.residuals.reduce((sum, squares) => sum + squares, 0) / outputs;
  const weights = new Float64Array(targets.length).fill(2 / outputs);
  const gradient = (): Float32Array =>
    Float32Array.from(targets, (target, at) => (2 * (logits[at]! - target)) / outputs);
  return { loss, judged: 0, correct: 0, fit, weights, coupled: false, gradient };
}
