import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankUpperTriangle, rsa } from '../../../src/core/agreement/rsa';
import type { SquareMatrix } from '../../../src/core/base/matrix';
import { Worst } from './worst';

/** A matrix of which only the strict upper triangle matters. */
function triangle(size: number, values: readonly number[]): SquareMatrix {
  const data = new Float64Array(size * size).fill(NaN);
  let at = 0;
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) data[i * size + j] = values[at++]!;
  return { size, data };
}

test('is what scipy.stats.spearmanr (1.17.1) says', () => {
  const x = rankUpperTriangle(triangle(5, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]));
  const y = rankUpperTriangle(triangle(5, [2, 7, 1, 8, 2, 8, 1, 8, 2, 8]));
  const { r, p } = rsa(x, y);
  expect(r).toBeCloseTo(0.13471506281091267, 14);
  expect(p).toBeCloseTo(0.7106008805223829, 13);
});

test('is Pearson’s correlation of averaged ranks, symmetric, 1 with itself whatever the scale', () => {
  const worst = new Worst();
  const ranksOf = (values: readonly number[]): number[] =>
    values.map((x) => values.filter((y) => y < x).length + (values.filter((y) => y === x).length + 1) / 2);
  const pearson = (x: readonly number[], y: readonly number[]): number | null => {
    const mean = (x.length + 1) / 2;
    const sum = (u: readonly number[], v: readonly number[]): number =>
      u.reduce((total, rank, i) => total + (rank - mean) * (v[i]! - mean), 0);
    const scale = sum(x, x) * sum(y, y);
    return scale === 0 ? null : sum(x, y) / Math.sqrt(scale);
  };
  const entries = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 15, maxLength: 15 });
  fc.assert(
    fc.property(entries, entries, (x, y) => {
      const [a, b] = [x, y].map((values) => rankUpperTriangle(triangle(6, values))) as [
        ReturnType<typeof rankUpperTriangle>,
        ReturnType<typeof rankUpperTriangle>,
      ];
      worst.see('r', rsa(a, b).r, pearson(ranksOf(x), ranksOf(y)), 1e-14);
      expect(rsa(b, a)).toEqual(rsa(a, b));
      const scaled = rankUpperTriangle(
        triangle(
          6,
          x.map((value) => 3 * value + 1),
        ),
      );
      if (a.sumOfSquares > 0) expect(rsa(a, scaled)).toEqual({ r: 1, p: 0 });
    }),
  );
  worst.print('rsa');
});

test('a constant matrix has none, two units no correlation, and two entries no p', () => {
  const rising = rankUpperTriangle(triangle(3, [1, 2, 3]));
  expect(rsa(rising, rankUpperTriangle(triangle(3, [2, 2, 2])))).toEqual({ r: null, p: null });
  const single = rankUpperTriangle(triangle(2, [1]));
  expect(rsa(single, single)).toEqual({ r: null, p: null });
  expect(() => rsa(rising, single)).toThrow(RangeError);
});
