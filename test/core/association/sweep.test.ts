import { beforeAll, describe, expect, it } from 'vitest';
import { meanMatrices } from '../../../src/core/association/association';
import { mergeSums, type SweepSums } from '../../../src/core/association/sums/sums';
import { createSweep } from '../../../src/core/association/sweep';
import { RAW_MEASURES } from '../../../src/core/measures';
import type { DenseParameters, DenseStack } from '../../../src/core/network/dense-stack';
import { SELU } from '../../../src/core/network/ops/activation';
import type { Engine } from '../../../src/core/tensor/engine';
import { combinedOf, EVERYTHING, relativeError, startEngine } from '../../support/measure';
import { leaky, randomNetwork, RELU, sourceOf } from '../../support/random-network';
import { bruteForce } from './brute-force';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

describe('one sweep over the data', () => {
  it.each([
    { sizes: [7, 5], activation: RELU },
    { sizes: [7, 9, 5], activation: RELU },
    { sizes: [7, 9, 6, 8, 5], activation: RELU },
    { sizes: [7, 9, 6, 5], activation: leaky(0.2) },
    { sizes: [7, 9, 6, 8, 5], activation: { name: 'tanh' } as const },
    { sizes: [7, 9, 6, 5], activation: { name: 'gelu', approximate: 'none' } as const },
    { sizes: [7, 9, 6], activation: { name: 'sigmoid' } as const },
    { sizes: [7, 9, 6, 5], activation: SELU },
    { sizes: [7, 9, 6, 5], activation: { name: 'mish' } as const },
    { sizes: [7, 9, 6, 5], activation: { name: 'hardswish' } as const },
    { sizes: [7, 9, 6, 5], activation: { name: 'softplus', beta: 2, threshold: 20 } as const },
    { sizes: [7, 9, 6, 5], activation: { name: 'shrink', lambda: 0.25, bias: 0.25 } as const },
  ])('gives every measure of %o as defined', ({ sizes, activation }) => {
    const { stack, inputs, labels } = randomNetwork(sizes, 4, activation, 60);
    const golden = bruteForce(stack, inputs, labels);
    const sums = run(stack, inputs, labels, 0, 60);
    for (const method of RAW_MEASURES) {
      const matrices = meanMatrices(sums, method, true);
      // The last is the combined one, which holds the others as its diagonal blocks.
      expect(relativeError(matrices[matrices.length - 1]!.data, golden[method]!.data), method).toBeLessThan(
        2e-6,
      );
    }
  });

  it('leaves out the combined blocks where they are not wanted', () => {
    const { stack, inputs, labels } = randomNetwork([7, 9, 6], 4, RELU, 40);
    const combined = run(stack, inputs, labels, 0, 40);
    const sweep = createSweep(engine, stack, { ...EVERYTHING, combined: false });
    const own = sweep.run(sourceOf(inputs, labels, 7), 0, 40);
    for (const method of RAW_MEASURES) {
      const [first, second] = meanMatrices(own, method, false);
      const [a, b] = meanMatrices(combined, method, true);
      expect(first, method).toEqual(a);
      expect(second, method).toEqual(b);
    }
  });

  it('adds up over shards', () => {
    const { stack, inputs, labels } = randomNetwork([7, 9, 6], 4, RELU, 90);
    const whole = run(stack, inputs, labels, 0, 90);
    const parts = run(stack, inputs, labels, 0, 31);
    mergeSums(parts, run(stack, inputs, labels, 31, 57));
    mergeSums(parts, run(stack, inputs, labels, 57, 90));
    expect(parts.samples).toBe(90);
    expect([parts.judged, parts.correct]).toEqual([90, whole.correct]);
    expect(parts.loss).toBeCloseTo(whole.loss, 9);
    for (const method of RAW_MEASURES) {
      const [a, b] = [combinedOf(parts, method), combinedOf(whole, method)];
      expect(relativeError(a.data, b.data), method).toBeLessThan(1e-6);
    }
  });

  it('keeps the covariance of units that hardly vary', () => {
    // Activations around 1000 that vary by 0.01: E[hh] − E[h]E[h] in float32 would be all rounding.
    const { stack, inputs, labels } = randomNetwork([7, 5], 3, RELU, 200);
    const layer = stack.hidden[0]!;
    layer.weight.forEach((weight, i) => (layer.weight[i] = weight * 0.01));
    layer.bias.fill(1000);
    const own = meanMatrices(run(stack, inputs, labels, 0, 200), 'forward_cov', false)[0]!;
    // float32 holds 1000 to 6e-5; the units vary by 0.02.
    expect(relativeError(own.data, bruteForce(stack, inputs, labels)['forward_cov']!.data)).toBeLessThan(
      1e-3,
    );
  });

  it('takes the slopes of float64 where float32 could get the sign wrong', () => {
    // The exact pre-activation is +1e-8; summed in float32 in order it is not even close.
    const stack: DenseStack = {
      kind: 'stack',
      hidden: [{ ...parameters([[1e4, 1e-8, -1e4]], [0]), name: 'a', activation: RELU }],
      readout: parameters([[1], [-1]], [0, 0]),
    };
    const sums = run(stack, Float32Array.of(1, 1, 1), Int32Array.of(0), 0, 1);
    const own = meanMatrices(sums, 'forward_jac', false)[0]!;
    expect(own.data[0]).toBeCloseTo(2e8, -2);
  });
});

function run(
  stack: DenseStack,
  inputs: Float32Array,
  labels: Int32Array,
  first: number,
  end: number,
): SweepSums {
  return createSweep(engine, stack, EVERYTHING).run(
    sourceOf(inputs, labels, stack.hidden[0]!.inputs),
    first,
    end,
  );
}

function parameters(rows: number[][], bias: number[]): DenseParameters {
  return {
    inputs: rows[0]!.length,
    outputs: rows.length,
    weight: Float32Array.from(rows.flat()),
    bias: Float32Array.from(bias),
  };
}
