import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/core/base/random';
import { type Convolution, type Engine, outputLength } from '../../src/core/tensor/engine';
import { uniform } from '../support/derivatives';
import { startEngine } from '../support/measure';
import { naiveEngine } from '../support/naive-engine';

/** What lies behind an operand or a result is not read or written. */
const TAIL = 3;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const one = fc.constant<[number, number]>([1, 1]);
const pad = fc.integer({ min: 0, max: 5 });

const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    sides: pair(9),
    channels: fc.integer({ min: 1, max: 5 }),
    filters: fc.integer({ min: 1, max: 5 }),
    kernel: fc.oneof(pair(4), one),
    steps: fc.oneof(
      fc.record({ strides: pair(4), dilations: one }),
      fc.record({ strides: one, dilations: pair(3) }),
    ),
    pads: fc.tuple(pad, pad, pad, pad),
  })
  .map(({ sides: [height, width], steps, ...rest }) => ({ height, width, ...steps, ...rest }))
  .filter((of) => Math.min(...resultOf(of)) >= 1);

it('convolves as defined, whatever the geometry', () => {
  let worst = 0;
  fc.assert(
    fc.property(convolutions, fc.integer({ min: 1, max: 3 }), (of, rows) => {
      const random = new Random(1);
      const [height, width] = resultOf(of);
      const x = operand(random, rows * of.height * of.width * of.channels);
      const filter = operand(random, of.kernel[0] * of.kernel[1] * of.channels * of.filters);
      const length = rows * height * width * of.filters;
      const [found, expected] = [result(length), result(length)];
      engine.convolve(x, filter, rows, of, found);
      naiveEngine.convolve(x, filter, rows, of, expected);
      worst = Math.max(worst, largestDifference(found, expected, length));
      expect(worst).toBeLessThan(3e-6); // worst seen 1.4e-6
      expect(found.subarray(length)).toEqual(expected.subarray(length));
    }),
    { numRuns: 500, seed: 1 },
  );
});

it('multiplies as defined, whatever the sizes', () => {
  const size = fc.integer({ min: 1, max: 20 });
  let worst = 0;
  fc.assert(
    fc.property(size, size, size, (m, k, n) => {
      const random = new Random(1);
      const [a, b] = [operand(random, m * k), operand(random, k * n)];
      const [found, expected] = [result(m * n), result(m * n)];
      engine.multiply(a, b, m, k, n, found);
      naiveEngine.multiply(a, b, m, k, n, expected);
      worst = Math.max(worst, largestDifference(found, expected, m * n));
      expect(worst).toBeLessThan(3e-6); // worst seen 1.4e-6
      expect(found.subarray(m * n)).toEqual(expected.subarray(m * n));
    }),
    { numRuns: 200, seed: 1 },
  );
});

it('refuses a convolution that has no result', () => {
  const of: Convolution = {
    ...{ height: 2, width: 2, channels: 1, filters: 1, kernel: [3, 3] },
    ...{ strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
  };
  expect(() => {
    engine.convolve(new Float32Array(4), new Float32Array(9), 1, of, new Float32Array(1));
  }).toThrow('a convolution of 2 × 2 has no output');
});

function resultOf({ height, width, kernel, strides, dilations, pads }: Convolution): [number, number] {
  return [
    outputLength(height, kernel[0], pads[0] + pads[2], strides[0], dilations[0]),
    outputLength(width, kernel[1], pads[1] + pads[3], strides[1], dilations[1]),
  ];
}

function operand(random: Random, length: number): Float32Array {
  const values = result(length);
  values.set(uniform(random, length));
  return values;
}

function result(length: number): Float32Array {
  return new Float32Array(length + TAIL).fill(NaN);
}

function largestDifference(a: Float32Array, b: Float32Array, length: number): number {
  let worst = 0;
  for (let i = 0; i < length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}
