import { describe, expect, it } from 'vitest';
import { shuffledStack, untrainedStack } from '../../../src/core/network/null-stack';
import { Random } from '../../../src/core/random';
import { randomNetwork } from '../../support/random-network';

const { stack } = randomNetwork([100, 30, 20], 10, 0.1, 1);

describe('null networks', () => {
  it('untrained: as PyTorch initialises nn.Linear', () => {
    const { hidden, readout } = untrainedStack(stack, new Random(1));
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
    expect(hidden.map(({ name, negativeSlope }) => [name, negativeSlope])).toEqual([
      ['fc0', 0.1],
      ['fc1', 0.1],
    ]);
  });

  it('shuffled: every unit keeps its incoming weights, in another order', () => {
    const { hidden } = shuffledStack(stack, new Random(1));
    const row = (weight: Float32Array, i: number) => [...weight.subarray(i * 100, (i + 1) * 100)];
    const [own, golden] = [hidden[0]!.weight, stack.hidden[0]!.weight];
    for (let i = 0; i < 30; i++) {
      expect(row(own, i)).not.toEqual(row(golden, i));
      expect(row(own, i).sort()).toEqual(row(golden, i).sort());
    }
    expect(hidden[0]!.bias).toEqual(stack.hidden[0]!.bias);
  });

  it('are the same for the same seed', () => {
    expect(untrainedStack(stack, new Random(5))).toEqual(untrainedStack(stack, new Random(5)));
    expect(shuffledStack(stack, new Random(5))).toEqual(shuffledStack(stack, new Random(5)));
    expect(shuffledStack(stack, new Random(5))).not.toEqual(shuffledStack(stack, new Random(6)));
  });
});
