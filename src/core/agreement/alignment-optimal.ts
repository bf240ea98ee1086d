import { clusteredUnits } from './alignment';
import type { Overlap } from './overlap';

/**
 * The alignment score under the best one-to-one matching of clusters rather than the greedy one: at least as
 * high, at most twice as high, and independent of labels and order.
 *
 * @returns 0 … 1, 1 for equal partitions; null where a partition has no live units
 */
export function alignmentOptimal(overlap: Overlap): number | null {
  const units = clusteredUnits(overlap);
  if (units === 0) return null;
  const { liveRows, liveColumns, columns, counts } = overlap;
  const count = (row: number, column: number): number => counts[row * columns.length + column]!;
  const matched =
    liveRows <= liveColumns
      ? largestAssignment(liveRows, liveColumns, count)
      : largestAssignment(liveColumns, liveRows, (column, row) => count(row, column));
  return matched / units;
}

/**
 * The largest sum of values, one in each row and at most one in each column; at least as many columns as rows.
 * The Hungarian method (Kuhn, Naval Research Logistics Quarterly 2, 83, 1955) by shortest augmenting paths
 * (Jonker and Volgenant, Computing 38, 325, 1987), in O(rows² × columns).
 */
function largestAssignment(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): number {
  const rowDual = new Float64Array(rows);
  const columnDual = new Float64Array(columns);
  const rowAt = new Int32Array(columns).fill(-1);
  const slack = new Float64Array(columns);
  /** The column before each on the shortest path, −1 at its start. */
  const before = new Int32Array(columns);
  for (let start = 0; start < rows; start++) {
    slack.fill(Infinity);
    const visited: number[] = [];
    const unvisited = new Set(columnDual.keys());
    let row = start;
    let last = -1;
    let distance = 0;
    // Dijkstra's algorithm over columns, by reduced costs, until one is free.
    while (row >= 0) {
      let nearest = -1;
      for (const column of unvisited) {
        const path = distance - value(row, column) - rowDual[row]! - columnDual[column]!;
        if (path < slack[column]!) {
          slack[column] = path;
          before[column] = last;
        }
        if (nearest < 0 || slack[column]! < slack[nearest]!) nearest = column;
      }
      distance = slack[nearest]!;
      unvisited.delete(nearest);
      visited.push(nearest);
      last = nearest;
      row = rowAt[nearest]!;
    }
    // Reduced costs stay non-negative, and zero along the matching.
    rowDual[start]! += distance;
    for (const column of visited) {
      const gain = distance - slack[column]!;
      columnDual[column]! -= gain;
      if (rowAt[column]! >= 0) rowDual[rowAt[column]!]! += gain;
    }
    for (let column = last; column >= 0; column = before[column]!) {
      rowAt[column] = before[column]! < 0 ? start : rowAt[before[column]!]!;
    }
  }
  return rowAt.reduce((sum, row, column) => (row < 0 ? sum : sum + value(row, column)), 0);
}
