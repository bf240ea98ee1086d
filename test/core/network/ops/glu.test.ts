import { describe, expect, it } from 'vitest';
import type { Activation } from '../../../../src/core/network/ops/activation';
import { type Glu, glu } from '../../../../src/core/network/ops/glu';
import type { uniform } from '../../../support/derivatives';
import { expectDerivatives, valuesOf } from '../../../support/derivatives';

const of = (name: 'sigmoid' | 'silu' | 'relu', axis: number, gate: Glu['gate'] = 'second'): Glu => {
  const activation: Activation = { name };
  return { kind: 'glu', axis, activation, gate };
};

describe('a gated linear unit', () => {
  it.each([
    of('sigmoid', 0),
    of('silu', 0, 'first'),
    of('sigmoid', 1),
    of('silu', 1, 'first'),
    of('silu', 2),
  ])('%o has the derivatives of its values', (operation) => {
    expectDerivatives(glu, operation, { inputs: [operation.axis === 0 ? [6] : [3, 4, 2]] }, { step: 0.02 });
  });

  it('has them where the gate is piecewise linear', () => {
    const values: typeof uniform = (random, length) =>
      Float32Array.from({ length }, () => (random.uniform() < 0.5 ? -1 : 1) * (0.2 + random.uniform()));
    expectDerivatives(glu, of('relu', 0), { inputs: [[8]] }, { values });
  });

  it('takes the half that is the gate', () => {
    const run = (operation: Glu, shape: number[]) =>
      valuesOf(glu, operation, { inputs: [shape] }, [[1, 2, -3, 4]]);
    expect(run(of('relu', 0), [4])).toEqual([0, 8]);
    expect(run(of('relu', 0, 'first'), [4])).toEqual([-3, 8]);
    expect(run(of('relu', 1), [2, 2])).toEqual([2, -12]);
    expect(run(of('relu', 1, 'first'), [2, 2])).toEqual([2, 0]);
  });

  it('refuses what has no halves', () => {
    expect(() => glu.shape(of('silu', 0), [[3]], () => [])).toThrow('halves dimension 0 and is given [3]');
    expect(() => glu.shape(of('silu', 1), [[4]], () => [])).toThrow('halves dimension 1');
  });
});
