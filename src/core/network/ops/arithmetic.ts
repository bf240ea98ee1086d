import { broadcastShapes, type Shape, sizeOf } from '../../tensor/shape';
import { broadcastStrides, stridedIndices } from '../../tensor/strides';
import { type Rules, ShapeError, type Site } from './rules';

// Operations of two inputs, value by value. Shapes are broadcast as in NumPy.

export interface Add {
  readonly kind: 'add';
}

export interface Multiply {
  readonly kind: 'multiply';
}

/**
 * The shape two inputs are broadcast to.
 * @throws ShapeError where they do not fit
 */
export function broadcast(a: Shape | undefined, b: Shape | undefined): Shape {
  if (a === undefined || b === undefined) throw new ShapeError('takes two inputs');
  const shape = broadcastShapes(a, b);
  if (shape === null)
    throw new ShapeError(`is given [${String(a)}] and [${String(b)}], which cannot be broadcast`);
  return shape;
}

/** How an input is spread over the values of an output. */
interface Operand {
  /** Values in a sample of the input. */
  readonly size: number;
  /** Of every value of the output, its index in the input. */
  readonly sources: Int32Array;
}

function operandsOf({ inputs, output }: Site): [Operand, Operand] {
  const operand = (input: Shape = []): Operand => ({
    size: sizeOf(input),
    sources: stridedIndices(output, broadcastStrides(input, output)),
  });
  return [operand(inputs[0]), operand(inputs[1])];
}

export const add: Rules<Add> = {
  parameters: () => [],
  shape: (_operation, [a, b]) => broadcast(a, b),

  kernel(_operation, site) {
    const [a, b] = operandsOf(site);
    const apply = (x: Float32Array | null, y: Float32Array | null, rows: number, out: Float32Array): void => {
      if (x) spread(a, x, rows, out);
      else out.fill(0, 0, rows * a.sources.length);
      if (y) addSpread(b, y, rows, out);
    };
    return {
      forward(inputs, samples, out) {
        apply(inputs[0]!, inputs[1]!, samples, out);
      },
      jvp({ samples }, tangents, perSample, out) {
        apply(tangents[0] ?? null, tangents[1] ?? null, samples * perSample, out);
      },
      vjp({ samples }, cotangent, perSample, [intoA, intoB]) {
        if (intoA) addSums(a, cotangent, samples * perSample, intoA);
        if (intoB) addSums(b, cotangent, samples * perSample, intoB);
      },
      hvp: null,
    };
  },
};

/** out = x, spread. Where nothing is repeated, values have the same indices: residual sums are of this kind. */
function spread({ size, sources }: Operand, x: Float32Array, rows: number, out: Float32Array): void {
  if (size === sources.length) {
    out.set(x.subarray(0, rows * size));
    return;
  }
  for (let row = 0, at = 0; row < rows; row++) {
    for (let i = 0; i < sources.length; i++, at++) out[at] = x[row * size + sources[i]!]!;
  }
}

/** out += x, spread. */
function addSpread({ size, sources }: Operand, x: Float32Array, rows: number, out: Float32Array): void {
  if (size === sources.length) {
    for (let i = 0; i < rows * size; i++) out[i]! += x[i]!;
    return;
  }
  for (let row = 0, at = 0; row < rows; row++) {
    for (let i = 0; i < sources.length; i++, at++) out[at]! += x[row * size + sources[i]!]!;
  }
}

/** into += y, summed over what was repeated. */
function addSums({ size, sources }: Operand, y: Float32Array, rows: number, into: Float32Array): void {
  if (size === sources.length) {
    for (let i = 0; i < rows * size; i++) into[i]! += y[i]!;
    return;
  }
  for (let row = 0, at = 0; row < rows; row++) {
    for (let i = 0; i < sources.length; i++, at++) into[row * size + sources[i]!]! += y[at]!;
  }
}

export const multiply: Rules<Multiply> = {
  parameters: () => [],
  shape: (_operation, [a, b]) => broadcast(a, b),

  kernel(_operation, site) {
    const [a, b] = operandsOf(site);
    const size = a.sources.length;
    return {
      forward(inputs, samples, out) {
        const [x, y] = [inputs[0]!, inputs[1]!];
        out.fill(0, 0, samples * size);
        for (let s = 0; s < samples; s++) addProduct([x, a, s], [y, b, s], out, s);
      },
      jvp({ samples, inputs }, [tangentX, tangentY], perSample, out) {
        const [x, y] = [inputs[0]!, inputs[1]!];
        out.fill(0, 0, samples * perSample * size);
        for (let row = 0; row < samples * perSample; row++) {
          const s = Math.floor(row / perSample);
          if (tangentX) addProduct([tangentX, a, row], [y, b, s], out, row);
          if (tangentY) addProduct([x, a, s], [tangentY, b, row], out, row);
        }
      },
      vjp({ samples, inputs }, cotangent, perSample, [intoX, intoY]) {
        const [x, y] = [inputs[0]!, inputs[1]!];
        for (let row = 0; row < samples * perSample; row++) {
          const s = Math.floor(row / perSample);
          if (intoX) addProductSums(cotangent, row, [y, b, s], [intoX, a, row]);
          if (intoY) addProductSums(cotangent, row, [x, a, s], [intoY, b, row]);
        }
      },
      hvp({ samples }, delta, [tangentX, tangentY], perSample, [intoX, intoY]) {
        for (let row = 0; row < samples * perSample; row++) {
          const s = Math.floor(row / perSample);
          if (intoX && tangentY) addProductSums(delta, s, [tangentY, b, row], [intoX, a, row]);
          if (intoY && tangentX) addProductSums(delta, s, [tangentX, a, row], [intoY, b, row]);
        }
      },
    };
  },
};

/** A row of values that are spread. */
type SpreadRow = readonly [values: Float32Array, operand: Operand, row: number];

/** out += x ∘ y in a row. */
function addProduct(x: SpreadRow, y: SpreadRow, out: Float32Array, row: number): void {
  const [valuesX, { sources: sourcesX }, startX] = [x[0], x[1], x[2] * x[1].size];
  const [valuesY, { sources: sourcesY }, startY] = [y[0], y[1], y[2] * y[1].size];
  const { length } = sourcesX;
  for (let i = 0, at = row * length; i < length; i++, at++)
    out[at]! += valuesX[startX + sourcesX[i]!]! * valuesY[startY + sourcesY[i]!]!;
}

/** into += a row of factors ∘ y, summed over what was repeated. */
function addProductSums(factors: Float32Array, row: number, y: SpreadRow, into: SpreadRow): void {
  const [valuesY, { sources: sourcesY }, startY] = [y[0], y[1], y[2] * y[1].size];
  const [sums, { sources }, start] = [into[0], into[1], into[2] * into[1].size];
  const { length } = sources;
  for (let i = 0, at = row * length; i < length; i++, at++)
    sums[start + sources[i]!]! += factors[at]! * valuesY[startY + sourcesY[i]!]!;
}
