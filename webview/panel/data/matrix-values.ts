import type { MatrixPart } from '../../../src/core/report/association-card';
import type { Panel } from '../panel';
import type { ShownMatrix } from '../state';
import { words } from '../strings';
import type { Rows } from '../view/plain-table';
import type { Write } from './format';

/** Positions from `start`, as many as there are of `span`. */
const range = (start: number, span: number, units: number): number[] =>
  Array.from({ length: Math.min(span, units - start) }, (_, i) => start + i);

/** Exact associations of a part of the matrix, row by row. */
export function valuesOf(
  panel: Panel,
  shown: ShownMatrix,
  { row, column, span }: MatrixPart,
): Promise<Float64Array> {
  const { order, units } = shown.picture;
  const unitsFrom = (start: number): number[] =>
    range(start, span, units).map((position) => order[position]!);
  return panel.values(shown, unitsFrom(row), unitsFrom(column));
}

/**
 * A part of the matrix as a table, with the names of its units.
 * @param values null while they are on their way
 */
export function valueRows(
  { picture: { order, clusters, units }, names }: ShownMatrix,
  { row, column, span }: MatrixPart,
  values: Float64Array | null,
  write: Write,
): Rows {
  const columns = range(column, span, units);
  const name = (position: number): string =>
    `${names[order[position]!] ?? ''} (${words.clusterName(clusters[position]!)})`;
  return [
    ['', ...columns.map(name)],
    ...range(row, span, units).map((position, i) => [
      name(position),
      ...columns.map((_, j) => write(values?.[i * columns.length + j] ?? null)),
    ]),
  ];
}
