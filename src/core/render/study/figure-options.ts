import type { Measure } from '../../measures';
import type { Axis } from '../../study/curves';
import type { StudyData } from '../../study/study-data';
import type { PaletteName } from '../colours';
import type { ExampleMatrix } from './example-matrices';

/** How a study's figures are drawn. */
export interface FigureOptions {
  /** A panel for each measure with a line for each hyper-parameter, or one for each family with a line for each measure. */
  readonly group: 'measure' | 'family';
  /** `auto`: as a figure needs it; the logarithm where values are spaced so, percent where hyper-parameters share an axis. */
  readonly x: 'auto' | Axis;
  /** `pooled`: the mean over the layers of a run. */
  readonly layers: 'pooled' | 'each';
  readonly runs: 'lines' | 'points' | 'none';
  /** Around a mean: its standard error, or the 95 % interval of a bootstrap over runs. */
  readonly spread: 'se' | 'bootstrap';
  /** Least accuracy of a run that counts; null where all do. */
  readonly threshold: number | null;
  /** Of the figure of clusters in training: which run, and by which measure; null for one that the study has. */
  readonly run: string | null;
  readonly measure: Measure | null;
  /** Metric of agreement, one of STUDY_METRICS. */
  readonly metric: string;
  /** Of matrices and of what has no middle. */
  readonly palette: PaletteName;
  /** Of the bootstrap and of samples of runs. */
  readonly seed: number;
  /** Association matrices that are at hand. */
  readonly examples: readonly ExampleMatrix[];
}

export const FIGURE_DEFAULTS: FigureOptions = {
  group: 'measure',
  x: 'auto',
  layers: 'pooled',
  runs: 'points',
  spread: 'se',
  threshold: 0.8,
  run: null,
  measure: null,
  metric: 'element_sim',
  palette: 'viridis',
  seed: 0,
  examples: [],
};

/** A figure of a study. The same data and options give the same bytes. */
export interface StudyFigure {
  /** Of its file and in addresses. */
  readonly id: string;
  /** As Lange, Rolnick and Kording (2022) number it; null for one that they do not have. */
  readonly number: number | null;
  readonly title: string;
  /** What it is, and how to read it: one sentence. */
  readonly explanation: string;
  /** Whether it can be drawn layer by layer: by others, the option `layers` is not looked at. */
  readonly byLayer: boolean;
  /** Whether a study has what it shows. */
  readonly applies: (data: StudyData, options: FigureOptions) => boolean;
  /** An SVG file. */
  readonly draw: (data: StudyData, options: FigureOptions) => string;
}
