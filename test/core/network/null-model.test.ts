import { describe, expect, it } from 'vitest';
import type { DenseStack } from '../../../src/core/network/dense-stack';
import { shuffledModel, untrainedModel } from '../../../src/core/network/null-model';
import { Random } from '../../../src/core/random';
import { leaky, randomNetwork } from '../../support/random-network';

const { stack } = randomNetwork([100, 30, 20], 10, leaky(0.1), 1);

describe('null networks', () => {
  it('untrained: as PyTorch initialises nn.Linear', () => {
    const { hidden, readout } = untrainedModel(stack, new Random(1)) as DenseStack; // as it was given
    for (const [layer, golden] of [...hidden, readout].map(
      (layer, i) => [layer, [...stack.hidden, stack.readout][i]!] as const,
    )) {
      const bound = Math.fround(1 / Math.sqrt(layer.inputs));
      expect(layer.weight).toHaveLength(golden.weight.length);
      for (const values of [layer.weight, layer.bias])
        expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
      // Uniform: the variance is bound² / 3.
      const variance = layer.weight.reduce((sum, w) => sum + w * w, 0) / layer.weight.length;
      expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 0);
    }
    expect(hidden.map(({ name, activation }) => [name, activation])).toEqual([
      ['fc0', leaky(0.1)],
      ['fc1', leaky(0.1)],
    ]);
  });

  it('shuffled: every unit keeps its incoming weights, in another order', () => {
    const { hidden } = shuffledModel(stack, new Random(1)) as DenseStack; // as it was given
    const row = (weight: Float32Array, i: number) => [...weight.subarray(i * 100, (i + 1) * 100)];
    const [own, golden] = [hidden[0]!.weight, stack.hidden[0]!.weight];
    for (let i = 0; i < 30; i++) {
      expect(row(own, i)).not.toEqual(row(golden, i));
      expect(row(own, i).sort()).toEqual(row(golden, i).sort());
    }
    expect(hidden[0]!.bias).toEqual(stack.hidden[0]!.bias);
  });

  it('are the same for the same seed', () => {
    expect(untrainedModel(stack, new Random(5))).toEqual(untrainedModel(stack, new Random(5)));
    expect(shuffledModel(stack, new Random(5))).toEqual(shuffledModel(stack, new Random(5)));
    expect(shuffledModel(stack, new Random(5))).not.toEqual(shuffledModel(stack, new Random(6)));
  });
});
