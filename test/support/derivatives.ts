import { expect } from 'vitest';
import { Random } from '../../src/core/base/random';
import type { Kernel, Parameter, Point, Rules } from '../../src/core/network/ops/rules';
import type { Engine } from '../../src/core/tensor/engine';
import { type Shape, sizeOf } from '../../src/core/tensor/shape';
import { naiveEngine } from './naive-engine';

export interface Place {
  readonly inputs: readonly Shape[];
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly engine?: Engine;
}

const SAMPLES = 2;
/** Arrays are longer than what they hold, and what lies behind is not to be read or written. */
const TAIL = 5;

/** The kernel of an operation, and the shape of its values. */
export function placed<O>(rules: Rules<O>, operation: O, place: Place): { kernel: Kernel; output: Shape } {
  const parameter = (name: string): Parameter => {
    const found = place.parameters?.[name];
    if (found === undefined) throw new Error(`no parameter ${name}`);
    return found;
  };
  expect(new Set(rules.parameters(operation))).toEqual(new Set(Object.keys(place.parameters ?? {})));
  const output = rules.shape(operation, place.inputs, (name) => parameter(name).shape);
  const engine = place.engine ?? naiveEngine;
  return { kernel: rules.kernel(operation, { inputs: place.inputs, output, engine, parameter }), output };
}

/** The values of an operation for inputs of so many samples. */
export function valuesOf<O>(
  rules: Rules<O>,
  operation: O,
  place: Place,
  inputs: readonly ArrayLike<number>[],
  samples = 1,
): number[] {
  const { kernel, output } = placed(rules, operation, place);
  const out = new Float32Array(samples * sizeOf(output)).fill(NaN);
  kernel.forward(
    inputs.map((input) => Float32Array.from(input)),
    samples,
    out,
  );
  return [...out];
}

/** Values uniform in −1 … 1. */
export function uniform(random: Random, length: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, () => (random.uniform() * 2 - 1) * scale);
}

export function randomParameter(random: Random, shape: Shape, scale = 1): Parameter {
  return { shape, data: uniform(random, sizeOf(shape), scale) };
}

/** The worst errors seen, each relative to the largest entry or to the norms that enter. */
export interface Errors {
  /** `jvp` against differences of `forward`. */
  jvp: number;
  /** ⟨u, J t⟩ against ⟨Jᵀ u, t⟩. */
  adjoint: number;
  /** `hvp` against differences of `vjp`; 0 where there is none. */
  hvp: number;
  /** ⟨s, H t⟩ against ⟨H s, t⟩. */
  symmetry: number;
}

/** Loose only by what float32 leaves of a difference of fourth order; the identities are those of one pass of float32. */
const TOLERANCE: Errors = { jvp: 3e-5, adjoint: 2e-6, hvp: 1e-4, symmetry: 2e-6 };

export function expectDerivatives<O>(
  rules: Rules<O>,
  operation: O,
  place: Place,
  options: Options = {},
): Errors {
  const errors = derivativeErrors(rules, operation, place, options);
  for (const key of ['jvp', 'adjoint', 'hvp', 'symmetry'] as const)
    expect(errors[key], `${key} of ${JSON.stringify(operation)}`).toBeLessThanOrEqual(TOLERANCE[key]);
  return errors;
}

export interface Options {
  readonly seed?: number;
  /** Length of the steps of the differences; kinks must be twice as far from every value. */
  readonly step?: number;
  /** So many values of an input. */
  readonly values?: (random: Random, length: number) => Float32Array;
}

/** Compares a kernel's derivatives with differences and with each other, for 1 and 3 rows per sample. */
export function derivativeErrors<O>(
  rules: Rules<O>,
  operation: O,
  place: Place,
  { seed = 1, step = 0.04, values = uniform }: Options = {},
): Errors {
  const random = new Random(seed);
  const { kernel, output } = placed(rules, operation, place);
  const sizes = place.inputs.map(sizeOf);
  const size = sizeOf(output);
  const errors: Errors = { jvp: 0, adjoint: 0, hvp: 0, symmetry: 0 };
  for (const perSample of [1, 3]) {
    const rows = SAMPLES * perSample;
    const inputs = sizes.map((length) => padded(values(random, SAMPLES * length)));
    const at = pointOf(kernel, inputs, SAMPLES, size);
    const tangents = sizes.map((length) => padded(uniform(random, rows * length)));
    const cotangent = padded(uniform(random, rows * size));
    const repeated = inputs.map((input, i) => repeat(input, sizes[i]!, perSample));
    const shifted = (by: number): Point =>
      pointOf(
        kernel,
        repeated.map((input, i) => input.map((value, k) => value + by * tangents[i]![k]!)),
        rows,
        size,
      );

    const product = jvp(kernel, at, tangents, perSample, rows * size);
    const expected = derivative((by) => shifted(by).output, step, rows * size);
    errors.jvp = Math.max(errors.jvp, difference(product, expected, rows * size));
    if (tangents.length > 1) {
      const parts = tangents.map((_, i) => {
        const alone = tangents.map((tangent, j) => (i === j ? tangent : null));
        return jvp(kernel, at, alone, perSample, rows * size);
      });
      const sum = product.map((_, k) => parts.reduce((total, part) => total + part[k]!, 0));
      errors.jvp = Math.max(errors.jvp, difference(product, sum, rows * size));
    }

    const transposed = gather(sizes, rows, (into) => {
      kernel.vjp(at, cotangent, perSample, into);
    });
    for (let row = 0; row < rows; row++) {
      const [left, norm] = inner(cotangent, product, row, size);
      let right = 0;
      transposed.forEach((gradient, i) => (right += inner(gradient, tangents[i]!, row, sizes[i]!)[0]));
      if (norm > 0) errors.adjoint = Math.max(errors.adjoint, Math.abs(left - right) / norm);
    }

    const { hvp } = kernel;
    if (hvp === null) continue;
    const delta = padded(uniform(random, SAMPLES * size));
    const curvature = (along: readonly Float32Array[]): Float32Array[] =>
      gather(sizes, rows, (into) => {
        hvp(at, delta, along, perSample, into);
      });
    const found = curvature(tangents);
    const spread = repeat(delta, size, perSample);
    const gradients = [-2, -1, 1, 2].map((k) =>
      gather(sizes, rows, (into) => {
        kernel.vjp(shifted(k * step), spread, 1, into);
      }),
    );
    found.forEach((own, i) => {
      const length = rows * sizes[i]!;
      const by = (k: number): Float32Array => gradients[[-2, -1, 1, 2].indexOf(Math.round(k / step))]![i]!;
      errors.hvp = Math.max(errors.hvp, difference(own, derivative(by, step, length), length));
    });
    const others = sizes.map((length) => padded(uniform(random, rows * length)));
    const other = curvature(others);
    for (let row = 0; row < rows; row++) {
      let [left, right, norm] = [0, 0, 0];
      sizes.forEach((length, i) => {
        const [a, scale] = inner(found[i]!, others[i]!, row, length);
        left += a;
        norm += scale;
        right += inner(other[i]!, tangents[i]!, row, length)[0];
      });
      if (norm > 0) errors.symmetry = Math.max(errors.symmetry, Math.abs(left - right) / norm);
    }
  }
  return errors;
}

function padded(values: Float32Array): Float32Array {
  const longer = new Float32Array(values.length + TAIL).fill(NaN);
  longer.set(values);
  return longer;
}

function pointOf(kernel: Kernel, inputs: readonly Float32Array[], samples: number, size: number): Point {
  const output = new Float32Array(samples * size + TAIL).fill(NaN);
  kernel.forward(inputs, samples, output);
  expectTail(output, samples * size);
  return { samples, inputs, output };
}

function jvp(
  kernel: Kernel,
  at: Point,
  tangents: readonly (Float32Array | null)[],
  perSample: number,
  length: number,
): Float32Array {
  const out = new Float32Array(length + TAIL).fill(NaN);
  kernel.jvp(at, tangents, perSample, out);
  expectTail(out, length);
  return out;
}

/** What is added into arrays that are not empty before; and the same for each input alone. */
function gather(
  sizes: readonly number[],
  rows: number,
  add: (into: readonly (Float32Array | null)[]) => void,
): Float32Array[] {
  const fresh = (): Float32Array[] => sizes.map((length) => padded(new Float32Array(rows * length)));
  const sums = fresh();
  add(sums);
  sizes.forEach((length, i) => {
    expectTail(sums[i]!, rows * length);
    // It is added to what is there; other inputs may be left out.
    const alone = fresh().map((array, j) => (i === j ? array : null));
    add(alone);
    expect(alone[i]).toEqual(sums[i]);
    alone[i]!.forEach((value, k) => (alone[i]![k] = 3 * value));
    add(alone);
    const fourfold = sums[i]!.map((value) => 4 * value);
    expect(difference(alone[i]!, fourfold, rows * length)).toBeLessThan(1e-6);
  });
  return sums;
}

/** Every sample's values once per row. */
function repeat(values: Float32Array, size: number, perSample: number): Float32Array {
  const out = new Float32Array(SAMPLES * perSample * size);
  for (let row = 0; row < SAMPLES * perSample; row++) {
    const from = Math.floor(row / perSample) * size;
    out.set(values.subarray(from, from + size), row * size);
  }
  return out;
}

/** f′(0) by central differences of fourth order. */
function derivative(f: (by: number) => Float32Array, step: number, length: number): Float64Array {
  const [a, b, c, d] = [f(-2 * step), f(-step), f(step), f(2 * step)];
  return Float64Array.from({ length }, (_, k) => (a[k]! - 8 * b[k]! + 8 * c[k]! - d[k]!) / (12 * step));
}

/** max |a − b| / max |b|. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>, length: number): number {
  let [worst, scale] = [0, 0];
  for (let k = 0; k < length; k++) {
    if (!Number.isFinite(a[k]) || !Number.isFinite(b[k])) return Infinity;
    worst = Math.max(worst, Math.abs(a[k]! - b[k]!));
    scale = Math.max(scale, Math.abs(b[k]!));
  }
  return worst === 0 ? 0 : worst / Math.max(scale, 1e-6);
}

/** The inner product of one row, and the product of its norms. */
function inner(
  a: Float32Array,
  b: Float32Array,
  row: number,
  size: number,
): [product: number, norms: number] {
  let [product, aa, bb] = [0, 0, 0];
  for (let k = row * size; k < (row + 1) * size; k++) {
    product += a[k]! * b[k]!;
    aa += a[k]! ** 2;
    bb += b[k]! ** 2;
  }
  return [product, Math.sqrt(aa * bb)];
}

function expectTail(values: Float32Array, length: number): void {
  expect([...values.subarray(length)]).toEqual(new Array(values.length - length).fill(NaN));
}
