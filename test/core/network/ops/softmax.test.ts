import { expect, it } from 'vitest';
import { ShapeError } from '../../../../src/core/network/ops/rules';
import { softmax } from '../../../../src/core/network/ops/softmax';
import { expectDerivatives, valuesOf } from '../../../support/derivatives';

const along = (axis: number) => ({ kind: 'softmax', axis }) as const;

it('gives shares that sum to 1, however large the values', () => {
  const share = Math.exp(1) / (1 + Math.exp(1));
  const place = { inputs: [[2, 2]] };
  const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6) as number);
  const x = [1000, 999, -1e30, 1e30];
  expect(valuesOf(softmax, along(1), place, [x])).toEqual(close([share, 1 - share, 0, 1]));
  expect(valuesOf(softmax, along(0), place, [x])).toEqual(close([1, 0, 0, 1]));
});

it.each([
  [[5], 0],
  [[2, 3, 4], 2],
  [[2, 3, 4], 1],
  [[3, 4], 0],
])('has the derivatives of its values of [%s] along %d', (shape, axis) => {
  expectDerivatives(softmax, along(axis), { inputs: [shape] });
});

it('says what does not fit', () => {
  expect(() => softmax.shape(along(1), [[3]], () => [])).toThrow(ShapeError);
});
