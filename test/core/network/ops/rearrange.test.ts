import { describe, expect, it } from 'vitest';
import { concat, pad, reshape, slice, transpose } from '../../../../src/core/network/ops/rearrange';
import { ShapeError } from '../../../../src/core/network/ops/rules';
import { expectDerivatives, placed, valuesOf } from '../../../support/derivatives';

const X = [1, 2, 3, 4, 5, 6];

it('reshapes', () => {
  const operation = { kind: 'reshape', shape: [3, 2] } as const;
  const place = { inputs: [[6]] };
  expect(placed(reshape, operation, place).output).toEqual([3, 2]);
  expect(valuesOf(reshape, operation, place, [X])).toEqual(X);
  expectDerivatives(reshape, operation, place);
  expect(() => reshape.shape(operation, [[5]], () => [])).toThrow(ShapeError);
});

describe('transpose', () => {
  it('orders dimensions', () => {
    const operation = { kind: 'transpose', permutation: [2, 0, 1] } as const;
    const place = { inputs: [[1, 2, 3]] };
    expect(placed(transpose, operation, place).output).toEqual([3, 1, 2]);
    expect(valuesOf(transpose, operation, place, [X])).toEqual([1, 4, 2, 5, 3, 6]);
    expect(() => transpose.shape({ ...operation, permutation: [0, 0, 1] }, [[1, 2, 3]], () => [])).toThrow(
      ShapeError,
    );
  });

  it.each([[[1, 0, 2]], [[2, 1, 0]], [[1, 2, 0]]])('%j has the derivatives of its values', (permutation) => {
    expectDerivatives(transpose, { kind: 'transpose', permutation }, { inputs: [[2, 3, 4]] });
  });
});

it('joins', () => {
  const place = {
    inputs: [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
  };
  const operation = { kind: 'concat', axis: 1 } as const;
  const inputs = [[1, 2], X, [7, 8, 9, 10]];
  expect(placed(concat, operation, place).output).toEqual([2, 6]);
  expect(valuesOf(concat, operation, place, inputs)).toEqual([1, 1, 2, 3, 7, 8, 2, 4, 5, 6, 9, 10]);
  expectDerivatives(concat, operation, place);
  const first = {
    inputs: [
      [1, 3],
      [4, 3],
    ],
  };
  expectDerivatives(concat, { kind: 'concat', axis: 0 }, first);
  expect(() => concat.shape(operation, first.inputs, () => [])).toThrow(ShapeError);
});

describe('slice', () => {
  const of = (axis: number, start: number, end: number, step: number) =>
    ({ kind: 'slice', axis, start, end, step }) as const;
  const place = { inputs: [[2, 3]] };

  it.each([
    [of(1, 1, 3, 1), [2, 2], [2, 3, 5, 6]],
    [of(1, 0, 3, 2), [2, 2], [1, 3, 4, 6]],
    [of(0, 1, 2, 1), [1, 3], [4, 5, 6]],
  ])('%o', (operation, shape, values) => {
    expect(placed(slice, operation, place).output).toEqual(shape);
    expect(valuesOf(slice, operation, place, [X])).toEqual(values);
    expectDerivatives(slice, operation, place);
  });

  it.each([of(2, 0, 1, 1), of(1, 0, 4, 1), of(1, 2, 2, 1), of(1, 0, 3, 0)])(
    '%o does not fit',
    (operation) => {
      expect(() => slice.shape(operation, [[2, 3]], () => [])).toThrow(ShapeError);
    },
  );
});

it('pads', () => {
  const pads = [
    [0, 1],
    [2, 0],
  ] as const;
  const operation = { kind: 'pad', pads, value: 9 } as const;
  const place = { inputs: [[2, 3]] };
  expect(placed(pad, operation, place).output).toEqual([3, 5]);
  expect(valuesOf(pad, operation, place, [X])).toEqual([9, 9, 1, 2, 3, 9, 9, 4, 5, 6, 9, 9, 9, 9, 9]);
  expectDerivatives(pad, operation, place);
  expect(() => pad.shape(operation, [[2]], () => [])).toThrow(ShapeError);
});
