import { plural } from '../../base/text';
import { FAMILIES, familyOf, labelOf, type Measure } from '../../measures';
import {
  accuracyOf,
  type CountedRun,
  isUsable,
  runsOfFactor,
  summarize,
  usableValues,
} from '../../study/curves';
import type { Compared } from '../../study/findings/correlations';
import type { Factor } from '../../study/groups';
import { wordOf } from '../../study/groups/sentence';
import type { Scalar } from '../../study/describe';
import type { StudyData } from '../../study/study-data';
import {
  meanAndSd,
  type UntrainedNetworks,
  untrainedOf,
  untrainedValues,
} from '../../study/findings/untrained-networks';
import { captionOf, commonLegend, untrainedWords } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { measureLegend, QUANTITIES } from './curve-panels';
import { measureRows } from './measure-rows';
import { linearAxis, namedAxis, type PlotAxis, valueText } from './plot-axis';
import { plotCard } from './plot-card';
import { type Band, type CurveMark, curveMarks, type RunMark, runPoints, untrainedBand } from './plot-marks';
import { type Panel, panelGrid } from './plot-panel';
import { factorStyle, familyColour, measureStyle, type SeriesStyle } from './plot-style';
import { bootstrapSeed, endsOf, layerWords, numeral, quantityOf, shownRuns } from './study-series';

const PANEL = { width: 190, height: 128 };
/** Half the width of a layer's band, in layers. */
const HALF = 0.42;

/** The runs at the largest usable value of a hyper-parameter. */
interface Extreme {
  readonly factor: Factor;
  readonly value: Scalar;
  readonly index: number;
  /** Those that count. */
  readonly runs: readonly CountedRun[];
}

/** What networks come to at the largest values that they still learn with; none where they do with no value. */
function extremesOf(data: StudyData, threshold: number | null): Extreme[] {
  return data.grouping.factors.flatMap((factor, index) => {
    const usable = usableValues(data, factor, threshold);
    const value = usable.at(-1);
    if (value === undefined) return [];
    const runs = runsOfFactor(data, factor).filter(
      ({ checkpoint }) =>
        (checkpoint.values[factor.key] ?? null) === value && isUsable(checkpoint, threshold),
    );
    return [{ factor, value, index, runs }];
  });
}

interface Line {
  readonly style: SeriesStyle;
  readonly means: readonly CurveMark[];
  readonly points: readonly RunMark[];
  readonly counts: readonly number[];
}

interface Plan {
  readonly title: string;
  readonly measure: Measure;
  readonly lines: readonly Line[];
  /** Of each layer; none where a panel is of several measures. */
  readonly bands: readonly (Band | null)[];
}

/** Q and clusters from the first hidden layer to the last. */
export const DEPTH_FIGURE: StudyFigure = {
  id: 'depth',
  number: 5,
  title: 'Modularity against depth',
  explanation:
    'Modularity Q and the number of clusters layer by layer, at the largest value of each hyper-parameter with which networks still learn: whether modules are in the first layers or in the last.',
  byLayer: false,
  applies: (data, { threshold }) => ownLayers(data).length > 1 && extremesOf(data, threshold).length > 0,
  draw: (data, options) => {
    const extremes = extremesOf(data, options.threshold);
    const untrained = untrainedOf(data);
    const blocks = QUANTITIES.map((quantity) => panelsOf(data, options, extremes, untrained, quantity));
    const said = extremes.map(({ factor, value }) => `${wordOf(factor.key)} ${valueText(value)}`);
    return plotCard({
      title: DEPTH_FIGURE.title,
      subtitle: `At ${said.join(', ')}`,
      description: `Curves of modularity and clusters of ${plural(data.measures.length, 'measure')} over ${plural(ownLayers(data).length, 'layer')}.`,
      legend: [
        ...(options.group === 'family'
          ? measureLegend(data.measures)
          : extremes.map(
              ({ index }, i) =>
                ({ kind: 'series', label: said[i] ?? '', style: factorStyle(index) }) as const,
            )),
        ...commonLegend(options, options.group === 'family' ? null : untrained),
      ],
      blocks: blocks.map(({ panels, columns }) => ({
        heading: null,
        draw: (left, top) => panelGrid({ panels, columns, size: PANEL }, left, top),
      })),
      caption: captionOf(data, options, {
        counts: blocks.flatMap(({ counts }) => counts),
        untrained: options.group === 'family' ? '' : untrainedWords(untrained),
        more: data.checkpoints.some((checkpoint) => accuracyOf(checkpoint) !== null)
          ? 'The values are the largest before the first at which more than half of the runs are below that accuracy.'
          : '',
      }),
    });
  },
};

function ownLayers({ layers }: StudyData): string[] {
  return layers.filter(({ isCombined }) => !isCombined).map(({ name }) => name);
}

function panelsOf(
  data: StudyData,
  options: FigureOptions,
  extremes: readonly Extreme[],
  untrained: UntrainedNetworks | null,
  quantity: Compared,
): { panels: readonly (Panel | null)[]; columns: number; counts: readonly number[] } {
  const layers = ownLayers(data);
  const shown = shownRuns(data, options.seed);
  const isFamily = options.group === 'family';
  const lineOf = (extreme: Extreme, measure: Measure): Line =>
    depthLine(
      data,
      options,
      shown,
      extreme,
      measure,
      quantity,
      isFamily ? measureStyle(measure) : factorStyle(extreme.index),
    );
  const bandsOf = (measure: Measure): (Band | null)[] =>
    layers.map((layer) =>
      untrained === null
        ? null
        : meanAndSd(untrainedValues(untrained.distribution, measure, quantity, [layer])),
    );
  const { columns, cells } = measureRows(data.measures);
  const families = FAMILIES.map((family) => data.measures.filter((one) => familyOf(one) === family));
  const plans: (Plan | null)[] = isFamily
    ? families.flatMap((members) =>
        extremes.flatMap((extreme) => {
          const [measure] = members;
          if (measure === undefined) return [];
          const title = `${familyOf(measure)}, ${wordOf(extreme.factor.key)} ${valueText(extreme.value)}`;
          return [{ title, measure, lines: members.map((one) => lineOf(extreme, one)), bands: [] }];
        }),
      )
    : cells.map(
        (measure) =>
          measure && {
            title: labelOf(measure),
            measure,
            lines: extremes.map((extreme) => lineOf(extreme, measure)),
            bands: bandsOf(measure),
          },
      );
  const made = plans.filter((plan) => plan !== null);
  const lines = made.flatMap((plan) => plan.lines);
  const extent = [
    ...lines.flatMap(({ means, points }) => [
      ...means.flatMap(({ y, ends }) => [y, ...(ends ?? [])]),
      ...points.map(({ y }) => y),
    ]),
    ...made.flatMap(({ bands }) =>
      bands.flatMap((band) => (band === null ? [] : [band.mean - 3 * band.sd, band.mean + 3 * band.sd])),
    ),
  ];
  const x = namedAxis('layer', layers);
  const y = linearAxis(quantity === 'q' ? 'modularity Q' : 'number of clusters', extent);
  return {
    columns: isFamily ? extremes.length : columns,
    counts: lines.flatMap(({ counts }) => counts),
    panels: plans.map((plan) => plan && panelOf(plan, x, y)),
  };
}

function panelOf({ title, measure, lines, bands }: Plan, x: PlotAxis, y: PlotAxis): Panel {
  return {
    title,
    colour: familyColour(measure),
    x,
    y,
    marks: (frame) => [
      ...bands.flatMap((band, at) =>
        band === null ? [] : [untrainedBand(frame, band, at - HALF, at + HALF)],
      ),
      ...lines.map(({ points, style }, i) => runPoints(frame, points, style, shiftOf(i, lines.length))),
      ...lines.map(({ means, style }, i) => curveMarks(frame, means, style, shiftOf(i, lines.length))),
    ],
  };
}

/** Lines that meet at the same layers stand a little beside each other. */
const shiftOf = (index: number, count: number): number => (index - (count - 1) / 2) * 6;

function depthLine(
  data: StudyData,
  options: FigureOptions,
  shown: ReadonlySet<number>,
  { runs }: Extreme,
  measure: Measure,
  quantity: Compared,
  style: SeriesStyle,
): Line {
  const valueOf = quantityOf(measure, quantity);
  const means: CurveMark[] = [];
  const points: RunMark[] = [];
  const counts: number[] = [];
  ownLayers(data).forEach((name, x) => {
    const known = runs.flatMap(({ index, checkpoint }) => {
      const layer = checkpoint.layers.find((one) => one.name === name);
      const y = layer === undefined ? null : valueOf(layer);
      return y === null
        ? []
        : [{ x, y, checkpoint: index, tip: `${layerWords(name, false)}: ${numeral(y)}` }];
    });
    const summary = summarize(
      known.map(({ y }) => y),
      bootstrapSeed(options),
    );
    if (summary.mean === null) return;
    counts.push(summary.n);
    means.push({
      x,
      y: summary.mean,
      ends: endsOf(summary, options.spread),
      tip: `${labelOf(measure)}, ${layerWords(name, false)}: mean ${numeral(summary.mean)}, n = ${plural(summary.n, 'run')}`,
    });
    if (options.runs !== 'none') points.push(...known.filter(({ checkpoint }) => shown.has(checkpoint)));
  });
  return { style, means, points, counts };
}
