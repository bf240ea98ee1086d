import { sizeOf } from '../operations/rules';
import type { Values } from './value';

/** Steps between neighbours along every axis of a row-major tensor. */
export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Entries offset + Σ index · step, for every index into `shape`: what transposing, slicing and broadcasting come to. */
export function strided(
  values: Values,
  shape: readonly number[],
  steps: readonly number[],
  offset = 0,
): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let from = offset;
  for (let at = 0; at < result.length; at++) {
    result[at] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** The shape two tensors take together, as in NumPy; null where they do not fit. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let back = rank; back > 0; back--) {
    const [m, n] = [a.at(-back) ?? 1, b.at(-back) ?? 1];
    if (m !== n && m !== 1 && n !== 1) return null;
    result.push(m === 1 ? n : m);
  }
  return result;
}

/** A tensor's values repeated to fill `to`, which broadcasting has given. */
export function broadcast(values: Values, shape: readonly number[], to: readonly number[]): Values {
  if (String(shape) === String(to)) return values;
  const own = rowMajor(shape);
  const lead = to.length - shape.length;
  const steps = to.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : own[axis - lead]!));
  return strided(values, to, steps);
}
