import { elementSimilarity, overlap } from '../agreement/overlap';
import type { Labels, SquareMatrix } from '../base/matrix';
import { cluster, type Clustering, type ClusterOptions } from './cluster';

/** Two units that a smaller share of the partitions puts together count as apart. */
const THRESHOLD = 0.5;
/** Rounds at the end of which the partitions differ no more; a handful is usual. */
const MAX_ROUNDS = 20;

/**
 * The partition that many agree on (Lancichinetti and Fortunato, Scientific Reports 2, 336, 2012). The share of partitions
 * that put two units together is a similarity. Partitions of this similarity are more alike than those it was made of;
 * this is repeated until they are all the same.
 *
 * @param partitions of the same units, from different starts or resampled data
 * @returns a partition of the units, −1 where most partitions have the unit dead
 */
export function consensus(
  partitions: readonly Labels[],
  { resolution = 1, seed = 0 }: Pick<ClusterOptions, 'resolution' | 'seed'> = {},
): Labels {
  let present = partitions;
  for (let round = 0; round < MAX_ROUNDS && !allEqual(present); round++) {
    const matrix = coAssignment(present);
    present = partitions.map((_, k) => cluster(matrix, { resolution, seed: seed + k, effort: 0.1 }).labels);
  }
  return present[0] ?? new Int32Array();
}

/** The consensus of partitions from `starts` seeds, and how far each of them agrees with it. */
export function consensusOfStarts(
  matrix: SquareMatrix,
  starts: number,
  options: ClusterOptions = {},
): { readonly labels: Labels; readonly similarity: number | null } {
  const { seed = 0 } = options;
  const found: Clustering[] = Array.from({ length: starts }, (_, k) =>
    cluster(matrix, { ...options, solver: 'louvain', seed: seed + k }),
  );
  const labels = consensus(
    found.map((clustering) => clustering.labels),
    options,
  );
  const similarities = found.flatMap((other) => elementSimilarity(overlap(labels, other.labels)) ?? []);
  const mean = similarities.reduce((sum, value) => sum + value, 0) / similarities.length;
  return { labels, similarity: similarities.length === 0 ? null : mean };
}

/** Share of the partitions in which two units are in one cluster; shares below THRESHOLD are zero. */
export function coAssignment(partitions: readonly Labels[]): SquareMatrix {
  const size = partitions[0]?.length ?? 0;
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const together = partitions.filter((labels) => labels[i]! >= 0 && labels[i] === labels[j]).length;
      const share = together / partitions.length;
      if (share >= THRESHOLD) data[i * size + j] = data[j * size + i] = share;
    }
  }
  return { size, data };
}

function allEqual(partitions: readonly Labels[]): boolean {
  const [first] = partitions;
  return partitions.every((labels) => first !== undefined && labels.every((label, i) => label === first[i]));
}
