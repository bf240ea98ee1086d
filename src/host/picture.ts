import type { SquareMatrix } from '../core/base/matrix';
import { associationRange, type AssociationRange } from '../core/render/association-figure';
import { orderByCluster } from '../core/render/order';
import { HIGHEST_BYTE, type MatrixPicture, NO_VALUE } from '../matrix-messages';

/** A level of the pyramid: the picture at one width. */
type Level = MatrixPicture['levels'][number];

/** The order of a picture: position → unit, and the cluster per position. */
export type PictureOrder = Pick<MatrixPicture, 'order' | 'clusters'>;

/** How a matrix becomes a picture. */
interface PictureOptions {
  readonly scale: 'linear' | 'log';
  /** Side of the widest level that is kept; null: all are. */
  readonly widest: number | null;
  /** Position → unit, and the clusters that they are ordered by; default: the matrix's own. */
  readonly order?: PictureOrder | undefined;
  /** Of the colours; default: the matrix's own. */
  readonly range?: AssociationRange | undefined;
}

/**
 * An association matrix as a picture.
 * @param matrix its diagonal is overwritten
 * @param labels unit → cluster, −1 dead
 */
export function matrixPicture(
  matrix: SquareMatrix,
  labels: readonly number[],
  { scale, widest, order = orderOf(matrix, labels), range = rangeOf(matrix, scale) }: PictureOptions,
): MatrixPicture {
  const { size, data } = matrix;
  clearDiagonal(matrix);
  const bytes = permuted(quantise(data, range, scale), size, order.order);
  return {
    units: size,
    ...order,
    low: range.low,
    high: range.high,
    scale,
    levels: pyramid({ size, bytes }).filter((level) => widest === null || level.size <= widest),
  };
}

/** Units by cluster, the largest first, the dead last. */
export function orderOf(matrix: SquareMatrix, labels: readonly number[]): PictureOrder {
  const { units } = orderByCluster(matrix, bySize(labels));
  return { order: units, clusters: units.map((unit) => labels[unit]!) };
}

/** What of a matrix is told apart by colours. @param matrix its diagonal is overwritten */
export function rangeOf(matrix: SquareMatrix, scale: 'linear' | 'log'): AssociationRange {
  clearDiagonal(matrix);
  return associationRange(matrix.data, scale);
}

/** No clustering looks at the diagonal, and it outshines the rest. */
function clearDiagonal({ size, data }: SquareMatrix): void {
  for (let i = 0; i < size; i++) data[i * size + i] = NaN;
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

/**
 * Values as bytes: round(254 · position) of what lies between the ends of the range, beyond them the ends.
 * @param values not negative, or NaN; from the beginning of their buffer
 */
export function quantise(
  values: Float64Array,
  range: AssociationRange,
  kind: 'linear' | 'log',
): Uint8Array<ArrayBuffer> {
  return kind === 'linear' ? linear(values, range) : logarithmic(values, range);
}

function linear(values: Float64Array, { low, high }: AssociationRange): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length);
  const factor = HIGHEST_BYTE / (high - low);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= high) bytes[i] = HIGHEST_BYTE;
    else if (value > low) bytes[i] = ((value - low) * factor + 0.5) | 0;
    // A comparison with NaN is false.
    else bytes[i] = value <= low ? 0 : NO_VALUE;
  }
  return bytes;
}

/** Bits of a float64 that are kept of its upper half: sign, exponent, and 14 of the mantissa. */
const KEPT = 26;
const DROPPED = 32 - KEPT;
/** Logarithm of the ratio of the ends of a byte's values that is safely more than one step of the kept bits. */
const NARROWEST = 2 ** -14;

/**
 * Sixteen million logarithms take a third of a second. Positive floats sort as their bits do, so that the upper bits give
 * the byte, or the one below where the next one begins among floats of the same upper bits: a comparison settles it.
 */
function logarithmic(values: Float64Array, { low, high }: AssociationRange): Uint8Array<ArrayBuffer> {
  const step = Math.log(high / low) / HIGHEST_BYTE;
  // Narrower than the upper bits can tell apart; over so short a way a logarithm is a straight line.
  if (step < NARROWEST) return linear(values, { low, high, clipped: false });
  const begins = Float64Array.from({ length: HIGHEST_BYTE + 2 }, (_, byte) =>
    byte > HIGHEST_BYTE ? Infinity : low * Math.exp((byte - 0.5) * step),
  );
  const first = upperBits(low);
  const table = new Uint8Array(upperBits(high) - first + 1);
  for (let i = 0, byte = 0; i < table.length; i++) {
    while (fromUpperBits(first + i) >= begins[byte + 1]!) byte++;
    table[i] = byte;
  }
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= high) bytes[i] = HIGHEST_BYTE;
    else if (value > low) {
      const byte = table[(words[2 * i + 1]! >>> DROPPED) - first]!;
      bytes[i] = byte + Number(value >= begins[byte + 1]!);
    } else bytes[i] = value <= low ? 0 : NO_VALUE;
  }
  return bytes;
}

function upperBits(value: number): number {
  return new Uint32Array(Float64Array.of(value).buffer)[1]! >>> DROPPED;
}

function fromUpperBits(bits: number): number {
  return new Float64Array(Uint32Array.of(0, bits << DROPPED).buffer)[0]!;
}
