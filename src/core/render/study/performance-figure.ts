import { placesOf, type ValueOf } from '../../study/curves';
import type { StudyData } from '../../study/study-data';
import { captionOf, commonLegend } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { line, MUTED } from '../svg';
import { factorAxis, linearAxis, type PlotAxis, usualAxis } from './plot-axis';
import { type LegendEntry, plotCard } from './plot-card';
import { curveMarks, runLines, runPoints } from './plot-marks';
import { type Frame, type Panel, panelGrid } from './plot-panel';
import { layerStyle, type SeriesStyle } from './plot-style';
import { extentOf, seriesOf, shownRuns } from './study-series';

const PANEL = { width: 230, height: 112 };

interface Line {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly valueOf: ValueOf;
}

/** Panels of one row share what they show. */
interface Row {
  readonly title: string;
  readonly axis: string;
  readonly lines: readonly Line[];
}

const TEST = layerStyle(0, 2);
const TRAIN: SeriesStyle = { ...layerStyle(1, 2), dash: '4 2.5', isHollow: true };
const only = (valueOf: ValueOf): readonly Line[] => [{ label: '', style: TEST, valueOf }];

const ROWS: readonly Row[] = [
  {
    title: 'accuracy',
    axis: 'accuracy (%)',
    lines: [
      { label: 'test', style: TEST, valueOf: ({ stats }) => percent(stats.test?.accuracy) },
      { label: 'validation', style: layerStyle(2, 2), valueOf: ({ stats }) => percent(stats.val?.accuracy) },
      { label: 'training', style: TRAIN, valueOf: ({ stats }) => percent(stats.train?.accuracy) },
    ],
  },
  {
    title: 'R²',
    axis: 'R²',
    lines: [
      { label: 'test', style: TEST, valueOf: ({ stats }) => stats.test?.r2 ?? null },
      { label: 'validation', style: layerStyle(2, 2), valueOf: ({ stats }) => stats.val?.r2 ?? null },
      { label: 'training', style: TRAIN, valueOf: ({ stats }) => stats.train?.r2 ?? null },
    ],
  },
  { title: 'L1 norm', axis: 'Σ |w|', lines: only(({ stats }) => stats.l1Norm) },
  { title: 'squared L2 norm', axis: 'Σ w²', lines: only(({ stats }) => stats.l2Norm) },
  { title: 'nuclear norm', axis: 'Σ singular values', lines: only(({ stats }) => stats.nuclearNorm) },
  {
    title: 'sparsity',
    axis: '|w| < 0.001 (%)',
    lines: only(({ stats }) => percent(stats.sparsity)),
  },
];

/** Rows of what networks have learnt, by their titles. */
const SCORES: ReadonlySet<string> = new Set(['accuracy', 'R²']);

const percent = (share: number | undefined): number | null => (share === undefined ? null : 100 * share);

/** Rows of which any run has a value, with the lines that any has. */
function rowsOf({ checkpoints }: StudyData): Row[] {
  return ROWS.flatMap((row) => {
    const lines = row.lines.filter(({ valueOf }) => checkpoints.some((one) => valueOf(one) !== null));
    return lines.length === 0 ? [] : [{ ...row, lines }];
  });
}

const isShown = (axis: PlotAxis | undefined, value: number): boolean =>
  axis !== undefined && value >= axis.domain[0] && value <= axis.domain[1];

/** Where runs begin to count. */
function thresholdLine(frame: Frame, threshold: number | null): string[] {
  if (threshold === null) return [];
  const y = frame.y(100 * threshold);
  if (y < frame.top || y > frame.top + frame.height) return []; // they are all above it
  const right = frame.left + frame.width;
  return [line(frame.left, y, right, y, { stroke: MUTED, 'stroke-dasharray': '1.5 2.5' })];
}

/** Accuracy and norms against hyper-parameters: whether networks learnt, and how large their weights are. */
export const PERFORMANCE_FIGURE: StudyFigure = {
  id: 'performance',
  number: 1,
  title: 'Performance and norms',
  explanation:
    'Accuracy, or R² of a regression, and the norms of the weights against each hyper-parameter: where accuracy breaks down, modules no longer say anything about a working network; where norms grow, so may modularity.',
  byLayer: false,
  applies: ({ grouping, checkpoints }) => grouping.factors.length > 0 && checkpoints.length > 0,
  draw: (data, options) => {
    // All runs: the figure shows which of them failed.
    const all: FigureOptions = { ...options, threshold: null };
    const { factors } = data.grouping;
    const shown = shownRuns(data, options.seed);
    const axes = factors.map((factor) => {
      const axis = options.x === 'auto' ? usualAxis(factor) : options.x;
      return { factor, places: placesOf(factor, axis), x: factorAxis(factor, axis) };
    });
    const rows = rowsOf(data);
    const counts: number[] = [];
    const panels = rows.flatMap(({ title, axis, lines }): Panel[] => {
      const series = axes.map(({ factor, places }) =>
        lines.map(({ label, style, valueOf }) => ({
          style,
          series: seriesOf(data, factor, places, `${label} ${title}`.trim(), valueOf, all, shown),
        })),
      );
      counts.push(...series.flat().flatMap((one) => one.series.curve.points.map(({ n }) => n)));
      const y = linearAxis(
        axis,
        series.flat().flatMap((one) => extentOf(one.series)),
        {
          include: SCORES.has(title) ? [] : [0],
          count: 4,
        },
      );
      return axes.map(({ x }, column) => ({
        title: column === 0 ? title : '',
        x,
        y,
        marks: (frame) => [
          ...thresholdLine(frame, title === 'accuracy' ? options.threshold : null),
          ...(series[column] ?? []).flatMap((one) => [
            runLines(frame, one.series.lines, one.style),
            runPoints(frame, one.series.points, one.style),
          ]),
          ...(series[column] ?? []).map((one) => curveMarks(frame, one.series.means, one.style)),
        ],
      }));
    });
    const hasAccuracy = rows.some(({ title }) => title === 'accuracy');
    const legend = rows
      .filter(({ title }) => SCORES.has(title))
      .flatMap(({ title, lines }) =>
        lines.map(({ label, style }): LegendEntry => ({ kind: 'series', label: `${label} ${title}`, style })),
      );
    return plotCard({
      title: PERFORMANCE_FIGURE.title,
      subtitle: 'All runs, those that failed as well',
      description: `Curves of ${rows.map(({ title }) => title).join(', ')}.`,
      legend: [...legend, ...commonLegend(options, null)],
      blocks: [
        {
          heading: null,
          draw: (left, top) => panelGrid({ panels, columns: factors.length, size: PANEL }, left, top),
        },
      ],
      caption: captionOf(data, all, {
        counts,
        untrained: '',
        more:
          options.threshold === null || !hasAccuracy || !isShown(panels[0]?.y, 100 * options.threshold)
            ? ''
            : `Dotted: ${Number((100 * options.threshold).toPrecision(3))} % accuracy, below which other figures leave runs out.`,
      }),
    });
  },
};
