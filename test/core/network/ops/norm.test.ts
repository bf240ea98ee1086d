import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import { batchNorm, groupNorm, layerNorm } from '../../../../src/core/network/ops/norm';
import { expectDerivatives, randomParameter, valuesOf } from '../../../support/derivatives';

const random = new Random(4);
const parameter = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });

describe('batch norm', () => {
  const plain = {
    kind: 'batch_norm',
    weight: null,
    bias: null,
    mean: 'm',
    variance: 'v',
    epsilon: 0,
  } as const;

  it('shifts and scales every channel as it did in training', () => {
    const parameters = { w: parameter(2, 3), b: parameter(10, 20), m: parameter(1, 2), v: parameter(3, 8) };
    const operation = { ...plain, weight: 'w', bias: 'b', epsilon: 1 };
    const place = { inputs: [[2, 2]], parameters };
    expect(valuesOf(batchNorm, operation, place, [[1, 3, 2, 5]])).toEqual([10, 12, 20, 23]);
  });

  it.each([[[6]], [[3, 4, 5]]])('has the derivatives of its values of [%s]', (shape) => {
    const channels = [shape[0]!];
    const variance = { shape: channels, data: new Float32Array(channels[0]!).map((_, i) => 0.5 + i) };
    const parameters = {
      ...{ m: randomParameter(random, channels), v: variance },
      ...{ w: randomParameter(random, channels), b: randomParameter(random, channels) },
    };
    expectDerivatives(batchNorm, { ...plain, weight: 'w', bias: 'b' }, { inputs: [shape], parameters });
    const { m, v } = parameters;
    expectDerivatives(batchNorm, plain, { inputs: [shape], parameters: { m, v } });
  });
});

describe('layer norm', () => {
  const plain = { kind: 'layer_norm', weight: null, bias: null, dimensions: 1, epsilon: 0 } as const;

  it('gives every vector mean 0 and variance 1', () => {
    const place = { inputs: [[2, 4]] };
    const root = Math.fround(Math.sqrt(2));
    const x = [1, 1, 5, 5, 1e6, 1e6 + 1, 1e6 + 2, 1e6 + 1];
    expect(valuesOf(layerNorm, plain, place, [x])).toEqual([-1, -1, 1, 1, -root, 0, root, 0]);
    const parameters = { w: parameter(1, 2, 3, 4), b: parameter(0, 0, 1, 1) };
    const affine = { ...plain, weight: 'w', bias: 'b', epsilon: 5 };
    expect(valuesOf(layerNorm, affine, { inputs: [[4]], parameters }, [[1, 1, 5, 5]])).toEqual(
      [-2 / 3, -4 / 3, 3, 11 / 3].map(Math.fround),
    );
  });

  it.each([
    [[7], 1],
    [[3, 6], 1],
    [[2, 3, 4], 2],
  ])('has the derivatives of its values of [%s] over %d', (shape, dimensions) => {
    const own = shape.slice(-dimensions);
    const parameters = { w: randomParameter(random, own), b: randomParameter(random, own) };
    const place = { inputs: [shape], parameters };
    const operation = { ...plain, dimensions, weight: 'w', bias: 'b', epsilon: 0.1 };
    expectDerivatives(layerNorm, operation, place, { step: 0.02 });
  });
});

describe('group norm', () => {
  const plain = { kind: 'group_norm', weight: null, bias: null, groups: 2, epsilon: 0 } as const;

  it('takes channels together', () => {
    const place = { inputs: [[4, 1, 2]], parameters: { w: parameter(1, 2, 3, 4), b: parameter(0, 0, 0, 1) } };
    const x = [1, 1, 5, 5, 0, 2, 2, 0];
    expect(valuesOf(groupNorm, { ...plain, weight: 'w', bias: 'b' }, place, [x])).toEqual([
      -1, -1, 2, 2, -3, 3, 5, -3,
    ]);
  });

  it.each([1, 2, 4])('has the derivatives of its values in %d groups', (groups) => {
    const parameters = { w: randomParameter(random, [4]), b: randomParameter(random, [4]) };
    const operation = { ...plain, groups, weight: 'w', bias: 'b', epsilon: 0.1 };
    expectDerivatives(groupNorm, operation, { inputs: [[4, 3, 2]], parameters }, { step: 0.02 });
  });
});
