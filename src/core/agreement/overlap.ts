import type { Labels } from '../base/matrix';

/*
 * The contingency table of two partitions, from which all metrics of partitions are computed, and the metrics that count
 * units and pairs of units. To add a metric: compute it in this folder, call it in analysis/agreement.ts, describe it in
 * report.ts, and word it for the panel in webview/panel.
 */

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
 * The contingency table of two partitions.
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
 * Whether both partitions are one cluster, or both are all singletons. Every relabelling of the units then gives the same
 * two partitions, and a metric adjusted for chance is 0/0. The partitions are equal, so it is 1 by convention, that of
 * scikit-learn, as it is of all other equal partitions.
 */
export function isTrivial({ units, rows, columns }: Overlap): boolean {
  const clusters = rows.length;
  return clusters === columns.length && (clusters === 1 || clusters === units);
}

/**
 * Element-centric similarity of two partitions (Gates, Wood, Hetrick and Ahn, Scientific Reports 9, 8574, 2019).
 * Where clusters are disjoint, the personalised PageRank that it is built on has a closed form, whatever its α: the mean
 * over units of |C ∩ C′| / max(|C|, |C′|), C and C′ the unit's two clusters.
 *
 * @returns 0 … 1; null without units
 */
export function elementSimilarity({ units, rows, columns, counts }: Overlap): number | null {
  if (units === 0) return null;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      sum += counts[i * columns.length + j]! ** 2 / Math.max(rows[i]!, columns[j]!);
    }
  }
  return sum / units;
}

/**
 * The mean element-centric similarity over all ways to shuffle one partition's labels over the units: what chance alone
 * gives partitions with these cluster sizes. It is exact, because the number of units that two clusters share is
 * hypergeometric, and the similarity needs only its mean square.
 *
 * @returns 0 … 1; null with fewer than two units
 */
export function elementSimilarityByChance({ units, rows, columns }: Overlap): number | null {
  if (units < 2) return null;
  let sum = 0;
  for (const r of rows) {
    for (const c of columns) {
      const mean = (r * c) / units;
      const variance = (mean * (units - r) * (units - c)) / (units * (units - 1));
      sum += (mean ** 2 + variance) / Math.max(r, c);
    }
  }
  return sum / units;
}

/**
 * Adjusted Rand index (Hubert and Arabie, Journal of Classification 2, 193, 1985): pairs of units that are
 * together in both partitions, adjusted for chance under permutation.
 *
 * @returns 1 for equal partitions, those of one cluster and of singletons included; 0 expected by chance; null without units
 */
export function adjustedRand(overlap: Overlap): number | null {
  if (overlap.units === 0) return null;
  if (isTrivial(overlap)) return 1;
  const together = pairs(overlap.counts);
  const first = pairs(overlap.rows);
  const second = pairs(overlap.columns);
  const expected = (first * second) / ((overlap.units * (overlap.units - 1)) / 2);
  return (together - expected) / ((first + second) / 2 - expected);
}

/** Pairs of units within clusters. */
function pairs(sizes: Int32Array): number {
  return sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}
