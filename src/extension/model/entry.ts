import { type Stage, STAGES } from '../../core/analysis/progress';
import type { Subject } from '../../core/base/error';
import type { AnalysisEvent } from '../../protocol';

export type ProgressEvent = Extract<AnalysisEvent, { type: 'progress' }>;
export type MeasureEvent = Extract<AnalysisEvent, { type: 'method' }>;

/**
 * `new`: never analyzed. `stale`: it, its settings or its data changed since. `partial`: analyzed, but not compared with
 * null networks yet.
 */
export type EntryState = 'new' | 'waiting' | 'running' | 'partial' | 'done' | 'stale' | 'failed';

/** A checkpoint and what is known of its modules. */
export interface Entry {
  readonly path: string;
  readonly state: EntryState;
  /** Why it failed. */
  readonly message: string | null;
  /** What choosing otherwise may mend it. */
  readonly about: Subject | null;
  /** While it runs. */
  readonly progress: ProgressEvent | null;
  /** The measures of the running analysis that are clustered already. */
  readonly measures: readonly MeasureEvent[];
  /** Where its newest result lies, which a later run may have failed to replace. */
  readonly folder: string | null;
}

export function newEntry(path: string): Entry {
  return { path, state: 'new', message: null, about: null, progress: null, measures: [], folder: null };
}

export function isBusy({ state }: Entry): boolean {
  return state === 'waiting' || state === 'running';
}

/** How much of an analysis is done, 0 … 1: every stage counts the same, as nobody knows how long each will take. */
export function shareDone({ stage, done, total }: ProgressEvent): number {
  const index = STAGES.indexOf(stage as Stage); // −1 for one that is none
  if (index < 0) return 0;
  return (index + (total > 0 ? Math.min(1, done / total) : 0)) / STAGES.length;
}

export type Sort = 'name' | 'newest' | 'modularity';

/** A checkpoint with what it is sorted and filtered by. */
export interface Row {
  readonly entry: Entry;
  /** Path within the workspace. */
  readonly name: string;
  readonly mtimeMs: number;
  /** Its highest; null where it is not analyzed. */
  readonly q: number | null;
}

/** "epoch=9" before "epoch=10". */
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
