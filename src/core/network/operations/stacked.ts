import { type Engine, Scratch, transposeMatrix } from '../../tensor/engine';

/** Matrices in an array, the first at `start`, `apart` from each other. */
export interface Stack {
  readonly values: Float32Array;
  readonly start: number;
  readonly apart: number;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether they are stored column by column. */
  readonly flipped?: boolean;
}

export function transposed({ rows, columns, flipped, ...rest }: Stack): Stack {
  return { ...rest, rows: columns, columns: rows, flipped: flipped !== true };
}

/**
 * target += stack · matrix, matrix by matrix, in one product of the engine: calls would cost more than small products do.
 * @param matrix [columns of the stack, columns of the target]
 */
export function stackedProducts(engine: Engine): (stack: Stack, matrix: Float32Array, target: Stack) => void {
  const [factors, products] = [new Scratch(), new Scratch()];
  return (stack, matrix, target) => {
    const { count, rows, columns } = stack;
    const size = rows * columns;
    const factor = factors.take(count * size);
    for (let i = 0; i < count; i++) {
      const start = stack.start + i * stack.apart;
      const own = stack.values.subarray(start, start + size);
      if (stack.flipped) transposeMatrix(own, columns, rows, factor.subarray(i * size));
      else factor.set(own, i * size);
    }
    const product = products.take(count * rows * target.columns);
    engine.multiply(factor, matrix, count * rows, columns, target.columns, product);
    const [down, right] = target.flipped ? [1, rows] : [target.columns, 1];
    for (let i = 0, at = 0; i < count; i++) {
      for (let row = 0; row < rows; row++) {
        let to = target.start + i * target.apart + row * down;
        for (const end = at + target.columns; at < end; at++, to += right) target.values[to]! += product[at]!;
      }
    }
  };
}
