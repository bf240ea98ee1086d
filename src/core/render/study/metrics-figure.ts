import { plural } from '../../base/text';
import { type CountedRun, isUsable, lastOfRuns } from '../../study/curves';
import { type Correlation, CORRELATIONS, metricCorrelations } from '../../study/findings/correlations';
import type { StudyData } from '../../study/study-data';
import { linearScale } from '../colours';
import { sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { plotCard } from './plot-card';
import { beside, type Heat, heatGrid } from './plot-heat';
import { runCounts, thresholdWords } from './study-series';

/** Metrics of agreement as people call them; those with a direction are left out, since they are two numbers. */
const METRIC_WORDS: ReadonlyMap<string, string> = new Map([
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

/** Whether the ways of comparing partitions agree with each other. */
export const METRICS_FIGURE: StudyFigure = {
  id: 'metrics',
  number: 8,
  title: 'Correlation between agreement metrics',
  explanation:
    'How the metrics of agreement between measures correlate with each other over all pairs of measures: where they do, it does not matter which of them is looked at. Both correlations are shown; Lange et al. (2022) compute the linear one.',
  byLayer: false,
  applies: (data, options) => usableRuns(data, options).length > 0 && metricsOf(data).length > 1,
  draw: (data, options) => {
    const runs = usableRuns(data, options);
    const metrics = metricsOf(data);
    const grids = CORRELATIONS.map((kind, i) => {
      const { values, counts } = metricCorrelations(runs, kind, metrics);
      const pairs = counts.flatMap((row, a) => row.filter((_, b) => a !== b));
      const heat: Heat = {
        title: NAMES[kind],
        note: `n = ${countsWords(pairs)} pairs of measures`,
        valueOf: (row, column) => (row === column ? undefined : (values[row]?.[column] ?? null)),
      };
      return (left: number, top: number) =>
        heatGrid(
          {
            heats: [heat],
            columns: 1,
            labels: { words: metrics.map(metricWords), gaps: [] },
            cell: 38,
            scale: linearScale(-1, 1),
            colours: 'puor',
            caption: kind === 'spearman' ? 'ρ' : 'r',
            isWritten: true,
            heading: null,
            hasRowLabels: i === 0,
          },
          left,
          top,
        );
    });
    return plotCard({
      title: METRICS_FIGURE.title,
      subtitle: `Over pairs of measures in the hidden layers of ${plural(runs.length, 'run')}`,
      description: `Two matrices of correlations of ${plural(metrics.length, 'metric')}.`,
      legend: [],
      blocks: [{ heading: null, draw: (left, top) => beside(grids, left, top) }],
      caption: sentences(
        `${runCounts([runs.length])}.`,
        'Pairs of the same run and layer are not independent of each other, so that no test is made.',
        metrics.includes('vi')
          ? 'Variation of information is a distance: the others are high where it is low; normalised, it is turned round.'
          : '',
        thresholdWords(data, options.threshold),
      ),
    });
  },
};

function usableRuns(data: StudyData, { threshold }: FigureOptions): CountedRun[] {
  return lastOfRuns(data).filter(({ checkpoint }) => isUsable(checkpoint, threshold));
}

/** The metrics that any pair has a value of. */
function metricsOf({ checkpoints }: StudyData): string[] {
  return [...METRIC_WORDS.keys()].filter((metric) =>
    checkpoints.some(({ layers }) =>
      layers.some(({ agreement }) => agreement.some(({ metrics }) => (metrics[metric] ?? null) !== null)),
    ),
  );
}

/** "13,608", or "9,000–13,608" where some have no value. */
function countsWords(counts: readonly number[]): string {
  const [least, most] = counts.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [Infinity, 0]);
  const words = (n: number): string => n.toLocaleString('en');
  return least === most ? words(most) : `${words(least)}–${words(most)}`;
}
