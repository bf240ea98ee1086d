import { type Shape, sizeOf } from './rules';

/** Distances between neighbours along each dimension, row-major. */
export function stepsOf(shape: Shape): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}

/** start + Σ index · step, for every index into a shape in row-major order. */
export function placesOf(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let place = start;
  for (let i = 0; i < places.length; i++) {
    places[i] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return places;
}
