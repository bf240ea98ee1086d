import { linearSumAssignment } from 'linear-sum-assignment';
import type { Overlap } from './overlap';

/**
 * The one-to-one matching of the clusters of two partitions under which most units stay in matched clusters: the
 * assignment problem, solved by the library linear-sum-assignment with the Jonker–Volgenant algorithm (Crouse, IEEE
 * Transactions on Aerospace and Electronic Systems 52, 1679, 2016). A cluster of the dead is never matched.
 *
 * Its weight is the number of shared units and not their Jaccard index: the sum is then itself the number of units that
 * stay, and no small cluster can outweigh a large one.
 */
export class OptimalMatching {
  /** The live part of the table, a row per cluster of the first partition. */
  readonly #table: readonly Float64Array[];

  constructor(private readonly overlap: Overlap) {
    this.#table = Array.from({ length: overlap.liveRows }, () => new Float64Array(overlap.liveColumns));
  }

  /** Units in matched clusters of a table. @param counts a table with the same margins */
  matched(counts: Int32Array): number {
    return this.overlap.liveRows === 0 || this.overlap.liveColumns === 0 ? 0 : this.#solve(counts).gain;
  }

  /**
   * The column that each live row is matched with, −1 where it is matched with none or shares no unit with it. Where several
   * matchings are equally good, which one it is depends on the labels.
   */
  columnOfRow(): Int32Array {
    const { liveRows, liveColumns, columns, counts } = this.overlap;
    const columnOf = new Int32Array(liveRows).fill(-1);
    if (liveRows === 0 || liveColumns === 0) return columnOf;
    this.#solve(counts).rowAssignments.forEach((column, row) => {
      if (column >= 0 && counts[row * columns.length + column]! > 0) columnOf[row] = column;
    });
    return columnOf;
  }

  #solve(counts: Int32Array): ReturnType<typeof linearSumAssignment> {
    const { columns, liveColumns } = this.overlap;
    this.#table.forEach((row, i) => {
      row.set(counts.subarray(i * columns.length, i * columns.length + liveColumns));
    });
    return linearSumAssignment([...this.#table]);
  }
}
