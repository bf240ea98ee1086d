import type { Subject } from '../../core/base/error';
import type { AnalysisEvent } from '../../protocol';

export type ProgressEvent = Extract<AnalysisEvent, { type: 'progress' }>;
export type MethodEvent = Extract<AnalysisEvent, { type: 'method' }>;

/** `new`: never analyzed. `stale`: it, its settings or its data changed since. */
export type EntryState = 'new' | 'waiting' | 'running' | 'done' | 'stale' | 'failed';

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
  /** What of the running analysis is clustered already. */
  readonly methods: readonly MethodEvent[];
  /** Where its newest result lies, which a later run may have failed to replace. */
  readonly folder: string | null;
}

export function newEntry(path: string): Entry {
  return { path, state: 'new', message: null, about: null, progress: null, methods: [], folder: null };
}

export function isBusy({ state }: Entry): boolean {
  return state === 'waiting' || state === 'running';
}
