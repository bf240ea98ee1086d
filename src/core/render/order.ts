import type { SquareMatrix } from '../base/matrix';

/** A run of units of one cluster in the new order. */
export interface Segment {
  /** The cluster's label, −1 for the dead units. */
  readonly label: number;
  readonly start: number;
  readonly size: number;
}

export interface ClusterOrder {
  /** Position → unit. */
  readonly units: Int32Array;
  readonly segments: readonly Segment[];
}

/**
 * Clusters by label, dead units last. Within a cluster the units most strongly tied to it come first, so that its
 * core shows as a bright corner.
 *
 * @param labels unit → label, −1 dead, as many as the matrix has units
 */
export function orderByCluster({ size, data }: SquareMatrix, labels: readonly number[]): ClusterOrder {
  const strength = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++)
      if (j !== i && labels[j] === labels[i]) strength[i]! += data[i * size + j]!;
  }
  const rank = (unit: number): number => {
    const label = labels[unit]!;
    return label < 0 ? Infinity : label;
  };
  const units = Int32Array.from({ length: size }, (_, i) => i).sort((a, b) => {
    const rankA = rank(a);
    const rankB = rank(b);
    return rankA === rankB ? strength[b]! - strength[a]! || a - b : rankA - rankB;
  });

  const segments: Segment[] = [];
  for (let start = 0; start < size;) {
    const label = labels[units[start]!]!;
    let end = start + 1;
    while (end < size && labels[units[end]!] === label) end++;
    segments.push({ label, start, size: end - start });
    start = end;
  }
  return { units, segments };
}

/**
 * The matrix in a new order, averaged over blocks where it has more than `limit` units. The diagonal, which no
 * clustering looks at and which outshines the rest, is left out: NaN where nothing else is in a cell.
 *
 * @param units position → unit
 * @returns side² values, row-major
 */
export function orderedCells(
  { size, data }: SquareMatrix,
  units: Int32Array,
  limit: number,
): { readonly side: number; readonly values: Float64Array } {
  const side = Math.min(size, limit);
  const cellOf = Int32Array.from({ length: size }, (_, position) => Math.floor((position * side) / size));
  const sums = new Float64Array(side * side);
  const counts = new Int32Array(side * side);
  for (let row = 0; row < size; row++) {
    const from = units[row]! * size;
    const to = cellOf[row]! * side;
    for (let column = 0; column < size; column++) {
      if (column === row) continue;
      const cell = to + cellOf[column]!;
      sums[cell]! += data[from + units[column]!]!;
      counts[cell]! += 1;
    }
  }
  return { side, values: sums.map((sum, cell) => sum / counts[cell]!) };
}
