import type { Labels } from '../base/matrix';

/**
 * What becomes of dead units, those labelled −1: `exclude` leaves out the units that are dead in either
 * partition; `as-cluster` makes the dead of each partition a cluster, as Lange, Rolnick and Kording (2022) do.
 */
export type DeadPolicy = 'exclude' | 'as-cluster';

/** Two partitions of the same units, as the contingency table of their clusters. */
export interface Overlap {
  /** How many units are counted. */
  readonly units: number;
  /** Sizes of the first partition's clusters, in order of label; a cluster of the dead comes last. None is empty. */
  readonly rows: Int32Array;
  /** Sizes of the second partition's clusters, likewise. */
  readonly columns: Int32Array;
  /** The label of each row's cluster; −1 for the cluster of the dead. */
  readonly rowLabels: Labels;
  readonly columnLabels: Labels;
  /** Units in cluster i of the first and j of the second, at i * columns.length + j. */
  readonly counts: Int32Array;
  /** How many of the rows are clusters of live units: all, or all but the last. */
  readonly liveRows: number;
  readonly liveColumns: number;
}

/**
 * @param a label per unit, −1 dead
 * @param b label per unit, of the same length
 */
export function overlap(a: Labels, b: Labels, dead: DeadPolicy = 'exclude'): Overlap {
  if (a.length !== b.length) throw new RangeError(`Partitions of ${a.length} and of ${b.length} units`);
  const counted = (unit: number): boolean => dead === 'as-cluster' || (a[unit]! >= 0 && b[unit]! >= 0);
  const first = clustersOf(a.filter((_, unit) => counted(unit)));
  const second = clustersOf(b.filter((_, unit) => counted(unit)));
  const units = first.clusterOf.length;
  const counts = new Int32Array(first.sizes.length * second.sizes.length);
  for (let unit = 0; unit < units; unit++) {
    counts[first.clusterOf[unit]! * second.sizes.length + second.clusterOf[unit]!]!++;
  }
  return {
    units,
    rows: first.sizes,
    columns: second.sizes,
    rowLabels: first.labels,
    columnLabels: second.labels,
    counts,
    liveRows: first.live,
    liveColumns: second.live,
  };
}

interface Clusters {
  /** Unit → its cluster, counted from 0. */
  readonly clusterOf: Int32Array;
  readonly labels: Labels;
  readonly sizes: Int32Array;
  readonly live: number;
}

/** The clusters that occur, numbered from 0 in order of label, the dead last. */
function clustersOf(labelOf: Labels): Clusters {
  // Read as unsigned, −1 is the greatest of all labels.
  const labels = Int32Array.from(Uint32Array.from(new Set(labelOf)).sort());
  const index = new Map(Array.from(labels, (label, i) => [label, i]));
  const clusterOf = labelOf.map((label) => index.get(label) ?? 0);
  const sizes = new Int32Array(labels.length);
  for (const cluster of clusterOf) sizes[cluster]!++;
  return { clusterOf, labels, sizes, live: index.has(-1) ? labels.length - 1 : labels.length };
}

/**
 * Whether every relabelling of the units gives the same two partitions: both are one cluster, or both are all
 * singletons. What is adjusted for chance is then 0/0.
 */
export function isTrivial({ units, rows, columns }: Overlap): boolean {
  const clusters = rows.length;
  return clusters === columns.length && (clusters <= 1 || clusters === units);
}
