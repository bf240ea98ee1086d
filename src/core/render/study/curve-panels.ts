import type { Compared } from '../../study/findings/correlations';
import { familyOf, isNormalised, labelOf, type Measure, rawOf } from '../../measures';
import { type Axis, placesOf } from '../../study/curves';
import type { Factor } from '../../study/groups';
import { wordOf } from '../../study/groups/sentence';
import type { StudyData } from '../../study/study-data';
import { meanAndSd, type UntrainedNetworks, untrainedValues } from '../../study/findings/untrained-networks';
import { INK, line } from '../svg';
import type { FigureOptions } from './figure-options';
import { factorAxis, linearAxis, percentAxis, type PlotAxis, usualAxis } from './plot-axis';
import { measureRows } from './measure-rows';
import type { LegendEntry } from './plot-card';
import { type Band, curveMarks, runLines, runPoints, untrainedBand, untrainedBar } from './plot-marks';
import type { Frame, Panel } from './plot-panel';
import { factorStyle, familyColour, measureStyle, type SeriesStyle } from './plot-style';
import { extentOf, type LayerChoice, quantityOf, type Series, seriesOf } from './study-series';

// Panels of curves against hyper-parameters. Either a panel is of a measure and has a line for each hyper-parameter, or it is of
// a hyper-parameter and has a line for each of several measures.

/** What a panel will show, before the ends of its axes are known. */
interface Plan {
  readonly title: string;
  readonly colour: string;
  readonly x: PlotAxis;
  readonly series: readonly { readonly style: SeriesStyle; readonly series: Series }[];
  /** Of one measure, as grey bands. */
  readonly band: Band | null;
  /** Of several, beside the axis. */
  readonly bars: readonly { readonly style: SeriesStyle; readonly band: Band }[];
}

export interface CurvePanels {
  readonly columns: number;
  readonly legend: readonly LegendEntry[];
  /** Panels of a layer, row by row. */
  readonly panels: (choice: LayerChoice, quantity: Compared) => readonly (Panel | null)[];
  /** Numbers of runs that the means stand for. */
  readonly counts: readonly number[];
  /** How untrained networks are drawn. */
  readonly untrainedAs: 'bands' | 'bars';
}

export const QUANTITIES: readonly Compared[] = ['q', 'clusters'];
const TITLES: Readonly<Record<Compared, string>> = { q: 'modularity Q', clusters: 'number of clusters' };
const SHORT: Readonly<Record<Compared, string>> = { q: 'Q', clusters: 'clusters' };

/** Plans of all layers and quantities, with one vertical axis for each quantity. */
export function curvePanels(
  data: StudyData,
  options: FigureOptions,
  choices: readonly LayerChoice[],
  untrained: UntrainedNetworks | null,
  shown: ReadonlySet<number>,
): CurvePanels {
  const layout = layoutOf(data, options);
  const plans = new Map<string, readonly (Plan | null)[]>();
  const axes = new Map<Compared, PlotAxis>();
  const counts: number[] = [];
  for (const quantity of QUANTITIES) {
    const extent: number[] = [];
    for (const choice of choices) {
      const made = layout.cells.map((cell) => cell && planOf(cell, choice, quantity));
      plans.set(keyOf(choice, quantity), made);
      for (const { series, band, bars } of made.filter((plan) => plan !== null)) {
        for (const one of series) {
          extent.push(...extentOf(one.series));
          counts.push(...one.series.curve.points.map(({ n }) => n));
        }
        for (const { mean, sd } of [...(band === null ? [] : [band]), ...bars.map((bar) => bar.band)])
          extent.push(mean - 3 * sd, mean + 3 * sd);
      }
    }
    axes.set(quantity, linearAxis(TITLES[quantity], extent, { count: 4 }));
  }
  return {
    columns: layout.columns,
    legend: layout.legend,
    panels: (choice, quantity) =>
      (plans.get(keyOf(choice, quantity)) ?? []).map((plan) => plan && panelOf(plan, axes.get(quantity))),
    counts,
    untrainedAs: layout.hasGutter ? 'bars' : 'bands',
  };

  function planOf({ title, colour, x, lines, band }: Cell, choice: LayerChoice, quantity: Compared): Plan {
    const bandOf = (measure: Measure): Band | null =>
      untrained === null
        ? null
        : meanAndSd(untrainedValues(untrained.distribution, measure, quantity, choice.names));
    return {
      title,
      colour,
      x,
      series: lines.map(({ factor, axis, measure, style }) => ({
        style,
        series: seriesOf(
          data,
          factor,
          placesOf(factor, axis),
          SHORT[quantity],
          choice.of(quantityOf(measure, quantity)),
          options,
          shown,
        ),
      })),
      band: band === null ? null : bandOf(band),
      bars: layout.hasGutter
        ? lines.flatMap(({ measure, style }) => {
            const found = bandOf(measure);
            return found === null ? [] : [{ style, band: found }];
          })
        : [],
    };
  }
}

const keyOf = ({ names, heading }: LayerChoice, quantity: Compared): string =>
  JSON.stringify([quantity, heading, ...names]);

function panelOf({ title, colour, x, series, band, bars }: Plan, y: PlotAxis | undefined): Panel {
  return {
    title,
    colour,
    x,
    y: y ?? linearAxis('', []),
    marks: (frame) => [
      ...(band === null ? [] : [untrainedBand(frame, band)]),
      ...gutter(frame, bars),
      ...series.map((one) => runLines(frame, one.series.lines, one.style)),
      ...series.map((one) => runPoints(frame, one.series.points, one.style)),
      ...series.map((one) => curveMarks(frame, one.series.means, one.style)),
    ],
  };
}

/** Share of an axis's length that untrained networks have at its left. */
const GUTTER = 0.14;

function withGutter(axis: PlotAxis): PlotAxis {
  const [from, to] = axis.domain;
  return { ...axis, domain: [from - (GUTTER / (1 - GUTTER)) * (to - from), to] };
}

function gutter(frame: Frame, bars: Plan['bars']): string[] {
  if (bars.length === 0) return [];
  const width = GUTTER * frame.width;
  const right = frame.left + width;
  return [
    line(right, frame.top, right, frame.top + frame.height, { stroke: INK, 'stroke-opacity': 0.25 }),
    ...bars.map(({ style, band }, i) =>
      untrainedBar(frame, band, frame.left + ((i + 0.75) / (bars.length + 0.5)) * width, style),
    ),
  ];
}

/** A panel's place in the layout: its lines, and of which measure its grey band is. */
interface Cell {
  readonly title: string;
  readonly colour: string;
  readonly x: PlotAxis;
  readonly lines: readonly {
    readonly factor: Factor;
    readonly axis: Axis;
    readonly measure: Measure;
    readonly style: SeriesStyle;
  }[];
  readonly band: Measure | null;
}

interface Layout {
  readonly columns: number;
  /** Row by row; null leaves a place free. */
  readonly cells: readonly (Cell | null)[];
  readonly legend: readonly LegendEntry[];
  readonly hasGutter: boolean;
}

function layoutOf(data: StudyData, options: FigureOptions): Layout {
  const { factors } = data.grouping;
  const areNamed = factors.some(({ scale }) => scale === 'category');
  const shares = factors.length === 1 || (!areNamed && (options.x === 'auto' || options.x === 'percent'));
  return options.group === 'measure' && shares ? byMeasure(data, options) : byFactor(data, options);
}

/** Panels of measures, upstream in the first row, with a line for each factor. */
function byMeasure({ grouping: { factors }, measures }: StudyData, { x }: FigureOptions): Layout {
  const [only] = factors;
  const axis = factors.length > 1 || only === undefined ? 'percent' : x === 'auto' ? usualAxis(only) : x;
  const shared = factors.length > 1 || only === undefined ? percentAxis(factors) : factorAxis(only, axis);
  const { columns, cells } = measureRows(measures);
  return {
    columns,
    cells: cells.map(
      (measure) =>
        measure && {
          title: labelOf(measure),
          colour: familyColour(measure),
          x: shared,
          lines: factors.map((factor, index) => ({
            factor,
            axis,
            measure,
            style: factors.length > 1 ? factorStyle(index) : measureStyle(measure),
          })),
          band: measure,
        },
    ),
    legend:
      factors.length < 2
        ? []
        : factors.map(({ key }, index) => ({
            kind: 'series',
            label: wordOf(key),
            style: factorStyle(index),
          })),
    hasGutter: false,
  };
}

/** Columns of factors; a row for each raw measure with its normalised form, or for each family. */
function byFactor({ grouping: { factors }, measures }: StudyData, { group, x }: FigureOptions): Layout {
  const axes = factors.map((factor) => {
    const axis = x === 'auto' ? usualAxis(factor) : x;
    return { factor, axis, x: withGutter(factorAxis(factor, axis)) };
  });
  const keys = new Map<string, Measure[]>();
  for (const measure of measures) {
    const key = group === 'family' ? familyOf(measure) : rawOf(measure);
    keys.set(key, [...(keys.get(key) ?? []), measure]);
  }
  return {
    columns: factors.length,
    cells: [...keys.values()].flatMap((members) =>
      axes.map(({ factor, axis, x }) => ({
        title: group === 'family' ? familyOf(members[0]!) : labelOf(members[0]!),
        colour: familyColour(members[0]!),
        x,
        lines: members.map((measure) => ({ factor, axis, measure, style: measureStyle(measure) })),
        band: null,
      })),
    ),
    legend: measureLegend(measures),
    hasGutter: true,
  };
}

/** Lines of measures: dashed and hollow where normalised. */
export function measureLegend(measures: readonly Measure[]): LegendEntry[] {
  // Raw before normalised, so that a row of the legend has one form.
  return [...measures]
    .sort((a, b) => Number(isNormalised(a)) - Number(isNormalised(b)))
    .map((measure) => ({ kind: 'series', label: labelOf(measure), style: measureStyle(measure) }));
}
