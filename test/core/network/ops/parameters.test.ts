import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/core/base/error';
import { Random } from '../../../../src/core/base/random';
import { constant, embedding } from '../../../../src/core/network/ops/constant';
import { type Dense, dense } from '../../../../src/core/network/ops/dense';
import {
  derivativeErrors,
  expectDerivatives,
  placed,
  randomParameter,
  valuesOf,
} from '../../../support/derivatives';

const matrix = (rows: number, columns: number, ...values: number[]) => ({
  ...{ shape: [rows, columns], data: Float32Array.from(values) },
});

describe('dense', () => {
  const random = new Random(3);
  const plain: Dense = { kind: 'dense', weight: 'w', bias: null, layout: 'out_in' };

  it.each([
    ['out_in', matrix(2, 3, 1, 2, 3, 4, 5, 6)],
    ['in_out', matrix(3, 2, 1, 4, 2, 5, 3, 6)],
  ] as const)('multiplies by a weight that is stored as %s', (layout, w) => {
    const b = { shape: [2], data: Float32Array.of(10, 20) };
    const place = { inputs: [[3]], parameters: { w, b } };
    expect(valuesOf(dense, { ...plain, layout, bias: 'b' }, place, [[1, 0, -1]])).toEqual([8, 18]);
  });

  it('has the derivatives of its values', () => {
    const parameters = { w: randomParameter(random, [4, 5]), b: randomParameter(random, [4]) };
    expectDerivatives(dense, { ...plain, bias: 'b' }, { inputs: [[5]], parameters });
    expectDerivatives(dense, { ...plain, bias: 'b' }, { inputs: [[3, 5]], parameters });
    const { w } = parameters;
    expectDerivatives(dense, { ...plain, layout: 'in_out' }, { inputs: [[4]], parameters: { w } });
  });
});

it('repeats a constant for every sample', () => {
  const place = { inputs: [], parameters: { c: matrix(1, 2, 3, 4) } };
  const operation = { kind: 'constant', parameter: 'c' } as const;
  expect(valuesOf(constant, operation, place, [], 3)).toEqual([3, 4, 3, 4, 3, 4]);
  expectZero(derivativeErrors(constant, operation, place));
});

describe('embedding', () => {
  const operation = { kind: 'embedding', weight: 'w' } as const;
  const place = { inputs: [[2]], parameters: { w: matrix(3, 2, 1, 2, 3, 4, 5, 6) } };

  it('takes the rows that the input names', () => {
    expect(placed(embedding, operation, place).output).toEqual([2, 2]);
    expect(valuesOf(embedding, operation, place, [[2, 0.1, 1, 1.9]], 2)).toEqual([5, 6, 1, 2, 3, 4, 5, 6]);
    const indices = (random: Random, length: number) =>
      Float32Array.from({ length }, () => random.integer(3));
    expectZero(derivativeErrors(embedding, operation, place, { values: indices }));
  });

  it.each([3, -1, NaN])('names an index that has no row: %d', (index) => {
    const values = () => valuesOf(embedding, operation, place, [[0, index]]);
    expect(values).toThrow(InputError);
    expect(values).toThrow(`index ${index} is asked of w, which has rows 0 to 2`);
  });
});

/** No derivative in anything. */
function expectZero(errors: object): void {
  expect(errors).toEqual({ jvp: 0, adjoint: 0, hvp: 0, symmetry: 0 });
}
