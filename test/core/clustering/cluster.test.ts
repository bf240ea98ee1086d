import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjacency } from '../../../src/core/clustering/adjacency';
import { cluster } from '../../../src/core/clustering/cluster';
import { modularity } from '../../../src/core/clustering/modularity';
import { InputError } from '../../../src/core/base/error';
import type { SquareMatrix } from '../../../src/core/base/matrix';
import { SOLVERS } from '../../../src/core/choices';
import { matrices, partitions, planted, symmetric } from './graphs';

const square = (size: number, ...values: number[]): SquareMatrix => ({
  size,
  data: Float64Array.from(values),
});

describe('the best partition', () => {
  it('is the best of all partitions, where they can be counted', () => {
    fc.assert(
      fc.property(matrices(2, 7), fc.integer({ min: 0, max: 9 }), (matrix, seed) => {
        const { q, labels } = cluster(matrix, { seed });
        const graph = adjacency(matrix);
        let highest: number | null = null;
        for (const partition of partitions(matrix.size)) {
          const other = modularity(graph, partition);
          if (other !== null && (highest === null || other > highest)) highest = other;
        }
        if (highest === null) expect(q).toBeNull();
        else expect(q).toBeCloseTo(highest, 10);
        expect(modularity(graph, labels)).toBe(q);
      }),
      { numRuns: 60 },
    );
  });

  it('is no worse than any other solver’s', () => {
    fc.assert(
      fc.property(matrices(10, 40), fc.integer({ min: 0, max: 9 }), (matrix, seed) => {
        const best = cluster(matrix, { seed }).q ?? 0;
        for (const solver of SOLVERS) {
          expect(cluster(matrix, { solver, seed }).q ?? 0, solver).toBeLessThanOrEqual(best + 1e-10);
        }
      }),
      { numRuns: 15 },
    );
  });

  // Splitting in two again and again need not find four groups of a kind, so spectral is given two.
  it.each([
    ['best', 4],
    ['louvain', 4],
    ['monte_carlo', 4],
    ['spectral', 2],
  ] as const)('recovers planted groups (%s)', (solver, groups) => {
    for (const seed of [0, 1, 2]) {
      const { labels, count } = cluster(planted(groups, 12, 0.05, seed), { solver, seed });
      expect(count).toBe(groups);
      expect([...labels]).toEqual(Array.from({ length: 12 * groups }, (_, i) => Math.floor(i / 12)));
    }
  });

  it('recovers planted groups of many units', () => {
    const { labels } = cluster(planted(6, 60, 0.3, 1));
    expect([...labels]).toEqual(Array.from({ length: 360 }, (_, i) => Math.floor(i / 60)));
  });

  it('is the same for the same seed', () => {
    const matrix = planted(3, 20, 0.8, 4);
    for (const solver of SOLVERS)
      expect(cluster(matrix, { solver, seed: 7 })).toEqual(cluster(matrix, { solver, seed: 7 }));
  });

  it('has more clusters at a higher resolution', () => {
    const matrix = planted(4, 10, 0.5, 1);
    const counts = [0.2, 1, 3].map((resolution) => cluster(matrix, { resolution }).count);
    expect(counts[0]).toBe(1);
    expect(counts[1]).toBe(4);
    expect(counts[2]).toBeGreaterThan(4);
  });

  it('says how far its starts agree', () => {
    expect(cluster(planted(4, 10, 0.01, 1)).stability).toBe(1);
    const noise = cluster(planted(1, 60, 1, 1)).stability ?? NaN;
    expect(noise).toBeGreaterThan(0);
    expect(noise).toBeLessThan(0.9);
    expect(cluster(planted(2, 5, 0.1, 1), { solver: 'spectral' }).stability).toBeNull();
  });
});

describe.each(SOLVERS)('matrices at the edge (%s)', (solver) => {
  it.each([
    ['no units', square(0), []],
    ['one unit', square(1, 5), [-1]],
    ['all zero', square(3, ...Array<number>(9).fill(0)), [-1, -1, -1]],
    ['two units', square(2, 1, 3, 3, 1), [0, 0]],
    ['a dead unit', square(3, 1, 0, 2, 0, 9, 0, 2, 0, 1), [0, -1, 0]],
    ['two islands', symmetric(4, (i, j) => (Math.floor(i / 2) === Math.floor(j / 2) ? 1 : 0)), [0, 0, 1, 1]],
    ['a clique', symmetric(5, () => 1), [0, 0, 0, 0, 0]],
  ])('%s', (_, matrix, labels) => {
    const result = cluster(matrix, { solver });
    expect([...result.labels]).toEqual(labels);
    expect(result.count).toBe(new Set(labels.filter((label) => label >= 0)).size);
    if (result.count === 0) expect(result.q).toBeNull();
    else expect(result.q).toBeTypeOf('number');
  });
});

describe('what is no similarity matrix', () => {
  it.each([
    ['not square', square(2, 0, 1, 1), /3 entries are not a square/],
    ['not symmetric', square(2, 0, 1, 2, 0), /m: entry \(0, 1\) is 1 but entry \(1, 0\) is 2/],
    ['negative', square(2, 0, -1, -1, 0), /m: entry \(0, 1\) is -1/],
    ['not a number', square(2, 0, 1, NaN, 0), /m: entry \(1, 0\) is NaN/],
    ['infinite', square(2, 0, Infinity, Infinity, 0), /m: entry \(0, 1\) is Infinity/],
  ])('%s', (_, matrix, message) => {
    expect(() => cluster(matrix, { name: 'm' })).toThrow(InputError);
    expect(() => cluster(matrix, { name: 'm' })).toThrow(message);
  });

  it('may be off by rounding', () => {
    expect(cluster(square(2, 0, 1, 1 + 1e-7, 0)).count).toBe(1);
  });
});
