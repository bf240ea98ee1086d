import { expect, it } from 'vitest';
import { type Reduce, reduce } from '../../../../src/core/network/ops/reduce';
import { ShapeError } from '../../../../src/core/network/ops/rules';
import { expectDerivatives, placed, valuesOf } from '../../../support/derivatives';
import { distinct } from './distinct';

const of = (mode: Reduce['mode'], axes: readonly number[], keep = false): Reduce => ({
  ...{ kind: 'reduce', mode, axes, keep },
});
const SHAPE = [2, 3, 2];
const X = [1, 2, 3, 4, 5, 9, -1, -2, -3, -4, -5, -9];

it.each([
  [[0], [3, 2], [0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 9]],
  [[1], [2, 2], [3, 5, -3, -5], [5, 9, -1, -2]],
  [[1, 2], [2], [4, -4], [9, -1]],
  [[0, 2], [3], [0, 0, 0], [2, 4, 9]],
  [[0, 1, 2], [], [0], [9]],
])('over dimensions %j', (axes, shape, mean, maximum) => {
  const place = { inputs: [SHAPE] };
  expect(valuesOf(reduce, of('average', axes), place, [X])).toEqual(mean);
  expect(valuesOf(reduce, of('max', axes), place, [X])).toEqual(maximum);
  expect(placed(reduce, of('max', axes), place).output).toEqual(shape);
  const kept = SHAPE.map((size, axis) => (axes.includes(axis) ? 1 : size));
  expect(placed(reduce, of('max', axes, true), place).output).toEqual(kept);
  expectDerivatives(reduce, of('average', axes), place);
  expectDerivatives(reduce, of('max', axes), place, { values: distinct });
});

it('takes the first of equal values', () => {
  const { kernel } = placed(reduce, of('max', [0]), { inputs: [[3]] });
  const out = new Float32Array(1);
  const at = { samples: 1, inputs: [Float32Array.of(1, 7, 7)], output: out };
  kernel.jvp(at, [Float32Array.of(1, 2, 3)], 1, out);
  expect([...out]).toEqual([2]);
});

it('says what does not fit', () => {
  expect(() => reduce.shape(of('max', [2]), [[4, 4]], () => [])).toThrow(ShapeError);
});
