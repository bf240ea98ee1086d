import * as v from 'valibot';
import type { Measure as Method } from '../../src/core/measures';
import type { Report } from '../../src/core/report';
import type { AnalysisEvent, MatrixPicture, PanelSelection, ResultSummary } from '../../src/protocol';
import type { Thumbnail } from './data/thumbnail';
import type { Camera } from './matrix/camera';

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
  /** What is seen of the matrix; null: all of it. */
  readonly camera: Camera | null;
  /** How far the page is scrolled, in pixels. */
  readonly top: number;
}

/** A matrix that has come, and whose it is: while the next one is on its way it is not the selected one. */
export interface ShownMatrix {
  readonly result: string;
  readonly layer: string;
  readonly method: string;
  readonly picture: MatrixPicture;
  /** Unit → what it is called. */
  readonly names: readonly string[];
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
  readonly matrix: Loadable<ShownMatrix>;
  readonly thumbnails: ReadonlyMap<Method, Thumbnail>;
  readonly progress: ReadonlyMap<string, Progress>;
  /** What is done of analyses under way, by result. */
  readonly partial: ReadonlyMap<string, readonly MethodDone[]>;
  /** What the user asked for and could not be done; null: all is well. */
  readonly problem: string | null;
}

const camera = v.object({ x: v.number(), y: v.number(), span: v.number() });
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
    camera: v.fallback(v.nullable(camera), null),
    top: v.fallback(v.number(), 0),
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
    matrix: { state: 'none' },
    thumbnails: new Map(),
    progress: new Map(),
    partial: new Map(),
    problem: null,
  };
}

/** What outlives the page. */
export const kept = ({ selection, view }: State): Pick<State, 'selection' | 'view'> => ({ selection, view });
