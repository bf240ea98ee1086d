/** Softmax of every sample's logits and its cross-entropy, in float64. */
export interface Predictions {
  /** [samples, classes]. */
  readonly probabilities: Float64Array;
  /** Σ_b −log p_label, nats. */
  readonly loss: number;
  /** Samples whose largest logit is the label's. */
  readonly correct: number;
}

/** @param logits [samples, classes] @param labels [samples], each below `classes` */
export function predict(logits: Float32Array, labels: Int32Array, classes: number): Predictions {
  const probabilities = new Float64Array(labels.length * classes);
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
      probabilities[at + o] = value;
      sum += value;
    }
    for (let o = 0; o < classes; o++) probabilities[at + o]! /= sum;
    loss += Math.log(sum) + max - logits[at + labels[b]!]!;
    if (top === labels[b]) correct++;
  }
  return { probabilities, loss, correct };
}

/** ∂L/∂z = p − y per sample, [samples, classes]. */
export function lossGradient(probabilities: Float64Array, labels: Int32Array, classes: number): Float32Array {
  const gradient = Float32Array.from(probabilities);
  for (let b = 0; b < labels.length; b++) {
    const at = b * classes + labels[b]!;
    gradient[at] = probabilities[at]! - 1;
  }
  return gradient;
}
