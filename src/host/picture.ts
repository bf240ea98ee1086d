import type { SquareMatrix } from '../core/base/matrix';
import { associationRange } from '../core/report/association-range';
import { orderByCluster } from '../core/report/order';
import type { MatrixPicture } from '../protocol';
import { NO_VALUE, quantise } from './levels';

type Level = MatrixPicture['levels'][number];

/**
 * A matrix as a picture, its units by cluster.
 * @param matrix its diagonal is overwritten
 * @param labels unit → cluster, −1 dead
 * @param widest side of the widest level that is kept; null: all are
 */
export function matrixPicture(
  matrix: SquareMatrix,
  labels: readonly number[],
  scale: 'linear' | 'log',
  widest: number | null,
): MatrixPicture {
  const { size, data } = matrix;
  const { units: order } = orderByCluster(matrix, bySize(labels));
  // No clustering looks at the diagonal, and it outshines the rest.
  for (let i = 0; i < size; i++) data[i * size + i] = NaN;
  const range = associationRange(data, scale);
  const bytes = permuted(quantise(data, range, scale), size, order);
  return {
    units: size,
    order,
    clusters: order.map((unit) => labels[unit]!),
    low: range.low,
    high: range.high,
    scale,
    levels: pyramid({ size, bytes }).filter((level) => widest === null || level.size <= widest),
  };
}

/** The same clusters numbered from the largest on, which is the order they are shown in. */
function bySize(labels: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const label of labels) if (label >= 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const sorted = [...sizes].sort(([a, sizeA], [b, sizeB]) => sizeB - sizeA || a - b);
  const ranks = new Map(sorted.map(([label], rank) => [label, rank]));
  return labels.map((label) => ranks.get(label) ?? -1);
}

/** Rows and columns in a new order: position → unit. Bytes, so that a row stays in the fastest memory. */
function permuted(bytes: Uint8Array, size: number, order: Int32Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  for (let row = 0; row < size; row++) {
    const from = bytes.subarray(order[row]! * size, (order[row]! + 1) * size);
    const to = row * size;
    for (let column = 0; column < size; column++) result[to + column] = from[order[column]!]!;
  }
  return result;
}

/** Halved until nothing is left to halve. */
function pyramid(base: Level): Level[] {
  const levels = [base];
  for (let level = base; level.size > 1;) {
    level = halved(level);
    levels.push(level);
  }
  return levels;
}

/** Means of two by two, of those that have a value. */
function halved({ size, bytes }: Level): Level {
  const half = Math.ceil(size / 2);
  const result = new Uint8Array(half * half);
  for (let row = 0; row < half; row++) {
    const top = 2 * row * size;
    // Of an odd size the last row and column stand for themselves, twice.
    const bottom = 2 * row + 1 < size ? top + size : top;
    for (let column = 0; column < half; column++) {
      const left = 2 * column;
      const right = left + 1 < size ? left + 1 : left;
      const [a, b] = [bytes[top + left]!, bytes[top + right]!];
      const [c, d] = [bytes[bottom + left]!, bytes[bottom + right]!];
      result[row * half + column] = mean(a, b, c, d);
    }
  }
  return { size: half, bytes: result };
}

/** Of those that have a value; without an array, for there are millions of them. */
function mean(a: number, b: number, c: number, d: number): number {
  if (a !== NO_VALUE && b !== NO_VALUE && c !== NO_VALUE && d !== NO_VALUE) return (a + b + c + d + 2) >> 2;
  const known = [a, b, c, d].filter((byte) => byte !== NO_VALUE);
  return known.length === 0
    ? NO_VALUE
    : Math.round(known.reduce((sum, byte) => sum + byte, 0) / known.length);
}
