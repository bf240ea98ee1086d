import { plural } from '../../base/text';
import { isUsable, lastOfRuns } from '../../study/curves';
import {
  type Correlate,
  correlate,
  correlation,
  type Correlation,
  CORRELATIONS,
} from '../../study/correlation';
import type { StudyData } from '../../study/study-data';
import { linearScale } from '../colours';
import { sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { plotCard } from './plot-card';
import { beside, heatGrid, type HeatLabels } from './plot-heat';
import { type LayerChoice, layerChoices, thresholdWords } from './study-series';

/** Metrics of agreement as people call them; those with a direction are left out, since they are two numbers. */
export const METRIC_WORDS: ReadonlyMap<string, string> = new Map([
  ['element_sim', 'element-centric similarity'],
  ['alignment', 'greedy alignment'],
  ['alignment_optimal', 'optimal alignment'],
  ['rmi', 'reduced mutual information'],
  ['rmi_norm', 'reduced mutual information, normalised'],
  ['vi', 'variation of information'],
  ['vi_norm', 'variation of information, normalised'],
  ['ami', 'adjusted mutual information'],
  ['ari', 'adjusted Rand index'],
  ['rsa', 'similarity of the matrices (RSA)'],
]);

/** What a metric is called in a figure. */
export const metricWords = (metric: string): string => METRIC_WORDS.get(metric) ?? metric;

const NAMES: Readonly<Record<Correlation, string>> = {
  spearman: "Spearman's rank correlation",
  pearson: "Pearson's linear correlation",
};

/** A metric of which so few pairs have a value is left out, so that the others are compared over nearly all. */
const LEAST_SHARE = 0.5;

/** The metrics that can be compared, over the pairs of measures that have all of them. */
interface Compared {
  readonly metrics: readonly string[];
  readonly correlates: readonly Correlate[];
  /** Pairs of measures of a layer of a run. */
  readonly observations: number;
  readonly runs: number;
}

/** Whether the ways of comparing partitions agree with each other. */
export const METRICS_FIGURE: StudyFigure = {
  id: 'metrics',
  number: 8,
  title: 'Correlation between agreement metrics',
  explanation:
    'How the metrics of agreement between measures correlate with each other over all pairs of measures: where they do, it does not matter which of them is looked at. Both correlations are shown; Lange et al. (2022) compute the linear one.',
  applies: (data, options) => compared(data, options, layerChoices(data, { layers: 'pooled' })[0]) !== null,
  draw: (data, options) => {
    const blocks = layerChoices(data, options).flatMap((choice) => {
      const found = compared(data, options, choice);
      return found === null ? [] : [{ choice, found }];
    });
    return plotCard({
      title: METRICS_FIGURE.title,
      subtitle: 'Over pairs of measures, of every run and layer',
      description: 'Two matrices of correlations between metrics.',
      legend: [],
      blocks: blocks.map(({ choice, found }) => ({
        heading: choice.heading,
        draw: (left, top) =>
          beside(
            CORRELATIONS.map((kind, i) => (x: number, y: number) => {
              const labels: HeatLabels = { words: found.metrics.map(metricWords), gaps: [] };
              const heat = {
                title: NAMES[kind],
                note: `n = ${found.observations.toLocaleString('en')} pairs of ${plural(found.runs, 'run')}`,
                valueOf: (row: number, column: number) =>
                  row === column
                    ? undefined
                    : correlation(found.correlates[row]!, found.correlates[column]!, kind),
              };
              return heatGrid(
                {
                  heats: [heat],
                  columns: 1,
                  labels,
                  cell: 34,
                  scale: linearScale(-1, 1),
                  colours: 'puor',
                  caption: kind === 'spearman' ? 'ρ' : 'r',
                  isWritten: true,
                  heading: null,
                  hasRowLabels: i === 0,
                },
                x,
                y,
              );
            }),
            left,
            top,
          ),
      })),
      caption: sentences(
        'Pairs of the same run and layer are not independent of each other, so that no test is made.',
        'Variation of information is a distance: the others are high where it is low; normalised, it is turned round.',
        thresholdWords(data, options.threshold),
      ),
    });
  },
};

function compared(
  data: StudyData,
  { threshold }: FigureOptions,
  choice: LayerChoice | undefined,
): Compared | null {
  const pairs: Readonly<Record<string, number | null>>[] = [];
  let runs = 0;
  for (const { checkpoint } of lastOfRuns(data)) {
    if (!isUsable(checkpoint, threshold)) continue;
    const before = pairs.length;
    for (const layer of checkpoint.layers) {
      if (choice?.names.includes(layer.name)) pairs.push(...layer.agreement.map(({ metrics }) => metrics));
    }
    if (pairs.length > before) runs++;
  }
  const isKnown = (pair: Readonly<Record<string, number | null>>, metric: string): boolean =>
    (pair[metric] ?? null) !== null;
  const metrics = [...METRIC_WORDS.keys()].filter(
    (metric) => pairs.filter((pair) => isKnown(pair, metric)).length > LEAST_SHARE * pairs.length,
  );
  const complete = pairs.filter((pair) => metrics.every((metric) => isKnown(pair, metric)));
  if (metrics.length < 2 || complete.length < 3) return null;
  return {
    metrics,
    correlates: metrics.map((metric) => correlate(Float64Array.from(complete, (pair) => pair[metric] ?? 0))),
    observations: complete.length,
    runs,
  };
}
