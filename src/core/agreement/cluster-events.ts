import { OptimalMatching } from './optimal-matching';
import type { Overlap } from './overlap';

/**
 * What becomes of clusters between two partitions of the same units, an earlier and a later one. Clusters are given by their
 * labels. Those that are matched and share enough continue; what does not continue was born, died, merged or split.
 */
export interface ClusterEvents {
  /** Earlier and later label, one-to-one, and the units that they share. */
  readonly continued: readonly { readonly from: number; readonly to: number; readonly units: number }[];
  readonly births: readonly number[];
  readonly deaths: readonly number[];
  /** Two or more clusters whose units are mostly in one later cluster. */
  readonly merges: readonly { readonly from: readonly number[]; readonly to: number }[];
  /** Two or more clusters whose units are mostly from one earlier cluster. */
  readonly splits: readonly { readonly from: number; readonly to: readonly number[] }[];
}

/**
 * The events of Palla, Barabási and Vicsek (Nature 446, 664, 2007) by the rules of Greene, Doyle and Cunningham (ASONAM 2010),
 * where a cluster may have several partners, and one threshold for all of them, "more than half":
 *
 * - A continues as B: they are matched one to one (see OptimalMatching), and share more than half of their mean size. That is
 *   a Jaccard index above ⅓. Without a threshold noise would continue as well.
 * - Clusters merge into B: more than half of the units of each are in B, or it continues as B; two or more of them.
 * - A splits into clusters: more than half of the units of each are from A, or A continues as it; two or more of them.
 * - A later cluster that comes from none of these is born; an earlier one that ends in none of these dies.
 *
 * A merge or a split may have a member that continues: the cluster lives on, with the others in it or without them.
 *
 * @param overlap with the dead `as-cluster`: a cluster whose units die shrinks by them. The dead themselves are no cluster
 */
export function clusterEvents(overlap: Overlap): ClusterEvents {
  const { rows, columns, rowLabels, columnLabels, counts, liveRows, liveColumns } = overlap;
  const shared = (row: number, column: number): number => counts[row * columns.length + column]!;
  const matched = new OptimalMatching(overlap).columnOfRow();
  const liveRow = indices(liveRows);
  const liveColumn = indices(liveColumns);
  const doesContinue = (row: number, column: number): boolean =>
    matched[row] === column && 4 * shared(row, column) > rows[row]! + columns[column]!;

  const continued = liveRow.flatMap((row) => {
    const column = matched[row]!;
    if (column < 0 || !doesContinue(row, column)) return [];
    return [{ from: rowLabels[row]!, to: columnLabels[column]!, units: shared(row, column) }];
  });
  const merges = liveColumn.flatMap((column) => {
    const from = liveRow.filter((row) => 2 * shared(row, column) > rows[row]! || doesContinue(row, column));
    return from.length < 2 ? [] : [{ from: from.map((row) => rowLabels[row]!), to: columnLabels[column]! }];
  });
  const splits = liveRow.flatMap((row) => {
    const to = liveColumn.filter(
      (column) => 2 * shared(row, column) > columns[column]! || doesContinue(row, column),
    );
    return to.length < 2 ? [] : [{ from: rowLabels[row]!, to: to.map((column) => columnLabels[column]!) }];
  });

  const ended = new Set([
    ...continued.map(({ from }) => from),
    ...merges.flatMap(({ from }) => from),
    ...splits.map(({ from }) => from),
  ]);
  const begun = new Set([
    ...continued.map(({ to }) => to),
    ...merges.map(({ to }) => to),
    ...splits.flatMap(({ to }) => to),
  ]);
  return {
    continued,
    births: [...columnLabels.subarray(0, liveColumns)].filter((label) => !begun.has(label)),
    deaths: [...rowLabels.subarray(0, liveRows)].filter((label) => !ended.has(label)),
    merges,
    splits,
  };
}

const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);
