import type { Subject } from './core/base/error';
import type { Measure } from './core/measures';
import type { PaletteName } from './core/render/colours';
import type { FigureOptions } from './core/render/study/figure-options';
import type { Report } from './core/report';
import type { Comparison } from './core/study/comparison';
import type { Finding } from './core/study/findings/findings';
import type { GroupOptions } from './core/study/groups';
import type { PickRule } from './core/study/manifest';
import type {
  ComparedPicturesRequest,
  MatrixPicture,
  PictureRequest,
  ValuesRequest,
} from './matrix-messages';
import type { Method } from './rpc';

/**
 * The typed messages between the extension and the analysis host, and between the extension and its pages. They are plain
 * data. Of other files this one imports types alone, so that a page can import it.
 */

// ---- extension → analysis host, a worker -------------------------------------------------------------------------

/** An analysis as it is asked for. Paths are absolute. */
export interface AnalysisRequest {
  readonly checkpoint: string;
  /** modscope.json that holds for it, if any. */
  readonly config: string | null;
  /** Overrides "data" of modscope.json: what the user picked. */
  readonly data: string | null;
  /** Override modscope.json and are written as there: see settings/table.ts. Whoever wrote them, the worker checks them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The folder the result is cached in: report.json and matrices/*.npy, written whole or not at all. */
  readonly folder: string;
  /** The folder of the null networks that analyses share. */
  readonly nulls: string;
}

export type AnalysisEvent =
  | {
      readonly type: 'progress';
      readonly stage: string;
      readonly done: number;
      readonly total: number;
      readonly secondsLeft: number | null;
    }
  /** One method of one layer is clustered. */
  | {
      readonly type: 'method';
      readonly layer: string;
      readonly method: string;
      readonly q: number | null;
      readonly count: number;
    }
  /** All but the comparison with null networks is in the result's folder. */
  | { readonly type: 'measured' };

/** A data set that was found and fits, for the user to choose from. */
export interface DatasetChoice {
  readonly path: string;
  readonly kind: string;
  readonly split: string;
  readonly samples: number | null;
  readonly sampleShape: readonly number[];
}

/** A study of this workspace as it is to be planned. Paths are absolute. */
export interface StudyPlanRequest {
  /** Where its manifest is kept. */
  readonly folder: string;
  /** The folder that its paths are shown from. */
  readonly root: string;
  /** null: those of the plan there is, which are only grouped anew. */
  readonly checkpoints: readonly string[] | null;
  readonly grouping: StudyGrouping;
}

/** What the user decided of a study's grouping; what is not set is found out. */
export interface StudyGrouping extends GroupOptions {
  readonly pick: PickRule;
}

/** Where a study and its results are. */
export interface StudySource {
  readonly folder: string;
  /** Of the plan that `results` goes by. */
  readonly revision: string;
  /** Other results have another. */
  readonly mark: number;
  /** Those of analyses; null: they are in the study's own folder. */
  readonly results: {
    readonly cache: string;
    readonly nulls: string;
    /** For each checkpoint of the plan the number of its result, which another result has not; 0 where none holds. */
    readonly numbers: Uint32Array;
  } | null;
}

/** What a study is: how its checkpoints belong together, and which they are. */
export interface PlannedStudy {
  /** Another plan has another. */
  readonly revision: string;
  readonly sentence: string;
  readonly grouping: StudyGrouping;
  /** Every hyper-parameter, and what it was taken for. */
  readonly keys: readonly StudyKey[];
  /** Checkpoints that were found and not picked. */
  readonly leftOut: number;
  /** Paths are absolute. */
  readonly checkpoints: readonly {
    readonly id: string;
    readonly path: string;
    /** What it has come to by the files of the study: those of this workspace have their results in the cache. */
    readonly done: boolean;
    readonly failure: string | null;
  }[];
}

export interface StudyKey {
  readonly key: string;
  readonly role: 'factor' | 'replicate' | 'constant' | 'ignored';
  /** Some of its values, for people. */
  readonly values: string;
}

export interface HostMethods {
  analyze: Method<AnalysisRequest, Report, AnalysisEvent>;
  datasets: Method<
    { readonly checkpoint: string; readonly config: string | null; readonly root: string },
    readonly DatasetChoice[]
  >;
  inspect: Method<{ readonly path: string }, CheckpointInfo>;
  tensorStatistics: Method<{ readonly path: string; readonly tensor: string }, TensorStatistics>;
  picture: Method<PictureRequest & { readonly folder: string }, MatrixPicture>;
  /** Exact values, rows × columns, row-major. */
  values: Method<ValuesRequest & { readonly folder: string }, Float64Array>;
  /** The reports of stored results side by side, and every two of them with each other. */
  compare: Method<
    { readonly compared: readonly { readonly checkpoint: string; readonly folder: string }[] },
    Comparison
  >;
  /** In the order of the folders; null for a result without that matrix. */
  comparedPictures: Method<
    ComparedPicturesRequest & { readonly folders: readonly string[] },
    readonly (MatrixPicture | null)[]
  >;
  /** Forgets stored results, see store/evict.ts; answers the checkpoints that lost one. */
  evict: Method<
    { readonly cache: string; readonly keep: readonly string[]; readonly limit: number },
    readonly string[]
  >;
  /** Writes Markdown, JSON, CSV, HTML, SVG into a folder of the workspace; answers the Markdown's path. */
  writeReport: Method<{ readonly folder: string; readonly to: string }, string>;
  /** Describes checkpoints, groups and picks them, and keeps that as a manifest. */
  planStudy: Method<StudyPlanRequest, PlannedStudy>;
  /** The study in a folder, as it was planned. */
  readStudy: Method<{ readonly folder: string }, PlannedStudy>;
  studyOverview: Method<StudySource, StudyOverview>;
  studyFindings: Method<StudySource & StudyMethods['findings']['input'], readonly Finding[]>;
  studyFigure: Method<
    StudySource & StudyMethods['figure']['input'] & { readonly palette: PaletteName },
    StudyDrawing
  >;
  /** Writes tables, figures and report of a study into a folder of the workspace; answers the Markdown's path. */
  writeStudyReport: Method<StudySource & { readonly to: string }, string>;
}

export interface CheckpointInfo {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly role: string;
  }[];
  readonly hyperParameters: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly stubs: readonly string[];
}

export interface TensorStatistics {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly zeros: number;
  readonly nonFinite: number;
  /** Equal bins from min to max. */
  readonly histogram: readonly number[];
}

// ---- the panel's page ↔ extension --------------------------------------------------------------------------------

/** What the panel shows. It survives hiding and reload: the page keeps it with setState. */
export interface PanelSelection {
  readonly result: string | null;
  readonly layer: string | null;
  readonly method: string | null;
  readonly form: 'raw' | 'norm';
  readonly scale: 'linear' | 'log';
  readonly metric: string;
  readonly relative: boolean;
  readonly palette: 'viridis' | 'cividis';
}

/** An analysis as the panel lists it. */
export interface ResultSummary {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly state: 'running' | 'partial' | 'done' | 'stale' | 'failed';
  /** Why it failed. */
  readonly message: string | null;
  /** What choosing otherwise may mend it. */
  readonly about: Subject | null;
}

/** page → extension */
export interface PanelMethods {
  results: Method<null, readonly ResultSummary[]>;
  report: Method<{ readonly id: string }, Report>;
  picture: Method<PictureRequest & { readonly id: string }, MatrixPicture>;
  values: Method<ValuesRequest & { readonly id: string }, Float64Array>;
  /** The user chose; the side panel reveals it. */
  selected: Method<PanelSelection, null>;
  /** Saves a picture the page made. */
  save: Method<{ readonly name: string; readonly kind: 'png' | 'svg'; readonly data: string }, null>;
  copy: Method<{ readonly text: string }, null>;
  run: Method<
    {
      readonly command: 'analyze' | 'writeReport' | 'cancel' | 'showLog' | 'selectData';
      readonly id: string | null;
    },
    null
  >;
}

/** extension → page, without an answer */
export type PanelNotice =
  | { readonly type: 'changed' }
  | { readonly type: 'progress'; readonly id: string; readonly event: AnalysisEvent }
  | { readonly type: 'show'; readonly selection: Partial<PanelSelection> }
  | { readonly type: 'export'; readonly kind: 'png' | 'svg' };

// ---- a study's page ↔ extension ------------------------------------------------------------------------------------

/** A study as its page shows it beside its figures. */
export interface StudySummary {
  readonly id: string;
  readonly name: string;
  /** `fixed`: made by the command line, and not run here. */
  readonly state: 'planning' | 'running' | 'stopping' | 'stopped' | 'done' | 'fixed';
  readonly plan: Omit<PlannedStudy, 'checkpoints'> | null;
  /** Why it could not be planned. */
  readonly problem: string | null;
  readonly planned: number;
  readonly done: number;
  /** Other results have another. */
  readonly results: number;
  /** How many failed, and why the first of them did. */
  readonly failed: number;
  readonly failures: readonly {
    readonly checkpoint: number;
    readonly name: string;
    readonly reason: string;
  }[];
}

/** What there is to see of a study's results so far. */
export interface StudyOverview {
  /** Figures that there is something to draw of. */
  readonly figures: readonly FigureSummary[];
  /** What there is to choose from: metrics of agreement, and of the figure of clusters in training runs and measures. */
  readonly metrics: readonly { readonly id: string; readonly words: string }[];
  readonly trajectories: readonly string[];
  readonly measures: readonly Measure[];
}

interface FigureSummary {
  readonly id: string;
  /** As the paper numbers it; null for one that it does not have. */
  readonly number: number | null;
  readonly title: string;
  /** What it is, and how to read it: one sentence. */
  readonly explanation: string;
  /** Whether it is of one run by one measure, which the user chooses. */
  readonly ofOneRun: boolean;
}

/** How figures are drawn, as far as the user has a choice. */
export type StudyFigureOptions = Pick<
  FigureOptions,
  'group' | 'x' | 'layers' | 'runs' | 'spread' | 'threshold' | 'metric' | 'run' | 'measure'
>;

export interface StudyDrawing {
  /** What stands for a checkpoint has the attribute data-checkpoint: a number from 0. */
  readonly svg: string;
  /** That number → number in the plan of this revision. */
  readonly checkpoints: Uint32Array;
  readonly revision: string;
}

/** page → extension */
export interface StudyMethods {
  study: Method<null, StudySummary>;
  overview: Method<null, StudyOverview>;
  /** What the numbers say, and do not say. */
  findings: Method<Pick<StudyFigureOptions, 'threshold'>, readonly Finding[]>;
  /** What the checkpoints of the plan are called. */
  names: Method<null, { readonly revision: string; readonly names: readonly string[] }>;
  figure: Method<{ readonly id: string; readonly options: StudyFigureOptions }, StudyDrawing>;
  /** The study looks for its checkpoints again. */
  refresh: Method<null, null>;
  group: Method<StudyGrouping, null>;
  /** Opens a checkpoint of a plan in the panel: its number there. */
  open: Method<{ readonly revision: string; readonly checkpoint: number }, null>;
  save: Method<{ readonly name: string; readonly svg: string }, null>;
  run: Method<{ readonly command: 'continue' | 'stop' | 'writeReport' | 'showLog' }, null>;
}

/** extension → page, without an answer */
export type StudyNotice =
  | { readonly type: 'changed' }
  | { readonly type: 'progress'; readonly name: string; readonly event: AnalysisEvent };

// ---- the page of a comparison ↔ extension ---------------------------------------------------------------------------

/** A checkpoint of a comparison. */
export interface ComparedSummary {
  readonly id: string;
  /** As short as tells them apart. */
  readonly name: string;
  /** `missing`: it has no result. */
  readonly state: 'missing' | 'running' | 'done' | 'stale' | 'failed';
  /** Why it failed. */
  readonly message: string | null;
}

export interface ComparisonSummary {
  readonly checkpoints: readonly ComparedSummary[];
  readonly palette: PanelSelection['palette'];
}

/** page → extension */
export interface ComparisonMethods {
  summary: Method<null, ComparisonSummary>;
  /** Of checkpoints that all have a result. */
  comparison: Method<null, Comparison>;
  /** In the order of the checkpoints; null for one without that matrix. */
  pictures: Method<ComparedPicturesRequest, readonly (MatrixPicture | null)[]>;
  /** Opens a checkpoint in the panel. */
  open: Method<{ readonly id: string; readonly layer: string | null; readonly method: string | null }, null>;
  copy: Method<{ readonly text: string }, null>;
  run: Method<{ readonly command: 'analyze' | 'cancel' | 'showLog' }, null>;
}

/** extension → page, without an answer: a result, or how it is to be shown, has changed. */
export interface ComparisonNotice {
  readonly type: 'changed';
}

// ---- the checkpoint editor's page ↔ extension --------------------------------------------------------------------

export interface EditorMethods {
  info: Method<null, CheckpointInfo>;
  tensorStatistics: Method<{ readonly tensor: string }, TensorStatistics>;
  analyze: Method<null, null>;
  copy: Method<{ readonly text: string }, null>;
}
