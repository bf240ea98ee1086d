import { beforeAll, expect, it } from 'vitest';
import { matmul } from '../../../../src/core/network/ops/matmul';
import { ShapeError } from '../../../../src/core/network/ops/rules';
import type { Engine } from '../../../../src/core/tensor/engine';
import { expectDerivatives, placed, valuesOf } from '../../../support/derivatives';
import { startEngine } from '../../../support/measure';
import { naiveEngine } from '../../../support/naive-engine';

const MATMUL = { kind: 'matmul' } as const;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

it('multiplies matrices of the last two dimensions', () => {
  const inputs = [
    [1, 2, 3, 4, 5, 6],
    [1, 0, 0, 1, 2, 1, 1, 1],
  ];
  const place = {
    inputs: [
      [3, 2],
      [2, 2, 2],
    ],
  };
  expect(placed(matmul, MATMUL, place).output).toEqual([2, 3, 2]);
  expect(valuesOf(matmul, MATMUL, place, inputs)).toEqual([1, 2, 3, 4, 5, 6, 4, 3, 10, 7, 16, 11]);
});

it.each([
  [
    [3, 4],
    [4, 2],
  ],
  [
    [2, 3, 4],
    [2, 4, 5],
  ],
  [
    [2, 3, 4],
    [4, 2],
  ],
  [
    [2, 1, 2, 3],
    [1, 3, 3, 2],
  ],
])('has the derivatives of the product of [%s] and [%s]', (a, b) => {
  expectDerivatives(matmul, MATMUL, { inputs: [a, b], engine: naiveEngine });
  expectDerivatives(matmul, MATMUL, { inputs: [a, b], engine });
});

it.each([
  [
    [3, 4],
    [3, 4],
  ],
  [[4], [4, 3]],
])('says that [%s] and [%s] do not fit', (a, b) => {
  const shape = () => matmul.shape(MATMUL, [a, b], () => []);
  expect(shape).toThrow(ShapeError);
  expect(shape).toThrow(`is given [${String(a)}] and [${String(b)}], which have no matrix product`);
});
