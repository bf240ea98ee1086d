import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignment, alignmentNulls, alignmentOptimal } from '../../../src/core/agreement/alignment';
import { overlap } from '../../../src/core/agreement/overlap';
import type { Labels } from '../../../src/core/base/matrix';
import { KNOWN, labelsOf } from './known';
import { keys, partitionPairs, permutation, permutations, permute } from './partitions';

/** As the authors do it: the first of the largest entries is taken, its row and column are struck out. */
function repeatedSearch(a: Labels, b: Labels): number {
  const size = 5;
  const table = new Float64Array(size * size);
  a.forEach((label, unit) => {
    if (label >= 0 && b[unit]! >= 0) table[label * size + b[unit]!]!++;
  });
  let matched = 0;
  for (let step = 0; step < size; step++) {
    const best = table.indexOf(Math.max(...table));
    matched += table[best]!;
    for (let cell = 0; cell < table.length; cell++) {
      const struck = Math.floor(cell / size) === Math.floor(best / size) || cell % size === best % size;
      if (struck) table[cell] = -1;
    }
  }
  return matched;
}

describe('alignment', () => {
  test('is what repeated search finds, ties included', () => {
    fc.assert(
      fc.property(partitionPairs(40), ([a, b]) => {
        const live = (labels: Labels): number => labels.filter((label) => label >= 0).length;
        const units = Math.min(live(a), live(b));
        const score = alignment(overlap(a, b, 'as-cluster'));
        expect(score).toBe(units === 0 ? null : repeatedSearch(a, b) / units);
      }),
      { numRuns: 1000 },
    );
  });

  test('is 1 for equal partitions, does not know the order of units, and is half the best one or more', () => {
    fc.assert(
      fc.property(partitionPairs(40), keys, ([a, b], some) => {
        const score = alignment(overlap(a, b));
        const order = permutation(a.length, some);
        expect(alignment(overlap(permute(a, order), permute(b, order)))).toBe(score);
        const best = alignmentOptimal(overlap(a, b));
        if (score === null || best === null) expect(score).toBe(best);
        else {
          expect(score).toBeLessThanOrEqual(best);
          expect(score).toBeGreaterThanOrEqual(best / 2);
        }
        expect(alignment(overlap(a, a)) ?? 1).toBe(1);
      }),
    );
  });

  test('greedy is not optimal', () => {
    const a = Int32Array.of(0, 0, 0, 0, 0, 1, 1);
    const b = Int32Array.of(0, 0, 0, 1, 1, 0, 0);
    expect(alignment(overlap(a, b))).toBe(3 / 7);
    expect(alignmentOptimal(overlap(a, b))).toBe(4 / 7);
  });
});

describe('the null of the alignment', () => {
  const pairs = KNOWN.map(({ a, b }) => overlap(labelsOf(a), labelsOf(b)));

  test.each(['greedy', 'optimal'] as const)('is that of all permutations, %s', (matching) => {
    const score = matching === 'greedy' ? alignment : alignmentOptimal;
    const a = Int32Array.of(0, 0, 0, 1, 1, 2, -1);
    const b = Int32Array.of(0, 0, 1, 1, 1, -1, 2);
    for (const dead of ['exclude', 'as-cluster'] as const) {
      const counted = a.map((label, unit) => (dead === 'exclude' && (label < 0 || b[unit]! < 0) ? 0 : 1));
      const [first, second] = [a, b].map((labels) => labels.filter((_, unit) => counted[unit] === 1));
      const observed = score(overlap(a, b, dead)) ?? NaN;
      const all = [...permutations(first?.length ?? 0)].map(
        (order) => score(overlap(permute(first ?? a, order), second ?? b, dead)) ?? NaN,
      );
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
      const sd = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
      const p = all.filter((value) => value >= observed).length / all.length;
      const samples = 20_000;
      const found = alignmentNulls([overlap(a, b, dead)], samples, 1, matching)[0];
      const tolerance = 4 / Math.sqrt(samples);
      expect(Math.abs((found?.mean ?? NaN) - mean)).toBeLessThan(tolerance * sd);
      expect(Math.abs((found?.sd ?? NaN) - sd)).toBeLessThan(tolerance * sd);
      expect(Math.abs((found?.p ?? NaN) - p)).toBeLessThan(tolerance * Math.sqrt(p * (1 - p)) + 1 / samples);
    }
  });

  test('of a pair depends on that pair and the seed alone', () => {
    const together = alignmentNulls(pairs, 100, 5);
    expect(pairs.map((pair) => alignmentNulls([pair], 100, 5)[0])).toEqual(together);
    expect(alignmentNulls(pairs, 100, 6)).not.toEqual(together);
  });

  test('is never below one in samples + 1', () => {
    const labels = labelsOf(KNOWN[2].a);
    expect(alignmentNulls([overlap(labels, labels)], 999, 0)[0]?.p).toBe(1 / 1000);
    const single = new Int32Array(9);
    expect(alignmentNulls([overlap(single, single)], 9, 0)).toEqual([{ mean: 1, sd: 0, p: 1 }]);
  });

  test('is null where the alignment is', () => {
    const dead = Int32Array.of(-1, -1);
    expect(alignmentNulls([overlap(dead, dead, 'as-cluster'), overlap(dead, dead)], 9, 0)).toEqual([
      null,
      null,
    ]);
  });
});
