import * as v from 'valibot';
import { isNormalised, type Measure } from '../../src/core/measures';
import type { Report } from '../../src/core/report';
import type { MatrixPicture } from '../../src/matrix-messages';
import type { AnalysisEvent, PanelSelection, ResultSummary } from '../../src/protocol';
import { inForm, measureReport, measuresOf } from './layer-measures';
import type { Camera } from './matrix/camera';

/** A matrix small enough for the page to keep one of every measure. */
export type Thumbnail = Pick<MatrixPicture, 'units' | 'order' | 'clusters' | 'levels'>;

/** What is asked of the extension, on its way. */
export type Loadable<T> =
  | { readonly state: 'none' | 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string };

/** What the modularity view shows of a layer and a measure. */
export type Quantity = 'q' | 'z' | 'count';

/** What the page keeps beside the selection, which the extension knows too. */
export interface ViewState {
  readonly quantity: Quantity;
  /** The cluster of the selected measure that is highlighted everywhere. */
  readonly cluster: number | null;
  /** Measures whose partitions are compared. */
  readonly pair: readonly [a: string, b: string] | null;
  /** Views shown as tables. */
  readonly tables: readonly ViewName[];
  /** What is seen of the matrix; null: all of it. */
  readonly camera: Camera | null;
  /** How far the page is scrolled, in pixels. */
  readonly top: number;
}

/** A matrix that has arrived, and whose it is: it is not the selected one while that is on its way. */
export interface ShownMatrix {
  readonly result: string;
  readonly layer: string;
  readonly measure: string;
  readonly picture: MatrixPicture;
  /** Unit → what it is called. */
  readonly names: readonly string[];
}

export type ViewName = 'modularity' | 'association' | 'agreement';
export type StageProgress = Extract<AnalysisEvent, { type: 'progress' }>;
export type MeasureDone = Extract<AnalysisEvent, { type: 'method' }>;

export interface PanelState {
  /** null: not known yet. */
  readonly results: readonly ResultSummary[] | null;
  readonly selection: PanelSelection;
  readonly view: ViewState;
  readonly report: Loadable<Report>;
  readonly matrix: Loadable<ShownMatrix>;
  readonly thumbnails: ReadonlyMap<Measure, Thumbnail>;
  readonly progress: ReadonlyMap<string, StageProgress>;
  /** What running analyses have finished, by result. */
  readonly partial: ReadonlyMap<string, readonly MeasureDone[]>;
  /** Why what the user asked for could not be done; null: all is well. */
  readonly problem: string | null;
}

const SavedCamera = v.object({ x: v.number(), y: v.number(), span: v.number() });
const SavedName = v.fallback(v.nullable(v.string()), null);
const Saved = v.object({
  selection: v.object({
    result: SavedName,
    layer: SavedName,
    method: SavedName,
    form: v.fallback(v.picklist(['raw', 'norm']), 'raw'),
    scale: v.fallback(v.picklist(['linear', 'log']), 'linear'),
    metric: v.fallback(v.string(), 'element_sim'),
    relative: v.fallback(v.boolean(), false),
    palette: v.fallback(v.picklist(['viridis', 'cividis']), 'viridis'),
  }),
  view: v.object({
    quantity: v.fallback(v.picklist(['q', 'z', 'count']), 'q'),
    cluster: v.fallback(v.nullable(v.number()), null),
    pair: v.fallback(v.nullable(v.tuple([v.string(), v.string()])), null),
    tables: v.fallback(v.array(v.picklist(['modularity', 'association', 'agreement'])), []),
    camera: v.fallback(v.nullable(SavedCamera), null),
    top: v.fallback(v.number(), 0),
  }),
});

/**
 * The state to begin with.
 * @param saved what the page kept, perhaps by an earlier version: what does not fit takes its default
 */
export function initialState(saved: unknown): PanelState {
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
export const kept = ({ selection, view }: PanelState): Pick<PanelState, 'selection' | 'view'> => ({
  selection,
  view,
});

/**
 * A selection of what the report has: its first layer and measure stand in for those that it lacks, where possible in
 * the form that was selected. A measure that was asked for by name sets the form.
 */
export function validSelection(selection: PanelSelection, { layers }: Report): PanelSelection {
  const layer = layers.find(({ name }) => name === selection.layer) ?? layers[0];
  if (layer === undefined) return { ...selection, layer: null, method: null };
  const measures = measuresOf([layer]);
  const measure = measures.find((one) => one === selection.method) ?? preferred(measures, selection.form);
  return {
    ...selection,
    layer: layer.name,
    method: measure ?? null,
    form: measure !== undefined && isNormalised(measure) ? 'norm' : 'raw',
  };
}

const preferred = (measures: readonly Measure[], form: PanelSelection['form']): Measure | undefined =>
  measures[0] === undefined ? undefined : inForm(measures[0], form, measures);

/**
 * Clears what of the view means nothing with another selection: a cluster in another partition, a pair of measures and
 * a place in the matrix of another layer.
 * @param before the selection until now; null: the view is as the page kept it, and stays as far as the report has it
 */
export function clearedView(
  before: PanelSelection | null,
  { layer, method: measure }: PanelSelection,
  { cluster }: ViewState,
  { layers }: Report,
): Partial<ViewState> {
  if (before !== null && before.layer !== layer) return { cluster: null, pair: null, camera: null };
  const report = layers.find(({ name }) => name === layer);
  const clusters = report === undefined ? 0 : (measureReport(report, measure)?.count ?? 0);
  const lost = (before !== null && before.method !== measure) || (cluster ?? -1) >= clusters;
  return lost ? { cluster: null } : {};
}
