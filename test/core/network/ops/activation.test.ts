import { describe, expect, it } from 'vitest';
import type { Random } from '../../../../src/core/base/random';
import type { Activation } from '../../../../src/core/network/ops/activation';
import { activation } from '../../../../src/core/network/ops/activation-rules';
import { elementwise, isSmooth } from '../../../../src/core/network/ops/elementwise';
import { expectDerivatives, placed, uniform, valuesOf } from '../../../support/derivatives';

const SMOOTH: readonly Activation[] = [
  { name: 'sigmoid' },
  { name: 'tanh' },
  { name: 'silu' },
  { name: 'erf' },
  { name: 'gelu', approximate: 'none' },
  { name: 'gelu', approximate: 'tanh' },
  { name: 'mish' },
  { name: 'log_sigmoid' },
  { name: 'tanhshrink' },
  { name: 'swish', beta: 1.702 },
  { name: 'softplus', beta: 2, threshold: Infinity },
];
/** What they come to far from 0, where it is no constant and not the number itself. */
const BOUNDED = ['sigmoid', 'tanh', 'erf'];
/** Their second derivatives jump, or their slopes. */
const PIECEWISE_SMOOTH: readonly Activation[] = [
  { name: 'softsign' },
  { name: 'elu', alpha: 1, scale: 1, rate: 1 },
  { name: 'elu', alpha: 0.5, scale: 1.5, rate: 2 },
  { name: 'hardswish' },
  { name: 'softplus', beta: 3, threshold: 1.5 },
];
const PIECEWISE: readonly Activation[] = [
  { name: 'identity' },
  { name: 'relu' },
  { name: 'leaky_relu', negativeSlope: 0.2 },
  { name: 'clip', min: -0.5, max: 0.5 },
  { name: 'hardsigmoid', alpha: 0.5, beta: 0.25 },
  { name: 'shrink', lambda: 0.5, bias: 0 },
  { name: 'shrink', lambda: 0.5, bias: 0.5 },
  { name: 'threshold', threshold: 0.5, value: -2 },
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
      const [right, left] = limits(each.name, a);
      expect(value(a)).toBeCloseTo(right, 3);
      expect(value(-a)).toBeCloseTo(left, 3);
      expect(slope(a)).toBeCloseTo(Number(Math.abs(right) > 1), 3);
      expect(slope(-a)).toBeCloseTo(Number(Math.abs(left) > 1), 3);
      expect(curvature?.(a)).toBeCloseTo(0, 2);
      expect(curvature?.(-a)).toBeCloseTo(0, 2);
    }
  });
});

describe.each(PIECEWISE_SMOOTH)('$name $alpha', (each) => {
  it('has the derivatives of its values', () => {
    expect(isSmooth(each)).toBe(true);
    for (const seed of [1, 2, 3])
      expectDerivatives(
        activation,
        of(each),
        { inputs: [[3, 8]] },
        { seed, values: betweenJumps, step: 0.02 },
      );
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
  for (const each of [...SMOOTH, ...PIECEWISE_SMOOTH, ...PIECEWISE])
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

/** Jumps of the second group are at 0, ± 3 and ½. */
function betweenJumps(random: Random, length: number): Float32Array {
  return Float32Array.from(
    { length },
    () => [-4, -2, -0.4, 0.25, 0.75, 2, 4][random.integer(7)]! + 0.1 * random.uniform(),
  );
}

/** What a nonlinearity comes to right and left of 0. */
function limits(name: string, a: number): [right: number, left: number] {
  if (name === 'log_sigmoid') return [0, -a];
  if (name === 'tanhshrink') return [a - 1, 1 - a];
  if (BOUNDED.includes(name)) return [1, name === 'sigmoid' ? 0 : -1];
  return [a, 0];
}
