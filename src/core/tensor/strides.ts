import { type Shape, sizeOf } from './shape';

/*
 * A stride is the distance between neighbours along a dimension, counted in stored values. A shape with strides of its
 * own is a view of the values: transposed, sliced, reversed (a stride below 0) or repeated (a stride of 0). Nothing here
 * checks strides against the values; strides out of a file must be checked before.
 */

/** The strides of row-major values. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * Whether a view lists its values in row-major order without gaps. The stride of a dimension of 1 is never used, and
 * may be any.
 */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  const expected = rowMajorStrides(shape);
  return shape.includes(0) || shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/** The strides that repeat the row-major values of `shape` to fill `to`. The shape must broadcast to it. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = rowMajorStrides(shape);
  const ahead = to.length - shape.length;
  return to.map((_, axis) => (axis < ahead || shape[axis - ahead] === 1 ? 0 : own[axis - ahead]!));
}

/** The index among the stored values of each value of a view, in row-major order: `offset` + Σ index · stride. */
export function stridedIndices(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const indices = new Int32Array(sizeOf(shape));
  const length = shape.at(-1) ?? 1;
  const stride = strides.at(-1) ?? 0;
  forEachRun(shape, strides, offset, (from, to) => {
    for (let i = 0; i < length; i++) indices[to + i] = from + i * stride;
  });
  return indices;
}

type Floats = Float32Array | Float64Array;

/** The values of a view in row-major order, from `values[offset]` on. */
export function gatherStrided(
  values: Floats,
  shape: Shape,
  strides: readonly number[],
  offset?: number,
): Floats;
export function gatherStrided(
  values: Uint8Array,
  shape: Shape,
  strides: readonly number[],
  offset?: number,
): Uint8Array;
export function gatherStrided(
  values: Floats | Uint8Array,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): Floats | Uint8Array {
  const out = emptyLike(values, sizeOf(shape));
  const length = shape.at(-1) ?? 1;
  const stride = strides.at(-1) ?? 0;
  forEachRun(shape, strides, offset, (from, to) => {
    for (let i = 0; i < length; i++) out[to + i] = values[from + i * stride]!;
  });
  return out;
}

/**
 * Row-major values repeated to fill `to`, which their shape must broadcast to; the same array where the shapes are
 * equal.
 */
export function broadcastTo(values: Floats, shape: Shape, to: Shape): Floats {
  if (String(shape) === String(to)) return values;
  return gatherStrided(values, to, broadcastStrides(shape, to));
}

/** An array of the same kind. Not by `constructor`: bytes may be a Buffer. */
function emptyLike(values: Floats | Uint8Array, length: number): Floats | Uint8Array {
  if (values instanceof Float64Array) return new Float64Array(length);
  return values instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length);
}

/**
 * Visits the runs of a view along its last dimension; `visit` gets where a run begins among the stored values, and in
 * row-major order.
 */
function forEachRun(
  shape: Shape,
  strides: readonly number[],
  offset: number,
  visit: (from: number, to: number) => void,
): void {
  const size = sizeOf(shape);
  const length = shape.at(-1) ?? 1;
  const index = new Array<number>(shape.length).fill(0);
  let from = offset;
  for (let to = 0; to < size; to += length) {
    visit(from, to);
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) {
        from += strides[axis]!;
        break;
      }
      from -= strides[axis]! * (shape[axis]! - 1);
      index[axis] = 0;
    }
  }
}
