import type { Compared } from '../../study/findings/correlations';
import { scaleLinear } from 'd3-scale';
import { area } from 'd3-shape';
import { plural } from '../../base/text';
import { labelOf, type Measure } from '../../measures';
import type { StudyData } from '../../study/study-data';
import {
  type UntrainedNetworks,
  untrainedOf,
  untrainedValues,
} from '../../study/findings/untrained-networks';
import { element, tooltip } from '../svg';
import { sentences } from './figure-caption';
import type { StudyFigure } from './figure-options';
import { measureRows } from './measure-rows';
import { linearAxis, type PlotAxis } from './plot-axis';
import { plotCard } from './plot-card';
import { type Frame, type Panel, panelGrid } from './plot-panel';
import { familyColour, layerStyle, type SeriesStyle } from './plot-style';
import { layerWords, numeral } from './study-series';

const PANEL = { width: 190, height: 112 };
/** Bins from the least Q of a figure to the greatest: enough for a hundred networks. */
const BINS = 30;

/** A layer's values as they are drawn. */
interface Histogram {
  readonly layer: string;
  readonly style: SeriesStyle;
  readonly count: number;
  /** Share of the networks in each bin, in percent. */
  readonly bins: readonly { readonly from: number; readonly to: number; readonly share: number }[];
}

/** How modular networks are that have learnt nothing. */
export const NULL_FIGURE: StudyFigure = {
  id: 'untrained',
  number: 3,
  title: 'Untrained networks',
  explanation:
    'Modularity Q and the number of clusters of untrained networks of the same architecture, layer by layer: what clustering finds where nothing was learnt, and what every trained network has to be compared with.',
  byLayer: false,
  applies: (data) => untrainedOf(data) !== null,
  draw: (data) => {
    const untrained = untrainedOf(data);
    if (untrained === null) throw new RangeError('the study has no untrained networks');
    const blocks = (['q', 'clusters'] as const).map((quantity) => quantityPanels(data, untrained, quantity));
    const { distribution, checkpoints } = untrained;
    const step = blocks[0]?.step ?? 0;
    return plotCard({
      title: NULL_FIGURE.title,
      subtitle: `${distribution.count} networks of the same architecture with their initial weights`,
      description: `Histograms of modularity and clusters of ${plural(data.measures.length, 'measure')}.`,
      legend: layersOf(data).map(({ label, style }) => ({ kind: 'swatch', label, colour: style.colour })),
      blocks: blocks.map(({ panels, columns }) => ({
        heading: null,
        draw: (left, top) => panelGrid({ panels, columns, size: PANEL }, left, top),
      })),
      caption: sentences(
        `n = ${plural(distribution.count, 'untrained network')}; bins of Q are ${numeral(step)} wide.`,
        checkpoints < data.checkpoints.length
          ? `They are of the architecture that ${checkpoints} of ${data.checkpoints.length} checkpoints have.`
          : '',
      ),
    });
  },
};

function layersOf({ layers }: StudyData): { name: string; label: string; style: SeriesStyle }[] {
  const own = layers.filter(({ isCombined }) => !isCombined).length;
  return layers.map(({ name, isCombined }, index) => ({
    name,
    label: layerWords(name, isCombined),
    style: layerStyle(index, own),
  }));
}

function quantityPanels(
  data: StudyData,
  { distribution }: UntrainedNetworks,
  quantity: Compared,
): { panels: readonly (Panel | null)[]; columns: number; step: number } {
  const layers = layersOf(data);
  const valuesOf = (measure: Measure, layer: string): number[] =>
    untrainedValues(distribution, measure, quantity, [layer]);
  const all = data.measures.flatMap((measure) => layers.flatMap(({ name }) => valuesOf(measure, name)));
  const [low, high] = all.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const edges = quantity === 'q' ? roundEdges(low, high) : wholeEdges(low, high);
  const histogramsOf = (measure: Measure): Histogram[] =>
    layers.flatMap(({ name, style }) => {
      const values = valuesOf(measure, name);
      return values.length === 0
        ? []
        : [{ layer: name, style, count: values.length, bins: binsOf(values, edges) }];
    });
  const histograms = new Map(data.measures.map((measure) => [measure, histogramsOf(measure)]));
  const x = linearAxis(quantity === 'q' ? 'modularity Q' : 'number of clusters', edges);
  const y = linearAxis(
    'networks (%)',
    [...histograms.values()].flat().flatMap(({ bins }) => bins.map(({ share }) => share)),
    { include: [0], count: 4 },
  );
  const { columns, cells } = measureRows(data.measures);
  return {
    columns,
    step: edges[1]! - edges[0]!,
    panels: cells.map(
      (measure) =>
        measure && panelOf(measure, x, y, histograms.get(measure) ?? [], quantity === 'q' ? steps : bars),
    ),
  };
}

/** Edges at round numbers. */
function roundEdges(low: number, high: number): number[] {
  const ticks = scaleLinear([low, high > low ? high : low + 1e-3], [0, 1])
    .nice(BINS)
    .ticks(BINS);
  return ticks.length > 1 ? ticks : [low, high];
}

/** Around whole numbers. */
function wholeEdges(low: number, high: number): number[] {
  const from = Math.floor(low);
  return Array.from({ length: Math.ceil(high) - from + 2 }, (_, i) => from + i - 0.5);
}

function binsOf(values: readonly number[], edges: readonly number[]): Histogram['bins'] {
  const step = edges[1]! - edges[0]!;
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    // The greatest belongs to the last bin.
    const bin = Math.min(counts.length - 1, Math.floor((value - edges[0]!) / step + 1e-9));
    counts[bin]! += 1;
  }
  return counts.map((count, i) => ({
    from: edges[i]!,
    to: edges[i + 1]!,
    share: (100 * count) / values.length,
  }));
}

function panelOf(
  measure: Measure,
  x: PlotAxis,
  y: PlotAxis,
  histograms: readonly Histogram[],
  draw: (frame: Frame, histogram: Histogram, index: number, count: number) => string,
): Panel {
  return {
    title: labelOf(measure),
    colour: familyColour(measure),
    x,
    y,
    marks: (frame) => histograms.map((histogram, i) => draw(frame, histogram, i, histograms.length)),
  };
}

/** One outline over all bins, so that those of several layers are seen through each other. */
function steps(frame: Frame, { layer, style, bins, count }: Histogram): string {
  const corners = bins.flatMap(({ from, to, share }) => [[from, share] as const, [to, share] as const]);
  const path = area<readonly [number, number]>()
    .x(([value]) => frame.x(value))
    .y0(frame.y(0))
    .y1(([, share]) => frame.y(share))
    .digits(1);
  const paint = { fill: style.colour, 'fill-opacity': 0.25, stroke: style.colour, 'stroke-width': 1.2 };
  return element(
    'path',
    { d: path(corners) ?? '', ...paint },
    tooltip(`${layer}, ${plural(count, 'network')}`),
  );
}

/** Bars side by side: of few whole numbers outlines would lie upon each other. */
function bars(frame: Frame, { layer, style, bins }: Histogram, index: number, count: number): string {
  return element(
    'g',
    { fill: style.colour, 'fill-opacity': 0.6 },
    ...bins.flatMap(({ from, to, share }) => {
      if (share === 0) return [];
      const width = (0.86 * (frame.x(to) - frame.x(from))) / count;
      const left = frame.x((from + to) / 2) + (index - count / 2) * width;
      const top = frame.y(share);
      const tip = `${layer}: ${plural((from + to) / 2, 'cluster')} in ${numeral(share)} % of the networks`;
      return [
        element(
          'rect',
          { x: left, y: top, width: Math.max(0.5, width - 0.5), height: frame.y(0) - top },
          tooltip(tip),
        ),
      ];
    }),
  );
}
