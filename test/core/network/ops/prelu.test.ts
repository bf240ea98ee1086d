import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import { type Prelu, prelu } from '../../../../src/core/network/ops/prelu';
import { expectDerivatives, randomParameter, valuesOf } from '../../../support/derivatives';

const channels: Prelu = { kind: 'prelu', weight: 'a.weight', aligned: 'first' };
const broadcast: Prelu = { ...channels, aligned: 'last' };
const slopes = (shape: readonly number[], ...values: number[]) => ({
  'a.weight': { shape, data: Float32Array.from(values) },
});

describe('PReLU', () => {
  it.each<[Prelu, number[], number[]]>([
    [channels, [5], [1]],
    [channels, [3, 4], [3]],
    [channels, [3, 3], [3]],
    [broadcast, [3, 3], [3]],
    [broadcast, [3, 4, 2], [3, 1, 1]],
    [broadcast, [3, 4], [3, 4]],
  ])('%o of %j by slopes of %j has the derivatives of its values', (operation, shape, own) => {
    const place = { inputs: [shape], parameters: { 'a.weight': randomParameter(new Random(7), own) } };
    const values = (random: Random, length: number) =>
      Float32Array.from({ length }, () => (random.uniform() < 0.5 ? -1 : 1) * (0.2 + random.uniform()));
    expectDerivatives(prelu, operation, place, { values });
  });

  it('has one slope, or one for each place along some dimensions', () => {
    const x = [-1, 2, -3, -4];
    const run = (operation: Prelu, ...given: Parameters<typeof slopes>) =>
      valuesOf(prelu, operation, { inputs: [[2, 2]], parameters: slopes(...given) }, [x]);
    expect(run(channels, [1], 0.5)).toEqual([-0.5, 2, -1.5, -2]);
    expect(run(channels, [2], 0.5, 2)).toEqual([-0.5, 2, -6, -8]);
    expect(run(broadcast, [2], 0.5, 2)).toEqual([-0.5, 2, -1.5, -8]);
  });

  it('refuses slopes for places that are not there', () => {
    const shape = (operation: Prelu, own: number[], sample: number[]) => () =>
      prelu.shape(operation, [sample], () => own);
    expect(shape(channels, [3], [2, 3])).toThrow('has slopes of [3] and is given [2,3]');
    expect(shape(broadcast, [2], [2, 3])).toThrow('has slopes of [2] and is given [2,3]');
    expect(shape(broadcast, [1, 2, 2], [2, 2])).toThrow('has slopes of [1,2,2]');
  });
});
