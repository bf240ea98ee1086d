import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import { type Pool, pool } from '../../../../src/core/network/ops/pooling';
import { ShapeError } from '../../../../src/core/network/ops/rules';
import { sizeOf } from '../../../../src/core/tensor/shape';
import { expectDerivatives, placed, uniform, valuesOf } from '../../../support/derivatives';
import { distinct } from './distinct';

const PLAIN: Pool = {
  ...{ kind: 'pool', mode: 'max', kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
  ...{ dilations: [1, 1], ceil: false, countPads: true },
};

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const pad = fc.integer({ min: 0, max: 2 });

const pools = fc
  .record({
    operation: fc.record({
      kind: fc.constant('pool' as const),
      mode: fc.constantFrom('max' as const, 'average' as const),
      kernel: pair(1, 4),
      strides: pair(1, 4),
      pads: fc.tuple(pad, pad, pad, pad),
      dilations: fc.oneof(pair(1, 3), fc.constant<[number, number]>([1, 1])),
      ceil: fc.boolean(),
      countPads: fc.boolean(),
    }),
    input: fc.tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
    ),
  })
  .filter(({ operation, input }) => {
    try {
      pool.shape(operation, [input], () => []);
      return true;
    } catch (error) {
      if (error instanceof ShapeError) return false;
      throw error;
    }
  });

it('is the maximum or mean of its windows, whatever the geometry', () => {
  fc.assert(
    fc.property(pools, ({ operation, input }) => {
      const x = uniform(new Random(2), sizeOf(input));
      const found = valuesOf(pool, operation, { inputs: [input] }, [x]);
      const expected = direct(operation, input, x);
      expect(found.length).toBe(expected.length);
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-7);
      });
    }),
    { numRuns: 400, seed: 1 },
  );
});

it('has the derivatives of its values, whatever the geometry', () => {
  fc.assert(
    fc.property(pools, ({ operation, input }) => {
      expectDerivatives(pool, operation, { inputs: [input] }, { values: distinct });
    }),
    { numRuns: 200, seed: 2 },
  );
});

describe('as in PyTorch', () => {
  const shape = (operation: Pool, side: number) => pool.shape(operation, [[1, side, side]], () => [])[1];

  it('lets windows hang over the end, if they begin before it', () => {
    const three: Pool = { ...PLAIN, kernel: [3, 3], ceil: true };
    expect([5, 6, 7].map((side) => shape(three, side))).toEqual([2, 3, 3]);
    expect([5, 6, 7].map((side) => shape({ ...three, ceil: false }, side))).toEqual([2, 2, 3]);
    // The second window would begin at 2, past the image and its padding before it.
    expect(shape({ ...three, kernel: [2, 2], pads: [1, 1, 1, 1], strides: [3, 3] }, 2)).toBe(1);
  });

  it('counts padding, but not what hangs over', () => {
    const place = { inputs: [[1, 1, 3]] };
    const average: Pool = { ...PLAIN, mode: 'average', kernel: [1, 3], strides: [1, 3], pads: [0, 1, 0, 1] };
    const values = (operation: Pool) => valuesOf(pool, operation, place, [[3, 6, 12]]);
    expect(values({ ...average, ceil: true })).toEqual([3, 6]);
    expect(values({ ...average, ceil: true, countPads: false })).toEqual([4.5, 12]);
    expect(values({ ...average, ceil: false })).toEqual([3]);
  });

  it('takes the first of equal values', () => {
    const { kernel } = placed(pool, PLAIN, { inputs: [[1, 2, 2]] });
    const into = new Float32Array(4);
    const inputs = [Float32Array.of(1, 5, 5, 5)];
    kernel.vjp({ samples: 1, inputs, output: Float32Array.of(5) }, Float32Array.of(2), 1, [into]);
    expect([...into]).toEqual([0, 2, 0, 0]);
  });

  it('passes on −∞ and what is not a number', () => {
    const values = (...x: number[]) => valuesOf(pool, PLAIN, { inputs: [[1, 2, 2]] }, [x]);
    expect(values(-Infinity, -Infinity, -Infinity, -Infinity)).toEqual([-Infinity]);
    expect(values(1, NaN, 3, 2)).toEqual([NaN]);
  });
});

it.each([
  [{ pads: [3, 0, 0, 0] }, [1, 4, 4], 'has windows with nothing but padding in them'],
  [{ kernel: [5, 1] }, [1, 4, 4], 'has a kernel of [5,1], too large for 4 × 4'],
  [{}, [4, 4], 'takes [channels, height, width] and is given [4,4]'],
  [{ strides: [0, 1], ceil: true }, [1, 4, 4], 'strides [0,1]'],
] as const)('says what does not fit: %o of [%s]', (geometry, input, message) => {
  const shape = () => pool.shape({ ...PLAIN, ...geometry }, [input], () => []);
  expect(shape).toThrow(ShapeError);
  expect(shape).toThrow(message);
});

/** Window by window in float64; its size is PyTorch's. */
function direct(
  operation: Pool,
  [channels, ...sides]: readonly [number, number, number],
  x: Float32Array,
): number[] {
  const { mode, kernel, strides, pads, dilations, ceil, countPads } = operation;
  const results = (side: 0 | 1): number => {
    const rest =
      sides[side] + pads[side] + pads[side === 0 ? 2 : 3] - dilations[side] * (kernel[side] - 1) - 1;
    const count = (ceil ? Math.ceil(rest / strides[side]) : Math.floor(rest / strides[side])) + 1;
    return ceil && (count - 1) * strides[side] >= sides[side] + pads[side] ? count - 1 : count;
  };
  const [rows, columns] = [results(0), results(1)];
  const out: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < rows; oy++) {
      for (let ox = 0; ox < columns; ox++) {
        let [sum, count, largest] = [0, 0, -Infinity];
        for (let ky = 0; ky < kernel[0]; ky++) {
          for (let kx = 0; kx < kernel[1]; kx++) {
            const y = oy * strides[0] + ky * dilations[0] - pads[0];
            const at = ox * strides[1] + kx * dilations[1] - pads[1];
            const inside = y >= 0 && y < sides[0] && at >= 0 && at < sides[1];
            if (inside || (countPads && y < sides[0] + pads[2] && at < sides[1] + pads[3])) count++;
            if (!inside) continue;
            const value = x[(c * sides[0] + y) * sides[1] + at]!;
            sum += value;
            largest = Math.max(largest, value);
          }
        }
        out.push(mode === 'max' ? largest : sum / count);
      }
    }
  }
  return out;
}
