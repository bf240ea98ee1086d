import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/base/random';
import type { DenseStack } from '../../../src/core/network/dense-stack';
import { shuffledModel, untrainedModel } from '../../../src/core/network/null-model';
import type { Computed } from '../../../src/core/network/ops/operation';
import type { Parameter } from '../../../src/core/network/ops/rules';
import { graphOf } from '../../support/graph';
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

  it('untrained: slopes that are learned are 0.25 again, others stay', () => {
    const learned = { ...leaky(0.1), learned: true } as const;
    const hidden = stack.hidden.map((layer, i) => (i === 0 ? { ...layer, activation: learned } : layer));
    const mixed: DenseStack = { ...stack, hidden };
    const activations = (model: DenseStack) => model.hidden.map(({ activation }) => activation);
    expect(activations(untrainedModel(mixed, new Random(1)) as DenseStack)).toEqual([
      { ...learned, negativeSlope: 0.25 },
      leaky(0.1),
    ]);
    expect(activations(shuffledModel(mixed, new Random(1)) as DenseStack)).toEqual([learned, leaky(0.1)]);
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

describe('null networks of any graph', () => {
  const random = new Random(3);
  const parameters = new Map<string, Parameter>();
  /** A parameter of values that no null network has, and its name. */
  const parameter = (name: string, ...shape: number[]): string => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 + random.uniform());
    parameters.set(name, { shape, data });
    return name;
  };
  const conv: Computed = {
    ...{
      kind: 'conv',
      weight: parameter('conv.weight', 8, 2, 3, 3),
      bias: parameter('conv.bias', 8),
      groups: 2,
    },
    ...{ strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
  };
  const norm: Computed = {
    ...{ kind: 'batch_norm', mean: parameter('bn.mean', 8), variance: parameter('bn.variance', 8) },
    ...{ weight: parameter('bn.weight', 8), bias: parameter('bn.bias', 8), epsilon: 1e-5 },
  };
  const dense: Computed = {
    ...{
      kind: 'dense',
      weight: parameter('fc.weight', 72, 5),
      bias: parameter('fc.bias', 5),
      layout: 'in_out',
    },
  };
  const graph = graphOf(
    [4, 5, 5],
    [
      { operation: conv },
      { operation: norm },
      { operation: { kind: 'activation', activation: leaky(0.1) }, hidden: true },
      { operation: { kind: 'reshape', shape: [72] } },
      { operation: dense },
    ],
    parameters,
  );
  const changed = (make: typeof untrainedModel, seed = 1) => {
    const model = make(graph, new Random(seed));
    if (model.kind !== 'graph') throw new Error('not a graph');
    return (name: string): number[] => [...(model.parameters.get(name)?.data ?? [])];
  };
  const own = (name: string): number[] => [...(parameters.get(name)?.data ?? [])];

  it('untrained: weights bounded by what enters a unit, norms that change nothing', () => {
    const of = changed(untrainedModel);
    for (const [layer, inputs] of [
      ['conv', 2 * 3 * 3],
      ['fc', 72],
    ] as const) {
      const bound = Math.fround(1 / Math.sqrt(inputs));
      for (const name of [`${layer}.weight`, `${layer}.bias`]) {
        expect(of(name)).toHaveLength(own(name).length);
        expect(Math.max(...of(name).map(Math.abs)), name).toBeLessThanOrEqual(bound);
      }
      const weight = of(`${layer}.weight`);
      const variance = weight.reduce((sum, w) => sum + w * w, 0) / weight.length;
      expect(variance / (bound ** 2 / 3)).toBeGreaterThan(0.75);
      expect(variance / (bound ** 2 / 3)).toBeLessThan(1.25);
    }
    for (const name of ['bn.mean', 'bn.bias']) expect(of(name), name).toEqual(Array(8).fill(0));
    for (const name of ['bn.variance', 'bn.weight']) expect(of(name), name).toEqual(Array(8).fill(1));
  });

  it('shuffled: every filter keeps its weights, and every unit of a layer that is stored the other way', () => {
    const of = changed(shuffledModel);
    const filter = (values: number[], i: number) => values.slice(18 * i, 18 * (i + 1));
    const column = (values: number[], i: number) => values.filter((_, at) => at % 5 === i);
    for (const [name, count, part] of [
      ['conv.weight', 8, filter],
      ['fc.weight', 5, column],
    ] as const) {
      for (let i = 0; i < count; i++) {
        const [before, after] = [part(own(name), i), part(of(name), i)];
        expect(after, name).not.toEqual(before);
        expect(after.sort(), name).toEqual(before.sort());
      }
    }
    for (const name of ['conv.bias', 'fc.bias', 'bn.mean', 'bn.variance', 'bn.weight', 'bn.bias'])
      expect(of(name), name).toEqual(own(name));
  });

  it('leave the network itself as it is, and change tied weights once', () => {
    const before = new Map([...parameters].map(([name, { data }]) => [name, data.slice()]));
    changed(untrainedModel);
    changed(shuffledModel);
    for (const [name, { data }] of parameters) expect(data, name).toEqual(before.get(name));
    const tied: Computed = { kind: 'dense', weight: 'w', bias: null, layout: 'out_in' };
    const twice = graphOf(
      [3],
      [{ operation: tied }, { operation: tied }],
      new Map([['w', { shape: [3, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) }]]),
    );
    const once = graphOf([3], [{ operation: tied }], twice.parameters);
    expect(untrainedModel(twice, new Random(1))).toMatchObject({
      parameters: (untrainedModel(once, new Random(1)) as typeof once).parameters, // as it was given
    });
  });
});
