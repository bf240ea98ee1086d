/** A square matrix of float64, row-major: entry (i, j) is data[i * size + j]. */
export interface SquareMatrix {
  readonly size: number;
  readonly data: Float64Array;
}

/** Cluster label per unit: 0, 1, …, or −1 for a dead unit, which is in no cluster. */
export type Labels = Int32Array;
