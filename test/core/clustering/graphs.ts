import fc from 'fast-check';
import type { Labels, SquareMatrix } from '../../../src/core/base/matrix';
import { Random } from '../../../src/core/base/random';

/** Symmetric matrices of random weights, many of them zero. */
export function matrices(least: number, most: number): fc.Arbitrary<SquareMatrix> {
  return fc.integer({ min: least, max: most }).chain((size) =>
    fc
      .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: size * size,
        maxLength: size * size,
      })
      .map((values) => symmetric(size, (i, j) => values[i * size + j]!)),
  );
}

/** Groups of equal size, tied within by about 1 and between by about `between`. */
export function planted(groups: number, size: number, between: number, seed: number): SquareMatrix {
  const random = new Random(seed);
  return symmetric(groups * size, (i, j) => {
    const mean = Math.floor(i / size) === Math.floor(j / size) ? 1 : between;
    return mean * (0.5 + random.uniform());
  });
}

export function symmetric(size: number, weight: (i: number, j: number) => number): SquareMatrix {
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) data[i * size + j] = data[j * size + i] = weight(i, j);
  }
  return { size, data };
}

/** Row and column k of the result are those of unit order[k]. */
export function permuted({ size, data }: SquareMatrix, order: readonly number[]): SquareMatrix {
  return {
    size,
    data: Float64Array.from(data, (_, at) => data[order[Math.floor(at / size)]! * size + order[at % size]!]!),
  };
}

/** Every partition of n units, as labels in order of first appearance. */
export function* partitions(n: number, labels: number[] = [], count = 0): Generator<Labels> {
  if (labels.length === n) {
    yield Int32Array.from(labels);
    return;
  }
  for (let c = 0; c <= count; c++) yield* partitions(n, [...labels, c], Math.max(count, c + 1));
}
