import { beforeAll, describe, expect, it } from 'vitest';
import { meanMatrices } from '../../../src/core/association/association';
import type { Engine } from '../../../src/core/engine';
import { permutedSums } from '../../../src/core/association/permuted';
import { createSweep } from '../../../src/core/association/sweep';
import { Random } from '../../../src/core/random';
import { combinedOf, EVERYTHING, relativeError, startEngine } from '../../support/measure';
import { leaky, randomNetwork, sourceOf } from '../../support/random-network';

/** Leaves everything in its place. */
class NoShuffle extends Random {
  override shuffle(): void {
    // As it is.
  }
}

describe('upstream measures of permuted units', () => {
  const SAMPLES = 300;
  const { stack, inputs, labels } = randomNetwork([5, 9, 7, 6], 4, leaky(0.1), SAMPLES);
  const source = sourceOf(inputs, labels, 5);
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });

  it('are the measures themselves where nothing is permuted', () => {
    const golden = createSweep(engine, stack, EVERYTHING).run(source, 0, SAMPLES);
    const own = permutedSums(engine, stack, source, EVERYTHING, new NoShuffle(0));
    for (const method of ['forward_cov', 'forward_jac'] as const) {
      const [a, b] = [meanMatrices(own, method, true), meanMatrices(golden, method, true)];
      a.forEach((matrix, l) => {
        expect(relativeError(matrix.data, b[l]!.data), `${method} ${l}`).toBeLessThan(2e-6);
      });
    }
  });

  it('keep every unit’s own variance and lose what units share', () => {
    const golden = createSweep(engine, stack, EVERYTHING).run(source, 0, SAMPLES);
    const own = permutedSums(engine, stack, source, EVERYTHING, new Random(1));
    for (const method of ['forward_cov', 'forward_jac'] as const) {
      const [a, b] = [combinedOf(own, method), combinedOf(golden, method)];
      const size = a.size;
      const off = (data: Float64Array): number =>
        data.reduce((sum, value, at) => sum + (at % (size + 1) === 0 ? 0 : Math.abs(value)), 0);
      for (let i = 0; i < size; i++) expect(a.data[i * (size + 1)]).toBeCloseTo(b.data[i * (size + 1)]!, 4);
      if (method === 'forward_cov') expect(off(a.data)).toBeLessThan(0.5 * off(b.data));
      expect(a.data).not.toEqual(b.data);
    }
  });
});
