import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { meanMatrices } from '../../../src/core/association/association';
import { createSweep, permutedSums } from '../../../src/core/association/sweep';
import { Random } from '../../../src/core/base/random';
import type { Engine } from '../../../src/core/tensor/engine';
import { combinedOf, EVERYTHING, relativeError, startEngine } from '../../support/measure';
import { loadGraphFile } from '../../support/graph-file';
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

describe.each([
  { name: 'smooth', width: 2 * 7 * 7 },
  { name: 'transformer', width: 5 * 8 },
])('the covariance of permuted units of the graph $name', ({ name, width }) => {
  const SAMPLES = 50; // more than go through at a time
  const random = new Random(2);
  const inputs = Float32Array.from({ length: SAMPLES * width }, () => random.normal());
  const source = sourceOf(inputs, new Int32Array(SAMPLES), width);
  const options = { measures: new Set(['forward_cov', 'forward_jac'] as const), combined: false };

  async function sums(order: Random) {
    const engine = await startEngine();
    const model = await loadGraphFile(join(import.meta.dirname, `../../fixtures/hessians/${name}.onnx`));
    const golden = createSweep(engine, model, { ...EVERYTHING, combined: false }).run(source, 0, SAMPLES);
    const own = permutedSums(engine, model, source, options, order);
    expect(Object.keys(own.measures)).toEqual(['forward_cov']);
    return [meanMatrices(own, 'forward_cov', false), meanMatrices(golden, 'forward_cov', false)] as const;
  }

  it('is the covariance itself where nothing is permuted', async () => {
    const [own, golden] = await sums(new NoShuffle(0));
    expect(own).toHaveLength(golden.length);
    own.forEach(({ data }, layer) => {
      expect(relativeError(data, golden[layer]!.data), `layer ${layer}`).toBeLessThan(1e-6);
    });
  });

  it('keeps every unit’s variance and loses what units share', async () => {
    const [own, golden] = await sums(new Random(1));
    own.forEach(({ size, data }, layer) => {
      const shared = [data, golden[layer]!.data].map((values) =>
        values.reduce((sum, value, at) => sum + (at % (size + 1) === 0 ? 0 : value ** 2), 0),
      );
      for (let at = 0; at < data.length; at += size + 1)
        expect(data[at]! / golden[layer]!.data[at]!).toBeCloseTo(1, 5);
      expect(shared[0]).toBeLessThan(0.6 * (shared[1] ?? 0));
    });
  });
});
