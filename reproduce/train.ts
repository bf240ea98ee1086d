import { Random } from '../src/core/base/random';
import type { Engine } from '../src/core/tensor/engine';
import { Adam } from './adam';
import { addPenalty, Backpropagation, type Penalty } from './backpropagation';
import { type DenseNetwork, denseNetwork, untrainedNetwork, weightNorms } from './dense-network';
import { Plateau, type PlateauRule } from './plateau';

/** Samples as a network takes them. */
export interface Samples {
  /** [labels.length, values of a sample] */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** All that the result of a training depends on, beside the samples. */
export interface TrainingRecipe extends Penalty {
  /** Units per layer, inputs first. */
  readonly sizes: readonly number[];
  /** Probability with which a hidden unit is dropped. */
  readonly dropout: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly plateau: PlateauRule;
  readonly mostEpochs: number;
}

/** An epoch of training. */
export interface Epoch {
  /** Mean over its batches of cross-entropy and penalties, under dropout: what training lowers. */
  readonly loss: number;
  /** Σ|w| and Σw² of the weights after it. */
  readonly norms: { readonly l1: number; readonly l2: number };
}

export interface Trained {
  readonly network: DenseNetwork;
  readonly epochs: readonly Epoch[];
  /** Steps of the optimizer. */
  readonly steps: number;
  /** The loss had stopped falling; false where the epochs had run out. */
  readonly hasConverged: boolean;
}

/**
 * Trains a network until its training loss stops falling. Initial weights, order of the samples and dropout come from the
 * recipe's seed, so that the same recipe, samples and engine give the same bytes.
 */
export function train(recipe: TrainingRecipe, samples: Samples, engine: Engine): Trained {
  const { sizes, dropout: rate, batchSize, learningRate } = recipe;
  const random = new Random(recipe.seed);
  const network = untrainedNetwork(sizes, random);
  const gradient = denseNetwork(sizes);
  const propagation = new Backpropagation(network, engine, batchSize);
  const adam = new Adam(network.values, learningRate);
  const dropout = rate === 0 ? null : { rate, random };
  const order = Int32Array.from(samples.labels.keys());
  const batch = new Batch(samples, sizes[0] ?? 0, batchSize);
  const plateau = new Plateau(recipe.plateau);
  const epochs: Epoch[] = [];
  let steps = 0;
  let hasConverged = false;
  while (!hasConverged && epochs.length < recipe.mostEpochs) {
    random.shuffle(order);
    let sum = 0;
    for (let from = 0; from < order.length; from += batchSize) {
      const { inputs, labels } = batch.gather(order.subarray(from, from + batchSize));
      const { crossEntropy } = propagation.differentiate(inputs, labels, dropout, gradient);
      const loss = crossEntropy + addPenalty(network, recipe, gradient);
      adam.step(gradient.values);
      sum += loss * labels.length;
      steps++;
    }
    const loss = sum / order.length;
    if (!Number.isFinite(loss))
      throw new Error(`the training loss became ${loss} in epoch ${epochs.length + 1}`);
    epochs.push({ loss, norms: weightNorms(network) });
    hasConverged = plateau.isReached(loss);
  }
  return { network, epochs, steps, hasConverged };
}

/** Chosen samples, side by side. */
class Batch {
  readonly #inputs: Float32Array;
  readonly #labels: Int32Array;

  constructor(
    private readonly samples: Samples,
    private readonly width: number,
    size: number,
  ) {
    this.#inputs = new Float32Array(size * width);
    this.#labels = new Int32Array(size);
  }

  /** Valid until the next call. */
  gather(chosen: Int32Array): Samples {
    const { samples, width } = this;
    let to = 0;
    for (let row = 0; row < chosen.length; row++) {
      const sample = chosen[row]!;
      const from = sample * width;
      for (let i = 0; i < width; i++) this.#inputs[to++] = samples.inputs[from + i]!;
      this.#labels[row] = samples.labels[sample]!;
    }
    return { inputs: this.#inputs, labels: this.#labels.subarray(0, chosen.length) };
  }
}

/** Rows that are evaluated together. */
const CHUNK = 1000;

/** Mean cross-entropy and accuracy without dropout. */
export function evaluate(
  network: DenseNetwork,
  { inputs, labels }: Samples,
  engine: Engine,
): { readonly loss: number; readonly accuracy: number } {
  const propagation = new Backpropagation(network, engine, Math.min(CHUNK, labels.length));
  const width = network.sizes[0] ?? 0;
  let [loss, correct] = [0, 0];
  for (let from = 0; from < labels.length; from += CHUNK) {
    const chunk = labels.subarray(from, from + CHUNK);
    const result = propagation.evaluate(inputs.subarray(from * width), chunk);
    loss += result.crossEntropy * chunk.length;
    correct += result.correct;
  }
  return { loss: loss / labels.length, accuracy: correct / labels.length };
}
