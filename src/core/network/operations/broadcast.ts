import { placesOf, stepsOf } from './places';
import { type Shape, ShapeError, type Site, sizeOf } from './rules';

/**
 * The shape two shapes are broadcast to, as in NumPy: aligned at their ends, a dimension of 1 is repeated.
 * @throws ShapeError where they do not fit
 */
export function broadcast(a: Shape | undefined, b: Shape | undefined): Shape {
  if (a === undefined || b === undefined) throw new ShapeError('takes two inputs');
  const dimensions = Math.max(a.length, b.length);
  return Array.from({ length: dimensions }, (_, axis) => {
    const [i, j] = [a[axis + a.length - dimensions] ?? 1, b[axis + b.length - dimensions] ?? 1];
    if (i !== j && i !== 1 && j !== 1)
      throw new ShapeError(`is given [${String(a)}] and [${String(b)}], which cannot be broadcast`);
    return i === 1 ? j : i;
  });
}

/** How an input is spread over the values of an output. */
export interface Operand {
  /** Values in a sample of the input. */
  readonly size: number;
  /** Of every value of the output, its place in the input. */
  readonly sources: Int32Array;
}

export function operandsOf({ inputs, output }: Pick<Site, 'inputs' | 'output'>): [Operand, Operand] {
  const operand = (input: Shape = []): Operand => {
    const own = stepsOf(input);
    const ahead = output.length - input.length;
    const steps = output.map((_, axis) =>
      axis < ahead || input[axis - ahead] === 1 ? 0 : own[axis - ahead]!,
    );
    return { size: sizeOf(input), sources: placesOf(output, steps) };
  };
  return [operand(inputs[0]), operand(inputs[1])];
}
