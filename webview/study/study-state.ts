import * as v from 'valibot';
import { MEASURES } from '../../src/core/measures';
import type {
  StudyDrawing,
  StudyFigureOptions,
  StudyKey,
  StudyMethods,
  StudyNotice,
  StudyOverview,
  StudySummary,
} from '../../src/protocol';

/** A figure as it was drawn last. */
export interface ShownFigure {
  /** null: not drawn yet, or it failed. */
  readonly drawn: StudyDrawing | null;
  /** Why it could not be drawn. */
  readonly problem: string | null;
}

/** What of the page outlives it. */
export interface KeptState {
  readonly options: StudyFigureOptions;
  /** Whether the form of the grouping is open. */
  readonly grouping: boolean;
  /** How far the page is scrolled, in pixels. */
  readonly top: number;
}

export interface StudyState extends KeptState {
  /** null: not known yet. */
  readonly summary: StudySummary | null;
  readonly overview: StudyOverview | null;
  readonly findings: StudyMethods['findings']['output'] | null;
  /** What the checkpoints of the plan are called. */
  readonly names: readonly string[];
  readonly figures: ReadonlyMap<string, ShownFigure>;
  readonly progress: Extract<StudyNotice, { type: 'progress' }> | null;
  /** Roles that the user gave to keys and has not applied yet. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly pick: 'best' | 'last' | 'all' | null;
  /** Why what the user asked for could not be done; null: all is well. */
  readonly problem: string | null;
}

/** What a key can be made. */
export type Role = Exclude<StudyKey['role'], 'constant'>;

const Options = v.object({
  group: v.fallback(v.picklist(['measure', 'family']), 'measure'),
  x: v.fallback(v.picklist(['auto', 'value', 'log', 'percent']), 'auto'),
  layers: v.fallback(v.picklist(['pooled', 'each']), 'pooled'),
  runs: v.fallback(v.picklist(['lines', 'points', 'none']), 'points'),
  spread: v.fallback(v.picklist(['se', 'bootstrap']), 'se'),
  threshold: v.fallback(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), 0.8),
  metric: v.fallback(v.string(), 'element_sim'),
  run: v.fallback(v.nullable(v.string()), null),
  measure: v.fallback(v.nullable(v.picklist(MEASURES)), null),
});
const Kept = v.object({
  options: v.fallback(Options, v.parse(Options, {})),
  grouping: v.fallback(v.boolean(), false),
  top: v.fallback(v.number(), 0),
});

/**
 * The state to begin with.
 * @param saved what the page kept, perhaps by an earlier version: what does not fit takes its default
 */
export function initialState(saved: unknown): StudyState {
  const kept = v.safeParse(Kept, saved);
  return {
    ...(kept.success ? kept.output : v.parse(Kept, {})),
    summary: null,
    overview: null,
    findings: null,
    names: [],
    figures: new Map(),
    progress: null,
    roles: new Map(),
    pick: null,
    problem: null,
  };
}
