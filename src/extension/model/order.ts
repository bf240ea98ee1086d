import type { Entry } from './entry';

export const SORTS = ['name', 'newest', 'modularity'] as const;
export type Sort = (typeof SORTS)[number];

/** A checkpoint with what it is sorted and filtered by. */
export interface Row {
  readonly entry: Entry;
  /** Path within the workspace. */
  readonly name: string;
  readonly mtimeMs: number;
  /** Its highest; null where it is not analyzed. */
  readonly q: number | null;
}

// "epoch=9" before "epoch=10".
const natural = new Intl.Collator(undefined, { numeric: true });

export function sortRows(rows: readonly Row[], sort: Sort): Row[] {
  const byName = (a: Row, b: Row): number => natural.compare(a.name, b.name);
  return [...rows].sort((a, b) => {
    if (sort === 'newest') return b.mtimeMs - a.mtimeMs || byName(a, b);
    if (sort === 'modularity' && a.q !== b.q) return (b.q ?? -Infinity) - (a.q ?? -Infinity);
    return byName(a, b);
  });
}

/** Keeps what has every word of the filter in its name or state, whatever the case. */
export function filterRows(rows: readonly Row[], filter: string): Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ entry, name }) => {
    const text = `${name} ${entry.state}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
