import { FAMILIES, familyOf, type Measure } from '../../measures';

/** Measures in rows of their families; null where a family has fewer than the other. */
export function measureRows(measures: readonly Measure[]): {
  readonly columns: number;
  readonly cells: readonly (Measure | null)[];
} {
  const rows = FAMILIES.map((family) => measures.filter((measure) => familyOf(measure) === family)).filter(
    ({ length }) => length > 0,
  );
  const columns = Math.max(1, ...rows.map(({ length }) => length));
  return {
    columns,
    cells: rows.flatMap((row) => Array.from({ length: columns }, (_, column) => row[column] ?? null)),
  };
}
