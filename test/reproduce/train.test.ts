import { describe, expect, it } from 'vitest';
import { Adam } from '../../reproduce/adam';
import { untrainedNetwork, weightNorms } from '../../reproduce/dense-network';
import { Plateau } from '../../reproduce/plateau';
import { type Condition, grid, recipeOf, seedOf } from '../../reproduce/recipe';
import { evaluate, type Samples, train } from '../../reproduce/train';
import { Random } from '../../src/core/base/random';
import { naiveEngine } from '../support/naive-engine';

const PLAIN: Condition = { dropout: 0, l1: 0, l2: 1e-5, run: 0 };

/** Three clouds of points that lines can part. */
function clouds(count: number): Samples {
  const random = new Random(1);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const inputs = Float32Array.from({ length: 4 * count }, (_, i) => {
    const isOwn = i % 4 === labels[Math.floor(i / 4)];
    return (isOwn ? 2 : 0) + 0.5 * random.normal();
  });
  return { inputs, labels };
}

function recipe(condition: Partial<Condition>, mostEpochs: number) {
  const all = { ...PLAIN, ...condition };
  return { ...recipeOf(all, { inputs: 4, classes: 3, samples: 90, mostEpochs }), sizes: [4, 8, 8, 3] };
}

describe('training', () => {
  it('learns what can be learnt, and its loss stops falling', () => {
    const samples = clouds(90);
    const { network, epochs, steps, hasConverged } = train(recipe({}, 2000), samples, naiveEngine);
    expect(hasConverged).toBe(true);
    expect(epochs.length).toBeLessThan(2000);
    expect(steps).toBe(5 * epochs.length); // 90 samples in batches of 20: the last has 10
    expect(epochs.at(-1)?.loss).toBeLessThan(0.1);
    expect(evaluate(network, samples, naiveEngine).accuracy).toBe(1);
    expect(epochs.at(-1)?.norms).toEqual(weightNorms(network));
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const values = (condition: Partial<Condition>): Float32Array =>
      train(recipe({ dropout: 0.5, ...condition }, 3), clouds(90), naiveEngine).network.values;
    expect(values({})).toEqual(values({}));
    expect(values({ run: 1 })).not.toEqual(values({}));
  });

  it('begins as nn.Linear does', () => {
    const { layers } = untrainedNetwork([100, 400, 25, 10], new Random(0));
    for (const { inputs, weight, bias } of layers) {
      const bound = 1 / Math.sqrt(inputs);
      expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
      expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
      // The standard deviation of a uniform distribution.
      const square = weight.reduce((sum, w) => sum + w * w, 0) / weight.length;
      expect(Math.sqrt(square) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    }
  });

  it('says when the loss is no number', () => {
    const samples = clouds(90);
    samples.inputs[0] = Infinity;
    expect(() => train(recipe({}, 3), samples, naiveEngine)).toThrow(
      'the training loss became NaN in epoch 1',
    );
  });
});

describe('Adam', () => {
  it('steps as torch.optim.Adam does', () => {
    // torch 1.13, lr = 0.1: p = [1, −2]; steps with the gradients [0.5, −0.2], [0.1, 0.4], [−0.3, 0].
    const values = Float32Array.of(1, -2);
    const adam = new Adam(values, 0.1);
    for (const slopes of [
      [0.5, -0.2],
      [0.1, 0.4],
      [-0.3, 0],
    ])
      adam.step(Float32Array.from(slopes));
    const expected = reference(
      [1, -2],
      [
        [0.5, -0.2],
        [0.1, 0.4],
        [-0.3, 0],
      ],
      0.1,
    );
    expect([...values].map((value, i) => Math.abs(value - expected[i]!)).every((error) => error < 1e-6)).toBe(
      true,
    );
    expect(values[0]).not.toBeCloseTo(1, 1);
  });
});

/** Algorithm 1 of Kingma and Ba (2015), word for word. */
function reference(start: readonly number[], gradients: readonly number[][], rate: number): number[] {
  return start.map((theta, i) => {
    let [m, v] = [0, 0];
    gradients.forEach((gradient, step) => {
      const g = gradient[i]!;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g ** 2;
      const mHat = m / (1 - 0.9 ** (step + 1));
      const vHat = v / (1 - 0.999 ** (step + 1));
      theta -= (rate * mHat) / (Math.sqrt(vHat) + 1e-8);
    });
    return theta;
  });
}

describe('the end of training', () => {
  const epochsOf = (losses: (epoch: number) => number, most = 1000): number => {
    const plateau = new Plateau({ window: 5, fall: 0.02, patience: 10 });
    for (let epoch = 1; epoch <= most; epoch++) if (plateau.isReached(losses(epoch))) return epoch;
    return most;
  };

  it('comes when the smoothed loss has not fallen for as long as is waited', () => {
    expect(epochsOf(() => 1)).toBe(15); // the first mean, then ten that are no lower
    expect(epochsOf((epoch) => Math.max(0.5, 1 - 0.01 * epoch))).toBe(64); // 0.5 from epoch 50 on: its mean from 54 on
  });

  it('does not come while the loss falls by enough, noisy or not', () => {
    expect(epochsOf((epoch) => 0.99 ** epoch)).toBe(1000);
    expect(epochsOf((epoch) => 0.99 ** epoch * (1 + 0.3 * (epoch % 2)))).toBe(1000);
  });

  it('comes when it falls too slowly, or rises', () => {
    expect(epochsOf((epoch) => 0.9999 ** epoch)).toBe(15);
    expect(epochsOf((epoch) => epoch)).toBe(15);
  });
});

describe('the grid', () => {
  it('varies one factor at a time from a baseline, with as many runs of each and a seed of its own for each', () => {
    const conditions = grid(5);
    expect(conditions).toHaveLength(90);
    const varied = ({ dropout, l1, l2 }: Condition): number =>
      [dropout !== 0, l1 !== 0, l2 !== 1e-5].filter(Boolean).length;
    expect(conditions.filter((condition) => varied(condition) === 0)).toHaveLength(5);
    expect(conditions.every((condition) => varied(condition) <= 1)).toBe(true);
    expect(new Set(conditions.map(seedOf)).size).toBe(90);
    expect(seedOf(PLAIN)).toBe(seedOf({ ...PLAIN }));
  });
});
