import * as v from 'valibot';
import type { Method, Report } from '../../src/core/analysis/report';
import type { AnalysisEvent, MatrixPicture, PanelSelection, ResultSummary } from '../../src/protocol';
import type { Thumbnail } from './data/thumbnail';

/** What is asked of the extension, on its way. */
export type Loadable<T> =
  | { readonly state: 'none' | 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string };

/** What the page keeps beside the selection that the extension knows of. */
export interface ViewState {
  readonly measure: 'q' | 'z' | 'count';
  /** Cluster of the selected method that is highlighted everywhere. */
  readonly cluster: number | null;
  /** Methods whose partitions are compared. */
  readonly pair: readonly [a: string, b: string] | null;
  /** Views shown as tables. */
  readonly tables: readonly ViewName[];
}

export type ViewName = 'modularity' | 'association' | 'agreement';
export type Progress = Extract<AnalysisEvent, { type: 'progress' }>;
export type MethodDone = Extract<AnalysisEvent, { type: 'method' }>;

export interface State {
  /** null until they are known. */
  readonly results: readonly ResultSummary[] | null;
  readonly selection: PanelSelection;
  readonly view: ViewState;
  readonly report: Loadable<Report>;
  readonly picture: Loadable<MatrixPicture>;
  readonly thumbnails: ReadonlyMap<Method, Thumbnail>;
  readonly progress: ReadonlyMap<string, Progress>;
  /** What is done of analyses under way, by result. */
  readonly partial: ReadonlyMap<string, readonly MethodDone[]>;
}

const name = v.fallback(v.nullable(v.string()), null);
const Saved = v.object({
  selection: v.object({
    result: name,
    layer: name,
    method: name,
    form: v.fallback(v.picklist(['raw', 'norm']), 'raw'),
    scale: v.fallback(v.picklist(['linear', 'log']), 'linear'),
    metric: v.fallback(v.string(), 'element_sim'),
    relative: v.fallback(v.boolean(), false),
    palette: v.fallback(v.picklist(['viridis', 'cividis']), 'viridis'),
  }),
  view: v.object({
    measure: v.fallback(v.picklist(['q', 'z', 'count']), 'q'),
    cluster: v.fallback(v.nullable(v.number()), null),
    pair: v.fallback(v.nullable(v.tuple([v.string(), v.string()])), null),
    tables: v.fallback(v.array(v.picklist(['modularity', 'association', 'agreement'])), []),
  }),
});

/** The state to begin with. What was kept may be of an earlier version: what does not fit takes its default. */
export function initialState(saved: unknown): State {
  const kept = v.safeParse(Saved, saved);
  const { selection, view } = kept.success ? kept.output : v.parse(Saved, { selection: {}, view: {} });
  return {
    results: null,
    selection,
    view,
    report: { state: 'none' },
    picture: { state: 'none' },
    thumbnails: new Map(),
    progress: new Map(),
    partial: new Map(),
  };
}

/** What outlives the page. */
export const kept = ({ selection, view }: State): Pick<State, 'selection' | 'view'> => ({ selection, view });
