import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMatrix } from '../../../src/cli/cluster-command';
import { Random } from '../../../src/core/base/random';
import { adjacency } from '../../../src/core/clustering/adjacency';
import { cluster } from '../../../src/core/clustering/cluster';
import { modularity } from '../../../src/core/clustering/modularity';
import { aggregateSparse, components, sparseGraph } from '../../../src/core/clustering/sparse-graph';
import { SparsePartition } from '../../../src/core/clustering/sparse-partition';
import { SOLVERS } from '../../../src/core/choices';
import { symmetric } from './graphs';
import { referenceGraphs } from './reference-graphs';

const CASE = join(import.meta.dirname, '../../fixtures/cases/07-best-solver-below-its-own-louvain');

const ring = (size: number) => symmetric(size, (i, j) => (j - i === 1 || j - i === size - 1 ? 1 : 0));

/** Random graphs with about two edges a unit, sparse enough to be kept as lists. */
const sparseMatrices = fc
  .record({ size: fc.integer({ min: 16, max: 40 }), seed: fc.nat(1000) })
  .map(({ size, seed }) => {
    const random = new Random(seed);
    return symmetric(size, () => (random.uniform() < 4 / size ? 0.1 + random.uniform() : 0));
  });

describe('the best partition of a graph with few edges', () => {
  // Q of leidenalg, the best of ten runs, and of ring30 at 0.2 by hand: k arcs of 30 / k units give 1 − k / 30 − 0.2 / k.
  it.each([
    ['ring30', 1, 0.63333],
    ['ring30', 0.2, 0.83333],
    ['ring60', 1, 0.74111],
    ['ring60', 0.2, 0.88333],
    ['path50', 1, 0.73449],
    ['path50', 0.2, 0.8925],
  ])('%s at resolution %f', async (name, resolution, right) => {
    const { q } = cluster(await readMatrix(join(CASE, `${name}.npy`)), { resolution });
    expect(q).toBeGreaterThan(right - 5e-6);
  });

  it('is that of arcs as equal as can be, of a ring', () => {
    // k arcs cut k edges of n; the arcs of 200 / 14 units have 14 or 15.
    const { q, count } = cluster(ring(200));
    expect(count).toBe(14);
    expect(q).toBeCloseTo(1 - 14 / 200 - (4 * 15 ** 2 + 10 * 14 ** 2) / 200 ** 2, 12);
  });

  it('is no worse than any other solver’s', () => {
    fc.assert(
      fc.property(sparseMatrices, fc.constantFrom(0.1, 0.5, 1, 2, 4), (matrix, resolution) => {
        const best = cluster(matrix, { resolution }).q ?? 0;
        for (const solver of SOLVERS) {
          expect(cluster(matrix, { solver, resolution }).q ?? 0, solver).toBeLessThanOrEqual(best + 1e-10);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('is not below leidenalg’s on some reference graphs', async () => {
    const graphs = (await referenceGraphs()).filter(({ matrix }, g) => g % 10 === 3 && matrix.size <= 64);
    expect(graphs.length).toBeGreaterThan(4);
    for (const { name, matrix, known } of graphs) {
      for (const { resolution, q } of known) {
        const found = cluster(matrix, { resolution, seed: 1 }).q ?? NaN;
        expect(found, `${name} at ${resolution}`).toBeGreaterThanOrEqual(q - 1e-9);
      }
    }
  });

  it('is the connected components at a low resolution, and the same for the same seed', () => {
    const islands = symmetric(40, (i, j) => (Math.floor(i / 10) === Math.floor(j / 10) && j - i < 3 ? 1 : 0));
    expect([...cluster(islands, { resolution: 0.01 }).labels]).toEqual(
      Array.from({ length: 40 }, (_, i) => Math.floor(i / 10)),
    );
    expect(cluster(ring(90), { seed: 5 })).toEqual(cluster(ring(90), { seed: 5 }));
  });
});

describe('lists of neighbours', () => {
  it('keep Q and its differences through moves and aggregation', () => {
    fc.assert(
      fc.property(sparseMatrices, fc.nat(1000), fc.constantFrom(0.3, 1, 2), (matrix, seed, resolution) => {
        const graph = adjacency(matrix);
        const sparse = sparseGraph(graph);
        fc.pre(sparse !== null && graph.total > 0);
        const random = new Random(seed);
        const partition = new SparsePartition(sparse, resolution);
        for (let i = 0; i < matrix.size; i++) partition.move(i, random.integer(4));
        const qOf = () => modularity(graph, partition.labels, resolution);
        let q = qOf() ?? NaN;
        for (let step = 0; step < 50; step++) {
          const unit = random.integer(matrix.size);
          const favourite = partition.favourite(unit);
          expect(partition.gainOf(unit, favourite)).toBeCloseTo(2 * partition.gain, 12);
          const to = step % 2 === 0 ? favourite : random.integer(4);
          const gain = partition.gainOf(unit, to);
          partition.move(unit, to);
          expect((qOf() ?? NaN) - q).toBeCloseTo(gain, 12);
          q = qOf() ?? NaN;
        }
        expect(partition.quality()).toBeCloseTo(q, 12);

        const groups = components(sparse);
        const count = Math.max(...groups) + 1;
        const coarse = aggregateSparse(sparse, groups, count);
        expect(coarse.edges).toHaveLength(0);
        expect(coarse.degrees.reduce((sum, degree) => sum + degree, 0)).toBeCloseTo(1, 12);
      }),
      { numRuns: 30 },
    );
  });

  it('are not made where a matrix is faster', () => {
    expect(sparseGraph(adjacency(symmetric(20, () => 1)))).toBeNull();
  });
});
