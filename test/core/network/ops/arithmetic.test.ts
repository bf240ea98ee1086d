import { describe, expect, it } from 'vitest';
import { add, multiply } from '../../../../src/core/network/ops/arithmetic';
import { ShapeError } from '../../../../src/core/network/ops/rules';
import { expectDerivatives, placed, valuesOf } from '../../../support/derivatives';

const ADD = { kind: 'add' } as const;
const MULTIPLY = { kind: 'multiply' } as const;

it('broadcasts as NumPy does', () => {
  const place = { inputs: [[2, 1], [3]] };
  const inputs = [
    [1, 2],
    [10, 20, 30],
  ];
  expect(placed(add, ADD, place).output).toEqual([2, 3]);
  expect(valuesOf(add, ADD, place, inputs)).toEqual([11, 21, 31, 12, 22, 32]);
  expect(valuesOf(multiply, MULTIPLY, place, inputs)).toEqual([10, 20, 30, 20, 40, 60]);
});

describe.each([
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [
    [4, 3, 2],
    [4, 1, 1],
  ],
  [[3], [2, 3]],
  [
    [2, 1, 4],
    [1, 3, 1],
  ],
  [[], [3, 2]],
])('[%s] and [%s]', (a, b) => {
  it('have the derivatives of their sum', () => {
    expectDerivatives(add, ADD, { inputs: [a, b] });
  });

  it('have the derivatives of their product', () => {
    expectDerivatives(multiply, MULTIPLY, { inputs: [a, b] });
  });
});

it('adds to one array where both inputs are one node', () => {
  const { kernel } = placed(multiply, MULTIPLY, { inputs: [[2], [2]] });
  const x = Float32Array.of(3, -4);
  const into = new Float32Array(2);
  const at = { samples: 1, inputs: [x, x], output: x.map((value) => value * value) };
  kernel.vjp(at, Float32Array.of(1, 1), 1, [into, into]);
  expect([...into]).toEqual([6, -8]);
});

it('says what does not fit', () => {
  const shape = () => add.shape(ADD, [[2, 3], [2]], () => []);
  expect(shape).toThrow(ShapeError);
  expect(shape).toThrow('is given [2,3] and [2], which cannot be broadcast');
});
