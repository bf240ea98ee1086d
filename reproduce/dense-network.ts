import type { Random } from '../src/core/base/random';

/** y = W x + b. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row-major. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Dense layers with a ReLU after each but the last. */
export interface DenseNetwork {
  /** Units per layer, inputs first. */
  readonly sizes: readonly number[];
  /** All parameters, one array after the other: what an optimizer steps through. */
  readonly values: Float32Array;
  /** Views into `values`. */
  readonly layers: readonly DenseLayer[];
}

/**
 * A network whose parameters are these.
 * @param values as they lie in `DenseNetwork.values`; zeros by default
 */
export function denseNetwork(sizes: readonly number[], values?: Float32Array): DenseNetwork {
  const shapes = sizes.slice(1).map((outputs, index) => ({ inputs: sizes[index]!, outputs }));
  const count = shapes.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
  const all = values ?? new Float32Array(count);
  if (all.length !== count) throw new Error(`${all.length} parameters where ${count} belong`);
  let at = 0;
  const take = (length: number): Float32Array => all.subarray(at, (at += length));
  const layers = shapes.map(({ inputs, outputs }): DenseLayer => ({
    inputs,
    outputs,
    weight: take(inputs * outputs),
    bias: take(outputs),
  }));
  return { sizes, values: all, layers };
}

/** A network as torch's nn.Linear begins: weights and biases uniform within ±1/√inputs. */
export function untrainedNetwork(sizes: readonly number[], random: Random): DenseNetwork {
  const network = denseNetwork(sizes);
  for (const { inputs, weight, bias } of network.layers) {
    const bound = 1 / Math.sqrt(inputs);
    for (const array of [weight, bias]) {
      for (let i = 0; i < array.length; i++) array[i] = (2 * random.uniform() - 1) * bound;
    }
  }
  return network;
}

/** Σ|w| and Σw² over the weights; biases do not count. */
export function weightNorms({ layers }: DenseNetwork): { readonly l1: number; readonly l2: number } {
  let [l1, l2] = [0, 0];
  for (const { weight } of layers) {
    for (let i = 0; i < weight.length; i++) {
      const value = weight[i]!;
      l1 += Math.abs(value);
      l2 += value * value;
    }
  }
  return { l1, l2 };
}
