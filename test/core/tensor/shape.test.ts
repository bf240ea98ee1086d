import { expect, test } from 'vitest';
import { broadcastShapes, elementCount } from '../../../src/core/tensor/shape';

test('elementCount refuses what cannot be a shape', () => {
  expect(elementCount([])).toBe(1);
  expect(elementCount([3, 0, 2])).toBe(0);
  for (const shape of [[-1], [1.5], [2 ** 53], [2 ** 27, 2 ** 27], [0, 2 ** 50, 2 ** 50], [NaN]])
    expect(elementCount(shape)).toBeUndefined();
});

test('shapes are broadcast as in NumPy', () => {
  expect(broadcastShapes([], [])).toEqual([]);
  expect(broadcastShapes([2, 1], [3])).toEqual([2, 3]);
  expect(broadcastShapes([3], [2, 3])).toEqual([2, 3]);
  expect(broadcastShapes([4, 1, 5], [1, 3, 1])).toEqual([4, 3, 5]);
  expect(broadcastShapes([0, 2], [1, 2])).toEqual([0, 2]);
  expect(broadcastShapes([2, 3], [2])).toBeNull();
});
