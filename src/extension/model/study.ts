import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { PlannedStudy } from '../../protocol';

const keys = v.exactOptional(v.pipe(v.array(v.string()), v.readonly()));

const Record = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  /** `analyses`: of checkpoints of this workspace. `folder`: made by the command line, and only shown here. */
  kind: v.picklist(['analyses', 'folder']),
  /** The folders of the checkpoints; that of the study. */
  folders: v.pipe(v.array(v.string()), v.minLength(1), v.readonly()),
  grouping: v.object({
    by: keys,
    replicate: keys,
    ignore: keys,
    pick: v.fallback(v.picklist(['best', 'last', 'all']), 'all'),
  }),
  /** It is to go on whenever it can. */
  running: v.fallback(v.boolean(), false),
  /** What it had come to when it was last seen. */
  counts: v.object({ planned: v.number(), done: v.number(), failed: v.number() }),
  /** How its checkpoints belong together; empty while that is not known. */
  sentence: v.fallback(v.string(), ''),
});

/** What is kept of a study from one window to the next. */
export type StudyRecord = v.InferOutput<typeof Record>;

/** Records as they were kept, perhaps by another version: those that do not fit are dropped. */
export function keptRecords(kept: unknown): StudyRecord[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((one: unknown) => {
    const result = v.safeParse(Record, one);
    return result.success ? [result.output] : [];
  });
}

/** A study and what is known of it. */
export interface Study extends StudyRecord {
  /** null: it is not known yet. */
  readonly plan: PlannedStudy | null;
  /** Of the checkpoints of the plan. */
  readonly paths: ReadonlySet<string>;
  /** It is being found out. */
  readonly planning: boolean;
  /** Why it could not be planned. */
  readonly problem: string | null;
  /** Checkpoints that have a result which holds → its number: another result of the same has another. */
  readonly done: ReadonlyMap<string, number>;
  /** Counts the changes of `done` and `failures`. */
  readonly results: number;
  /** Checkpoint → why it failed. */
  readonly failures: ReadonlyMap<string, string>;
}

/** A study of which only what was kept is known. */
export function keptStudy(record: StudyRecord): Study {
  return {
    ...record,
    plan: null,
    paths: new Set(),
    planning: false,
    problem: null,
    done: new Map(),
    results: 0,
    failures: new Map(),
  };
}

/** The name of a study: the same for the same folders, and safe on every file system. */
export function studyId(kind: StudyRecord['kind'], folders: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...folders]))
    .digest('hex')
    .slice(0, 32);
}

export function recordOf(study: Study): StudyRecord {
  const { id, kind, folders, grouping, running, counts, sentence } = study;
  return { id, kind, folders, grouping, running, counts, sentence };
}

/** A study with what is kept of it as it is now, where its plan is known. */
export function counted(study: Study): Study {
  const { plan, done, failures } = study;
  if (plan === null) return study;
  const counts = { planned: plan.checkpoints.length, done: done.size, failed: failures.size };
  return { ...study, counts, sentence: plan.sentence };
}
