import { beforeAll, describe, expect, it } from 'vitest';
import { standardError, variances } from '../../../../src/core/association/association';
import { mergeSums, probeOptions, type SweepOptions } from '../../../../src/core/association/sums/sums';
import { createSweep } from '../../../../src/core/association/sweep';
import { RAW_MEASURES } from '../../../../src/core/measures';
import type { Engine } from '../../../../src/core/tensor/engine';
import { asGraph } from '../../../support/graph';
import { combinedOf, EVERYTHING, relativeError, startEngine } from '../../../support/measure';
import { leaky, randomNetwork, RELU, sourceOf } from '../../../support/random-network';
import { bruteForce } from '../brute-force';

const EXACT: SweepOptions = { ...EVERYTHING, probes: probeOptions(true, null, 0) };

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

describe('one sweep over the data, of a graph', () => {
  it.each([
    { sizes: [7, 9, 6, 5], activation: RELU },
    { sizes: [30, 9, 6], activation: leaky(0.2) },
    { sizes: [7, 9, 6, 8, 5], activation: { name: 'tanh' } as const },
    { sizes: [40, 9, 6, 5], activation: { name: 'gelu', approximate: 'tanh' } as const },
  ])('gives every measure of %o as defined', ({ sizes, activation }) => {
    const { stack, inputs, labels } = randomNetwork(sizes, 4, activation, 40);
    const golden = bruteForce(stack, inputs, labels);
    const source = sourceOf(inputs, labels, sizes[0]!);
    const sums = createSweep(engine, asGraph(stack), EXACT).run(source, 0, 40);
    for (const method of RAW_MEASURES) {
      expect(relativeError(combinedOf(sums, method).data, golden[method]!.data), method).toBeLessThan(3e-6);
      expect(variances(sums, method, true)).toBeNull();
    }
  });

  // Wider than there are probes: otherwise the unit vectors would be taken.
  const gelu = randomNetwork([40, 38, 36, 35], 4, { name: 'gelu', approximate: 'none' }, 40);
  const graph = asGraph(gelu.stack);
  const source = sourceOf(gelu.inputs, gelu.labels, 40);
  const estimate = (perSample: number, seed: number, first = 0, end = 40) => {
    const options = { ...EVERYTHING, probes: { affordable: 0, perSample, seed } };
    return createSweep(engine, graph, options).run(source, first, end);
  };
  const ESTIMATED = ['forward_jac', 'backward_hess'] as const;
  const SEEDS = Array.from({ length: 24 }, (_, seed) => seed);

  it.each(ESTIMATED)('estimates %s with random probes as well as it says, and better with more', (method) => {
    const golden = bruteForce(gelu.stack, gelu.inputs, gelu.labels)[method] ?? { data: [] };
    const meanSquares = [2, 32].map((perSample) => {
      const runs = SEEDS.map((seed) => {
        const sums = estimate(perSample, seed);
        const mean = combinedOf(sums, method);
        const spread = variances(sums, method, true)?.at(-1);
        const told = spread === undefined ? null : standardError(mean, spread, false);
        return { error: relativeError(mean.data, golden.data), told: told ?? 0 };
      });
      for (const { error, told } of runs) expect(error).toBeLessThan(4 * told);
      const square = (values: number[]) => values.reduce((sum, value) => sum + value ** 2, 0) / runs.length;
      const [actual, told] = [square(runs.map(({ error }) => error)), square(runs.map(({ told }) => told))];
      // What is told is what is seen, over many runs.
      expect(Math.sqrt(actual / told)).toBeGreaterThan(0.75);
      expect(Math.sqrt(actual / told)).toBeLessThan(1.33);
      return actual;
    });
    // Sixteen times the probes: a sixteenth of the squared error.
    const [few = 0, many = 0] = meanSquares;
    expect(few / many).toBeGreaterThan(10);
    expect(few / many).toBeLessThan(25);
  });

  it('draws the same probes however the samples are divided', () => {
    const whole = estimate(4, 1);
    const parts = estimate(4, 1, 0, 13);
    mergeSums(parts, estimate(4, 1, 13, 40));
    for (const method of ESTIMATED) {
      const [a, b] = [combinedOf(parts, method), combinedOf(whole, method)];
      expect(relativeError(a.data, b.data), method).toBeLessThan(1e-6);
    }
  });
});
