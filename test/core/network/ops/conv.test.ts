import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import { type Conv, conv } from '../../../../src/core/network/ops/conv';
import { type Parameter, ShapeError } from '../../../../src/core/network/ops/rules';
import type { Engine } from '../../../../src/core/tensor/engine';
import { sizeOf } from '../../../../src/core/tensor/shape';
import {
  expectDerivatives,
  type Place,
  placed,
  randomParameter,
  uniform,
} from '../../../support/derivatives';
import { startEngine } from '../../../support/measure';
import { naiveEngine } from '../../../support/naive-engine';

/** A convolution that has at least one result. */
interface Geometry {
  readonly operation: Conv;
  readonly channels: number;
  readonly filters: number;
  readonly sides: readonly [number, number];
  readonly kernel: readonly [number, number];
}

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const pad = fc.integer({ min: 0, max: 4 });

const geometries: fc.Arbitrary<Geometry> = fc
  .record({
    groups: fc.constantFrom(1, 1, 2, 3),
    channelsPerGroup: fc.integer({ min: 1, max: 3 }),
    filtersPerGroup: fc.integer({ min: 1, max: 3 }),
    sides: pair(9),
    kernel: fc.oneof(pair(4), fc.constant<[number, number]>([1, 1])),
    strides: fc.oneof(pair(4), fc.constant<[number, number]>([1, 1])),
    dilations: fc.oneof(pair(3), fc.constant<[number, number]>([1, 1])),
    pads: fc.oneof(fc.tuple(pad, pad, pad, pad), fc.constant<[number, number, number, number]>([0, 0, 0, 0])),
    bias: fc.boolean(),
  })
  .filter(({ sides, kernel, dilations, pads }) =>
    [0, 1].every((i) => sides[i]! + pads[i]! + pads[i + 2]! > dilations[i]! * (kernel[i]! - 1)),
  )
  .map(({ groups, channelsPerGroup, filtersPerGroup, sides, kernel, strides, dilations, pads, bias }) => ({
    operation: {
      ...({ kind: 'conv', weight: 'w', bias: bias ? 'b' : null } as const),
      ...{ strides, dilations, pads, groups },
    },
    channels: groups * channelsPerGroup,
    filters: groups * filtersPerGroup,
    ...{ sides, kernel },
  }));

function parametersOf({ operation, channels, filters, kernel }: Geometry): Record<'w' | 'b', Parameter> {
  const random = new Random(3);
  return {
    w: randomParameter(random, [filters, channels / operation.groups, ...kernel]),
    b: randomParameter(random, [filters], operation.bias === null ? 0 : 1),
  };
}

function placeOf(geometry: Geometry, engine: Engine): Place {
  const { w, b } = parametersOf(geometry);
  const parameters = geometry.operation.bias === null ? { w } : { w, b };
  return { inputs: [[geometry.channels, ...geometry.sides]], parameters, engine };
}

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

it('is the sum it is defined as, whatever the geometry', () => {
  let worst = 0;
  fc.assert(
    fc.property(geometries, (geometry) => {
      for (const each of [naiveEngine, engine]) {
        const place = placeOf(geometry, each);
        const { kernel, output } = placed(conv, geometry.operation, place);
        const x = uniform(new Random(5), 2 * sizeOf(place.inputs[0]!));
        const out = new Float32Array(2 * sizeOf(output)).fill(NaN);
        kernel.forward([x], 2, out);
        const expected = direct(geometry, x, output, 2);
        out.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - expected[i]!))));
        expect(worst).toBeLessThan(2e-6); // worst seen 7.5e-7
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});

it('has the derivatives of its values, whatever the geometry', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      expectDerivatives(conv, geometry.operation, placeOf(geometry, naiveEngine));
      expectDerivatives(conv, geometry.operation, placeOf(geometry, engine));
    }),
    { numRuns: 200, seed: 2 },
  );
});

const PLAIN = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 } as const;

describe('of more values than are rearranged at a time', () => {
  it.each([
    { ...PLAIN, kernel: [3, 3], pads: [1, 1, 1, 1] },
    { ...PLAIN, kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    { ...PLAIN, kernel: [1, 1] },
    { ...PLAIN, kernel: [1, 1], strides: [2, 2] },
  ] as const)('%o', ({ kernel, ...rest }) => {
    const geometry: Geometry = {
      operation: { kind: 'conv', weight: 'w', bias: 'b', ...rest },
      ...{ channels: 96, filters: 80, sides: [64, 66], kernel },
    };
    const place = placeOf(geometry, engine);
    const { kernel: own, output } = placed(conv, geometry.operation, place);
    const samples = 4;
    const x = uniform(new Random(5), samples * 96 * 64 * 66);
    const [filters, rows, columns] = [output[0]!, output[1]!, output[2]!];
    const size = filters * rows * columns;
    const out = new Float32Array(samples * size);
    own.forward([x], samples, out);
    const y = uniform(new Random(6), samples * size);
    const into = new Float32Array(x.length);
    own.vjp({ samples, inputs: [x], output: out }, y, 1, [into]);
    const bias = parametersOf(geometry).b.data;
    let [left, right] = [0, 0];
    for (let i = 0; i < out.length; i++) {
      left += (out[i]! - bias[Math.floor(i / (rows * columns)) % filters]!) * y[i]!;
    }
    for (let i = 0; i < x.length; i++) right += into[i]! * x[i]!;
    expect(Math.abs(left - right)).toBeLessThan(1e-5 * Math.abs(left));
  });
});

it.each([
  [{ ...PLAIN }, [3, 5], 'takes [channels, height, width] and is given [3,5]'],
  [{ ...PLAIN }, [3, 5, 5], 'takes 2 channels and is given [3,5,5]'],
  [{ ...PLAIN }, [2, 1, 5], 'has a kernel of [2,2], too large for 1 × 5'],
  [{ ...PLAIN, strides: [0, 1] }, [2, 5, 5], 'strides [0,1]'],
  [{ ...PLAIN, groups: 2 }, [4, 5, 5], 'has 3 filters for 2 groups'],
] as const)('says what does not fit: %o of [%s]', (geometry, input, message) => {
  const operation: Conv = { kind: 'conv', weight: 'w', bias: null, ...geometry };
  const shape = () => conv.shape(operation, [input], () => [3, 2, 2, 2]);
  expect(shape).toThrow(ShapeError);
  expect(shape).toThrow(message);
});

/** Entry by entry in float64. */
function direct(
  geometry: Geometry,
  x: Float32Array,
  output: readonly number[],
  samples: number,
): Float64Array {
  const { operation, channels, filters, sides, kernel } = geometry;
  const { strides, pads, dilations, groups } = operation;
  const { w: weight, b: bias } = parametersOf(geometry);
  const [rows, columns] = [output[1]!, output[2]!];
  const out = new Float64Array(samples * filters * rows * columns);
  const own = channels / groups;
  out.forEach((_, i) => {
    const [ox, oy] = [i % columns, Math.floor(i / columns) % rows];
    const [f, s] = [Math.floor(i / columns / rows) % filters, Math.floor(i / columns / rows / filters)];
    const first = Math.floor((f * groups) / filters) * own;
    let sum = bias.data[f]!;
    for (let c = 0; c < own; c++) {
      for (let ky = 0; ky < kernel[0]; ky++) {
        for (let kx = 0; kx < kernel[1]; kx++) {
          const y = oy * strides[0] + ky * dilations[0] - pads[0];
          const at = ox * strides[1] + kx * dilations[1] - pads[1];
          if (y < 0 || y >= sides[0] || at < 0 || at >= sides[1]) continue;
          const tap = ((f * own + c) * kernel[0] + ky) * kernel[1] + kx;
          sum += weight.data[tap]! * x[((s * channels + first + c) * sides[0] + y) * sides[1] + at]!;
        }
      }
    }
    out[i] = sum;
  });
  return out;
}
