import type { Random } from '../src/core/base/random';
import { type Engine, transposeMatrix } from '../src/core/tensor/engine';
import type { DenseNetwork } from './dense-network';

/** What a batch came to. */
export interface BatchResult {
  /** Mean over its samples, in nats. */
  readonly crossEntropy: number;
  /** Samples whose largest logit is that of their class. */
  readonly correct: number;
}

/** Inverted dropout: a unit is dropped with probability `rate`, and those kept are scaled by 1/(1 − rate). */
export interface Dropout {
  readonly rate: number;
  readonly random: Random;
}

/** Weights of Σ|w| and Σw² in the objective. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** Values of a layer for every sample of a batch: [rows, units]. */
interface LayerState {
  readonly units: number;
  /** After ReLU and dropout; of the last layer the logits. */
  readonly activity: Float32Array;
  /** The derivative of `activity` by what the layer computes: 0 where ReLU or dropout cut it off. */
  readonly slope: Float32Array;
  readonly error: Float32Array;
}

/** Runs a network forwards and backwards, in arrays of its own that are used again. */
export class Backpropagation {
  readonly #states: readonly LayerState[];
  /** For one transposed matrix at a time. */
  readonly #transposed: Float32Array;

  /** @param rows of the largest batch */
  constructor(
    private readonly network: DenseNetwork,
    private readonly engine: Engine,
    private readonly rows: number,
  ) {
    this.#states = network.layers.map(({ outputs }) => ({
      units: outputs,
      activity: new Float32Array(rows * outputs),
      slope: new Float32Array(rows * outputs),
      error: new Float32Array(rows * outputs),
    }));
    const largest = network.layers.map(({ inputs, outputs }) => Math.max(inputs, rows) * outputs);
    this.#transposed = new Float32Array(Math.max(...largest));
  }

  /** The network as it is used after training: no dropout. @param inputs [labels.length, network's inputs] */
  evaluate(inputs: Float32Array, labels: Int32Array): BatchResult {
    this.#forward(inputs, labels.length, null);
    return this.#crossEntropy(labels);
  }

  /**
   * Mean cross-entropy of a batch, and its derivative by every parameter.
   * @param inputs [labels.length, network's inputs]
   * @param dropout after each hidden layer; null where there is none
   * @param gradient is overwritten
   */
  differentiate(
    inputs: Float32Array,
    labels: Int32Array,
    dropout: Dropout | null,
    gradient: DenseNetwork,
  ): BatchResult {
    this.#forward(inputs, labels.length, dropout);
    const result = this.#crossEntropy(labels);
    this.#backward(inputs, labels.length, gradient);
    return result;
  }

  #forward(inputs: Float32Array, rows: number, dropout: Dropout | null): void {
    if (rows > this.rows) throw new Error(`a batch of ${rows} where ${this.rows} fit`);
    let below = inputs;
    this.network.layers.forEach(({ inputs, outputs, weight, bias }, index) => {
      const { activity, slope } = this.#states[index]!;
      const columns = transposeMatrix(weight, outputs, inputs, this.#transposed);
      this.engine.multiply(below, columns, rows, inputs, outputs, activity);
      const isHidden = index < this.network.layers.length - 1;
      for (let i = 0; i < rows * outputs; i += outputs) {
        for (let j = 0; j < outputs; j++) {
          const sum = activity[i + j]! + bias[j]!;
          const factor = isHidden && sum <= 0 ? 0 : 1;
          activity[i + j] = sum * factor;
          slope[i + j] = factor;
        }
      }
      if (isHidden && dropout !== null) applyDropout(dropout, activity, slope, rows * outputs);
      below = activity;
    });
  }

  /** Leaves its derivative by the logits, softmax − one-hot over the number of samples, in the last error. */
  #crossEntropy(labels: Int32Array): BatchResult {
    const { units, activity: logits, error } = this.#states[this.#states.length - 1]!;
    let [total, correct] = [0, 0];
    labels.forEach((label, row) => {
      const start = row * units;
      let best = 0;
      for (let j = 1; j < units; j++) if (logits[start + j]! > logits[start + best]!) best = j;
      const largest = logits[start + best]!;
      let sum = 0;
      for (let j = 0; j < units; j++) sum += Math.exp(logits[start + j]! - largest);
      total += Math.log(sum) - (logits[start + label]! - largest);
      if (best === label) correct++;
      for (let j = 0; j < units; j++) {
        const probability = Math.exp(logits[start + j]! - largest) / sum;
        error[start + j] = (probability - (j === label ? 1 : 0)) / labels.length;
      }
    });
    return { crossEntropy: total / labels.length, correct };
  }

  #backward(inputs: Float32Array, rows: number, gradient: DenseNetwork): void {
    for (let index = this.network.layers.length - 1; index >= 0; index--) {
      const { inputs: width, outputs, weight } = this.network.layers[index]!;
      const { error } = this.#states[index]!;
      const into = gradient.layers[index]!;
      const below = this.#states[index - 1];
      const columns = transposeMatrix(error, rows, outputs, this.#transposed);
      this.engine.multiply(columns, below?.activity ?? inputs, outputs, rows, width, into.weight);
      into.bias.fill(0);
      for (let i = 0; i < rows * outputs; i += outputs) {
        for (let j = 0; j < outputs; j++) into.bias[j]! += error[i + j]!;
      }
      if (below === undefined) continue;
      this.engine.multiply(error, weight, rows, outputs, width, below.error);
      for (let i = 0; i < rows * width; i++) below.error[i]! *= below.slope[i]!;
    }
  }
}

function applyDropout(
  { rate, random }: Dropout,
  activity: Float32Array,
  slope: Float32Array,
  length: number,
): void {
  const scale = 1 / (1 - rate);
  for (let i = 0; i < length; i++) {
    const factor = random.uniform() < rate ? 0 : scale;
    activity[i]! *= factor;
    slope[i]! *= factor;
  }
}

/** l1 Σ|w| + l2 Σw² over the weights, whose derivative is added to the gradient; that of |w| at 0 counts as 0. */
export function addPenalty(network: DenseNetwork, { l1, l2 }: Penalty, gradient: DenseNetwork): number {
  let [sum, squares] = [0, 0];
  network.layers.forEach(({ weight }, index) => {
    const slope = gradient.layers[index]!.weight;
    for (let i = 0; i < weight.length; i++) {
      const value = weight[i]!;
      sum += Math.abs(value);
      squares += value * value;
      slope[i]! += 2 * l2 * value + (value > 0 ? l1 : value < 0 ? -l1 : 0);
    }
  });
  return l1 * sum + l2 * squares;
}
