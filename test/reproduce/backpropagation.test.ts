import { describe, expect, it } from 'vitest';
import { addPenalty, Backpropagation, type Penalty } from '../../reproduce/backpropagation';
import { type DenseNetwork, denseNetwork, untrainedNetwork } from '../../reproduce/dense-network';
import { Random } from '../../src/core/base/random';
import { naiveEngine } from '../support/naive-engine';

const SIZES = [5, 7, 6, 3];
const ROWS = 9;

function example() {
  const random = new Random(4);
  const inputs = Float32Array.from({ length: ROWS * 5 }, () => random.normal());
  const labels = Int32Array.from({ length: ROWS }, () => random.integer(3));
  return { network: untrainedNetwork(SIZES, random), inputs, labels };
}

/** Cross-entropy and penalties by their definitions, in float64; the same random numbers drop the same units. */
function objective(
  { layers }: DenseNetwork,
  inputs: Float32Array,
  labels: Int32Array,
  rate: number,
  penalty: Penalty,
): number {
  const random = new Random(7);
  let below = Array.from({ length: ROWS }, (_, row) => [...inputs.subarray(row * 5, row * 5 + 5)]);
  layers.forEach(({ weight, bias, inputs: width }, index) => {
    const sums = below.map((values) =>
      [...bias].map((b, unit) => b + values.reduce((sum, x, i) => sum + x * weight[unit * width + i]!, 0)),
    );
    const isHidden = index < layers.length - 1;
    const kept = (): number => (rate === 0 ? 1 : random.uniform() < rate ? 0 : 1 / (1 - rate));
    below = isHidden ? sums.map((row) => row.map((sum) => Math.max(0, sum) * kept())) : sums;
  });
  const losses = below.map((row, sample) => {
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return Math.log(total) - row[labels[sample]!]!;
  });
  const weights = layers.flatMap(({ weight }) => [...weight]);
  return (
    losses.reduce((a, b) => a + b) / ROWS +
    penalty.l1 * weights.reduce((sum, w) => sum + Math.abs(w), 0) +
    penalty.l2 * weights.reduce((sum, w) => sum + w * w, 0)
  );
}

describe('the objective and its gradient', () => {
  it.each([
    { rate: 0, l1: 0, l2: 0 },
    { rate: 0, l1: 0.01, l2: 0.003 },
    { rate: 0.4, l1: 0, l2: 0.01 },
  ])('are those of finite differences: dropout $rate, L1 $l1, L2 $l2', ({ rate, ...penalty }) => {
    const { network, inputs, labels } = example();
    const gradient = denseNetwork(SIZES, new Float32Array(network.values.length).fill(99));
    const propagation = new Backpropagation(network, naiveEngine, ROWS);
    const dropout = rate === 0 ? null : { rate, random: new Random(7) };
    const { crossEntropy } = propagation.differentiate(inputs, labels, dropout, gradient);
    const loss = crossEntropy + addPenalty(network, penalty, gradient);

    const widened = { ...network, layers: network.layers.map(float64) };
    const at = (): number => objective(widened, inputs, labels, rate, penalty);
    expect(Math.abs(loss - at())).toBeLessThan(1e-6);
    let worst = 0;
    widened.layers.forEach(({ weight, bias }, index) => {
      const { weight: slopes, bias: biasSlopes } = gradient.layers[index]!;
      for (const [values, found] of [
        [weight, slopes],
        [bias, biasSlopes],
      ] as const) {
        values.forEach((value, i) => {
          const step = 1e-6;
          values[i] = value + step;
          const above = at();
          values[i] = value - step;
          const slope = (above - at()) / (2 * step);
          values[i] = value;
          worst = Math.max(worst, Math.abs(slope - found[i]!));
        });
      }
    });
    expect(worst).toBeLessThan(1e-6);
    expect(Math.max(...gradient.values.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('drops no unit once the network is trained', () => {
    const { network, inputs, labels } = example();
    const propagation = new Backpropagation(network, naiveEngine, ROWS);
    const { crossEntropy } = propagation.evaluate(inputs, labels);
    expect(crossEntropy).toBeCloseTo(objective(network, inputs, labels, 0, { l1: 0, l2: 0 }), 6);
  });

  it('refuses a batch larger than its arrays', () => {
    const { network, inputs, labels } = example();
    const propagation = new Backpropagation(network, naiveEngine, ROWS - 1);
    expect(() => propagation.evaluate(inputs, labels)).toThrow('a batch of 9 where 8 fit');
  });
});

/** With values that finite differences can be taken of. */
function float64<T extends { weight: Float32Array; bias: Float32Array }>(layer: T) {
  // What reads them asks for numbers at indices, which arrays of both kinds have.
  const wide = (values: Float32Array): Float32Array => Float64Array.from(values) as unknown as Float32Array;
  return { ...layer, weight: wide(layer.weight), bias: wide(layer.bias) };
}
