import { describe, expect, it } from 'vitest';
import type { Random } from '../../../../src/core/base/random';
import {
  type Activation,
  activation,
  elementwise,
  isSmooth,
} from '../../../../src/core/network/ops/activation';
import { expectDerivatives, placed, uniform, valuesOf } from '../../../support/derivatives';

const SMOOTH: readonly Activation[] = [
  { name: 'sigmoid' },
  { name: 'tanh' },
  { name: 'silu' },
  { name: 'erf' },
  { name: 'gelu', approximate: 'none' },
  { name: 'gelu', approximate: 'tanh' },
];
const PIECEWISE: readonly Activation[] = [
  { name: 'relu' },
  { name: 'leaky_relu', negativeSlope: 0.2 },
  { name: 'clip', min: -0.5, max: 0.5 },
];
const of = (activation: Activation) => ({ kind: 'activation', activation }) as const;

describe.each(SMOOTH)('$name $approximate', (each) => {
  it('has the derivatives of its values', () => {
    expect(isSmooth(each)).toBe(true);
    expectDerivatives(activation, of(each), { inputs: [[3, 4]] });
    expectDerivatives(activation, of(each), { inputs: [[40]] }, { values: wide });
  });

  it('is finite however large its argument', () => {
    const { value, slope, curvature } = elementwise(each);
    for (const a of [10, 50, 100, 1000, 1e10, 3.4e38]) {
      const bounded = ['sigmoid', 'tanh', 'erf'].includes(each.name);
      expect(value(a)).toBeCloseTo(bounded ? 1 : a, 3);
      expect(value(-a)).toBeCloseTo(bounded && each.name !== 'sigmoid' ? -1 : 0, 3);
      expect(slope(a)).toBeCloseTo(bounded ? 0 : 1, 3);
      expect(slope(-a)).toBeCloseTo(0, 3);
      expect(curvature?.(a)).toBeCloseTo(0, 2);
      expect(curvature?.(-a)).toBeCloseTo(0, 2);
    }
  });
});

describe.each(PIECEWISE)('$name', (each) => {
  const place = { inputs: [[7]] };
  const a = [-3, -0.5, -0.25, 0, 0.125, 0.5, 7];

  it('has the derivatives of its values', () => {
    expect(isSmooth(each)).toBe(false);
    expectDerivatives(activation, of(each), { inputs: [[5, 6]] }, { values: awayFromKinks });
  });

  it('computes in loops what it is entry by entry', () => {
    const { value, slope } = elementwise(each);
    expect(valuesOf(activation, of(each), place, [a])).toEqual([
      ...Float32Array.from(a, (x) => value(x) + 0),
    ]);
    expect(slopesOf(each, a)).toEqual([...Float32Array.from(a, slope)]);
  });
});

it('takes the slopes of PyTorch at kinks', () => {
  expect(slopesOf({ name: 'relu' }, [0, -0])).toEqual([0, 0]);
  expect(slopesOf({ name: 'leaky_relu', negativeSlope: 0.25 }, [0, -0])).toEqual([0.25, 0.25]);
  expect(slopesOf({ name: 'clip', min: 0, max: 6 }, [0, 1, 6, 7])).toEqual([0, 1, 0, 0]);
});

it('passes on what is not a number', () => {
  for (const each of [...SMOOTH, ...PIECEWISE])
    expect(valuesOf(activation, of(each), { inputs: [[1]] }, [[NaN]])).toEqual([NaN]);
});

/** The Jacobian-vector product of ones. */
function slopesOf(each: Activation, a: readonly number[]): number[] {
  const { kernel } = placed(activation, of(each), { inputs: [[a.length]] });
  const out = new Float32Array(a.length);
  const at = { samples: 1, inputs: [Float32Array.from(a)], output: out };
  kernel.jvp(at, [new Float32Array(a.length).fill(1)], 1, out);
  return [...out];
}

function wide(random: Random, length: number): Float32Array {
  return uniform(random, length, 5);
}

/** The kinks of those above are at 0 and ± 0.5. */
function awayFromKinks(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => (random.integer(5) - 2) * 0.5 + 0.15 + 0.2 * random.uniform());
}
