import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SquareMatrix } from '../../../src/core/base/matrix';
import { adjacency } from '../../../src/core/clustering/adjacency';
import {
  canonical,
  clusterCount,
  modularity,
  softClusterCount,
} from '../../../src/core/clustering/modularity';
import { matrices, permuted, symmetric } from './graphs';

const q = (matrix: SquareMatrix, labels: readonly number[], resolution?: number) =>
  modularity(adjacency(matrix), Int32Array.from(labels), resolution);

/** Σ_c e_cc − γ a_c², written out over all pairs of units. */
function definition({ size, data }: SquareMatrix, labels: readonly number[], resolution: number): number {
  const total = data.reduce((sum, value, at) => (at % (size + 1) === 0 ? sum : sum + value), 0);
  const weight = (i: number, j: number) => (i === j ? 0 : data[i * size + j]! / total);
  const units = labels.keys();
  const degrees = [...units].map((i) => labels.reduce((sum, _, j) => sum + weight(i, j), 0));
  let sum = 0;
  labels.forEach((a, i) => {
    labels.forEach((b, j) => {
      if (a === b) sum += weight(i, j) - resolution * degrees[i]! * degrees[j]!;
    });
  });
  return sum;
}

const cases = matrices(2, 8).chain((matrix) =>
  fc.record({
    matrix: fc.constant(matrix),
    labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: matrix.size, maxLength: matrix.size }),
    order: fc.shuffledSubarray([...Array(matrix.size).keys()], { minLength: matrix.size }),
    resolution: fc.double({ min: 0.1, max: 3, noNaN: true }),
  }),
);

describe('modularity', () => {
  it('is its definition', () => {
    fc.assert(
      fc.property(cases, ({ matrix, labels, resolution }) => {
        fc.pre(matrix.data.some((value) => value > 1e-9));
        expect(q(matrix, labels, resolution)).toBeCloseTo(definition(matrix, labels, resolution), 12);
      }),
    );
  });

  it('does not see the numbers of clusters, the order of units, or the scale', () => {
    fc.assert(
      fc.property(
        cases,
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        ({ matrix, labels, order }, scale) => {
          fc.pre(matrix.data.some((value) => value > 1e-9));
          const own = q(matrix, labels) ?? NaN;
          expect(
            q(
              matrix,
              labels.map((label) => 3 - label),
            ),
          ).toBeCloseTo(own, 12);
          expect(
            q(
              permuted(matrix, order),
              order.map((unit) => labels[unit]!),
            ),
          ).toBeCloseTo(own, 12);
          expect(q({ ...matrix, data: matrix.data.map((value) => value * scale) }, labels)).toBeCloseTo(
            own,
            12,
          );
        },
      ),
    );
  });

  it('is 1 − 1/k for k separate cliques and 0 for one cluster', () => {
    const cliques = symmetric(9, (i, j) => (Math.floor(i / 3) === Math.floor(j / 3) ? 2 : 0));
    expect(q(cliques, [0, 0, 0, 1, 1, 1, 2, 2, 2])).toBeCloseTo(2 / 3, 15);
    expect(q(cliques, Array<number>(9).fill(0))).toBeCloseTo(0, 15);
    expect(
      q(
        symmetric(3, () => 0),
        [0, 1, 2],
      ),
    ).toBeNull();
  });
});

describe('labels', () => {
  it('are numbered by first appearance, the dead left out', () => {
    expect([...canonical(Int32Array.of(5, -1, 2, 5, 0))]).toEqual([0, -1, 1, 0, 2]);
  });

  it('have a count, and a soft count over the live units', () => {
    const labels = Int32Array.of(0, 0, 1, 1, -1, -1);
    expect(clusterCount(labels)).toBe(2);
    expect(softClusterCount(labels)).toBeCloseTo(2, 12);
    expect(softClusterCount(Int32Array.of(0, 0, 0, 1))).toBeCloseTo(
      Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)),
      12,
    );
    expect(softClusterCount(Int32Array.of(-1, -1))).toBe(0);
  });
});
