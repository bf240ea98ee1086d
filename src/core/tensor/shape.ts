/** Sizes per dimension; [] is a scalar. Values are row-major: the last dimension is the one that runs fastest. */
export type Shape = readonly number[];

/** Number of values of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * `sizeOf` for a shape out of a file.
 * @returns undefined where a size is not a safe integer of at least 0, or the number of values is not one
 */
export function elementCount(shape: Shape): number | undefined {
  let [count, span] = [1, 1];
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    count *= size;
    // A size of 0 must not hide others that are beyond reason.
    span *= Math.max(1, size);
  }
  return Number.isSafeInteger(span) ? count : undefined;
}

/**
 * The shape that two shapes broadcast to, as in NumPy: they are aligned at their ends, and a dimension of 1 is repeated.
 * @returns null where they do not fit
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let back = rank; back > 0; back--) {
    const [m, n] = [a.at(-back) ?? 1, b.at(-back) ?? 1];
    if (m !== n && m !== 1 && n !== 1) return null;
    result.push(m === 1 ? n : m);
  }
  return result;
}
