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
    counts,
    liveRows: first.live,
    liveColumns: second.live,
  };
}

/** The clusters that occur, numbered from 0 in order of label, the dead last. */
function clustersOf(labels: Labels): { clusterOf: Int32Array; sizes: Int32Array; live: number } {
  // Read as unsigned, −1 is the greatest of all labels.
  const distinct = Uint32Array.from(new Set(labels)).sort();
  const index = new Map(Array.from(distinct, (label, i) => [label | 0, i]));
  const clusterOf = labels.map((label) => index.get(label) ?? 0);
  const sizes = new Int32Array(distinct.length);
  for (const cluster of clusterOf) sizes[cluster]!++;
  return { clusterOf, sizes, live: index.has(-1) ? distinct.length - 1 : distinct.length };
}

/**
 * Whether every relabelling of the units gives the same two partitions: both are one cluster, or both are all
 * singletons. What is adjusted for chance is then 0/0.
 */
export function isTrivial({ units, rows, columns }: Overlap): boolean {
  const clusters = rows.length;
  return clusters === columns.length && (clusters <= 1 || clusters === units);
}
