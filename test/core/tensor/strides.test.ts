import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Shape, sizeOf } from '../../../src/core/tensor/shape';
import {
  broadcastTo,
  gatherStrided,
  isRowMajor,
  rowMajorStrides,
  stridedIndices,
} from '../../../src/core/tensor/strides';

/** The definition: every index into the shape by division. */
function bruteForce(shape: Shape, strides: readonly number[], offset: number): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, position) => {
    let [rest, at] = [position, offset];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return at;
  });
}

const view = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -9, max: 9 })), { maxLength: 5 })
  .map((axes) => ({ shape: axes.map(([size]) => size), strides: axes.map(([, stride]) => stride) }));

describe('views', () => {
  test('are what their definition says: of any rank, repeated, reversed, empty', () => {
    // No view of these goes further from the offset than 5 · 3 · 9.
    const values = Float64Array.from({ length: 300 }, (_, i) => i / 8);
    const offset = 150;
    fc.assert(
      fc.property(view, ({ shape, strides }) => {
        const indices = bruteForce(shape, strides, offset);
        expect([...stridedIndices(shape, strides, offset)]).toEqual(indices);
        for (const stored of [values, Float32Array.from(values)]) {
          const gathered = gatherStrided(stored, shape, strides, offset);
          expect(gathered.constructor).toBe(stored.constructor);
          expect([...gathered]).toEqual(indices.map((index) => stored[index]!));
        }
      }),
    );
  });

  test('have values of the kind that is stored, in an array of their own', () => {
    const bytes = Buffer.from([1, 2, 3, 4, 5, 6]);
    const transposed = gatherStrided(bytes, [3, 2], [1, 3]);
    expect(transposed).toEqual(Uint8Array.of(1, 4, 2, 5, 3, 6));
    expect(transposed.buffer).not.toBe(bytes.buffer);
  });

  test('may have a stride beyond all numbers where it is never used, and any size where there is nothing', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const huge = Number.MAX_SAFE_INTEGER;
    expect(gatherStrided(values, [2, 1, 2, 1], [1, huge, 2, huge])).toEqual(Float32Array.of(1, 3, 2, 4));
    expect(gatherStrided(values, [huge, 0], [huge, huge])).toEqual(new Float32Array(0));
  });
});

test('row-major strides', () => {
  expect(rowMajorStrides([])).toEqual([]);
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(isRowMajor([2, 3, 4], [12, 4, 1])).toBe(true);
  expect(isRowMajor([2, 1, 4], [4, 99, 1])).toBe(true);
  expect(isRowMajor([3, 2], [1, 3])).toBe(false);
  expect(isRowMajor([3, 0], [7, 7])).toBe(true);
});

test('values are broadcast along what is repeated', () => {
  expect(broadcastTo(Float32Array.of(1, 2), [2, 1], [2, 2, 3])).toEqual(
    Float32Array.of(1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2),
  );
  const values = Float64Array.of(1, 2);
  expect(broadcastTo(values, [2], [2])).toBe(values);
});
