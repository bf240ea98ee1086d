import type { Compared } from '../../study/findings/correlations';
import { plural } from '../../base/text';
import { labelOf, type Measure } from '../../measures';
import { placesOf, summarize } from '../../study/curves';
import type { Factor } from '../../study/groups';
import { wordOf } from '../../study/groups/sentence';
import type { StudyCheckpoint, StudyData } from '../../study/study-data';
import {
  meanAndSd,
  type UntrainedNetworks,
  untrainedOf,
  untrainedValues,
} from '../../study/findings/untrained-networks';
import { QUANTITIES } from './curve-panels';
import { commonLegend, meansWords, sentences, untrainedWords } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { measureRows } from './measure-rows';
import { factorAxis, linearAxis, usualAxis, valueText } from './plot-axis';
import { plotCard } from './plot-card';
import {
  type Band,
  type CurveMark,
  curveMarks,
  type RunMark,
  runLines,
  runPoints,
  untrainedBand,
} from './plot-marks';
import { type Panel, panelGrid } from './plot-panel';
import { factorStyle, familyColour, measureStyle, type SeriesStyle } from './plot-style';
import {
  bootstrapSeed,
  endsOf,
  type LayerChoice,
  layerChoices,
  MOST_RUNS,
  numeral,
  quantityOf,
  sampleOf,
} from './study-series';

const PANEL = { width: 190, height: 128 };
/** Groups of runs that are drawn apart; more are drawn as one. */
const MOST_GROUPS = 5;
/** From this ratio of the last time to the first on, an axis is logarithmic. */
const LOGARITHMIC = 100;

/** A checkpoint on its way. */
interface Moment {
  readonly index: number;
  readonly time: number;
  readonly checkpoint: StudyCheckpoint;
}

/** Runs of the same hyper-parameters. */
interface Group {
  readonly label: string;
  /** Run by run, in order of time. */
  readonly runs: readonly (readonly Moment[])[];
}

interface Line {
  readonly style: SeriesStyle;
  readonly means: readonly CurveMark[];
  readonly runs: readonly (readonly RunMark[])[];
  readonly counts: readonly number[];
}

/** How Q and the number of clusters come about in training. */
export const TRAJECTORY_FIGURE: StudyFigure = {
  id: 'trajectory',
  number: null,
  title: 'Modularity in training',
  explanation:
    'Modularity Q and the number of clusters of each measure from the first checkpoint of a run to its last: when in training modules come about.',
  byLayer: true,
  applies: (data) => groupsOf(data).length > 0,
  draw: (data, options) => {
    const groups = groupsOf(data);
    const untrained = untrainedOf(data);
    const choices = layerChoices(data, options);
    const blocks = QUANTITIES.map((quantity) =>
      trajectoryPanels(data, options, groups, choices, untrained, quantity),
    );
    const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
    return plotCard({
      title: TRAJECTORY_FIGURE.title,
      subtitle: options.layers === 'pooled' ? 'Layers of a checkpoint averaged' : 'Layer by layer',
      description: `Curves of modularity and clusters of ${plural(data.measures.length, 'measure')} over the checkpoints of ${plural(runs, 'run')}.`,
      legend: [
        ...(groups.length < 2
          ? []
          : groups.map(({ label }, i) => ({ kind: 'series', label, style: factorStyle(i) }) as const)),
        ...commonLegend(options, untrained),
      ],
      blocks: choices.flatMap((choice, at) =>
        blocks.map(({ panels, columns }, i) => ({
          heading: i === 0 ? choice.heading : null,
          draw: (left: number, top: number) =>
            panelGrid({ panels: panels[at] ?? [], columns, size: PANEL }, left, top),
        })),
      ),
      caption: sentences(
        meansWords(
          options,
          blocks.flatMap(({ counts }) => counts),
        ),
        untrainedWords(untrained),
        options.runs === 'lines'
          ? 'Thin lines: runs.'
          : options.runs === 'points'
            ? 'Dots: checkpoints.'
            : '',
        options.runs !== 'none' && runs > MOST_RUNS
          ? `Of ${runs} runs a random sample is drawn one by one.`
          : '',
        'Checkpoints count whatever their accuracy.',
      ),
    });
  },
};

/** Runs with several checkpoints at known times, by their hyper-parameters. */
function groupsOf({ checkpoints, grouping: { trajectory, factors } }: StudyData): Group[] {
  if (trajectory === null) return [];
  const runs = new Map<string, Moment[]>();
  checkpoints.forEach((checkpoint, index) => {
    const time = checkpoint[trajectory];
    if (time === null) return;
    const moments = runs.get(checkpoint.run) ?? [];
    moments.push({ index, time, checkpoint });
    runs.set(checkpoint.run, moments);
  });
  const several = [...runs.values()]
    .filter(({ length }) => length > 1)
    .map((moments) => moments.sort((a, b) => a.time - b.time));
  const varied = factors.filter(
    ({ key }) => new Set(several.map(([first]) => first?.checkpoint.values[key] ?? null)).size > 1,
  );
  const groups = new Map<string, Moment[][]>();
  for (const run of several) {
    const label = varied
      .map(({ key }) => `${wordOf(key)} ${valueText(run[0]?.checkpoint.values[key] ?? null)}`)
      .join(', ');
    groups.set(label, [...(groups.get(label) ?? []), run]);
  }
  if (groups.size <= MOST_GROUPS) return [...groups].map(([label, members]) => ({ label, runs: members }));
  return [{ label: `all ${several.length} runs`, runs: several }];
}

function trajectoryPanels(
  data: StudyData,
  options: FigureOptions,
  groups: readonly Group[],
  choices: readonly LayerChoice[],
  untrained: UntrainedNetworks | null,
  quantity: Compared,
): { panels: readonly (readonly (Panel | null)[])[]; columns: number; counts: readonly number[] } {
  const time = timeFactor(data, groups);
  const axis = options.x === 'auto' ? usualAxis(time) : options.x;
  const places = placesOf(time, axis);
  const shown = new Set(
    sampleOf(
      groups.flatMap(({ runs }) => runs.map((run) => run[0]?.index ?? 0)),
      MOST_RUNS,
      options.seed,
    ),
  );
  const { columns, cells } = measureRows(data.measures);
  const lineOf = (group: Group, choice: LayerChoice, measure: Measure, style: SeriesStyle): Line => {
    const valueOf = choice.of(quantityOf(measure, quantity));
    const runs = group.runs.map((run) =>
      run.flatMap(({ index, time: at, checkpoint }): RunMark[] => {
        const y = valueOf(checkpoint);
        const tip = `${time.key} ${at}: ${numeral(y ?? 0)}`;
        return y === null ? [] : [{ x: places.get(at) ?? 0, y, checkpoint: index, tip }];
      }),
    );
    const byPlace = new Map<number, number[]>();
    for (const { x, y } of runs.flat()) byPlace.set(x, [...(byPlace.get(x) ?? []), y]);
    const summaries = [...byPlace]
      .sort(([a], [b]) => a - b)
      .map(([x, ys]) => ({ x, summary: summarize(ys, bootstrapSeed(options)) }));
    return {
      style,
      runs: options.runs === 'none' ? [] : runs.filter((_, i) => shown.has(group.runs[i]?.[0]?.index ?? -1)),
      counts: summaries.map(({ summary }) => summary.n),
      means: summaries.flatMap(({ x, summary }) =>
        summary.mean === null
          ? []
          : [
              {
                x,
                y: summary.mean,
                ends: endsOf(summary, options.spread),
                tip: `mean ${numeral(summary.mean)}, n = ${plural(summary.n, 'run')}`,
              },
            ],
      ),
    };
  };
  const plans = choices.map((choice) =>
    cells.map(
      (measure) =>
        measure && {
          measure,
          lines: groups.map((group, i) =>
            lineOf(group, choice, measure, groups.length > 1 ? factorStyle(i) : measureStyle(measure)),
          ),
          band:
            untrained && meanAndSd(untrainedValues(untrained.distribution, measure, quantity, choice.names)),
        },
    ),
  );
  const made = plans.flat().filter((plan) => plan !== null);
  const lines = made.flatMap((plan) => plan.lines);
  const x = {
    ...factorAxis(time, axis),
    title: axis === 'percent' ? `${time.key} (% of its range)` : time.key,
  };
  const y = linearAxis(quantity === 'q' ? 'modularity Q' : 'number of clusters', [
    ...lines.flatMap(({ means, runs }) => [
      ...means.flatMap((point) => [point.y, ...(point.ends ?? [])]),
      ...runs.flat().map((mark) => mark.y),
    ]),
    ...made.flatMap(({ band }) => (band === null ? [] : [band.mean - 3 * band.sd, band.mean + 3 * band.sd])),
  ]);
  return {
    columns,
    counts: lines.flatMap(({ counts }) => counts),
    panels: plans.map((row) =>
      row.map(
        (plan) =>
          plan && {
            title: labelOf(plan.measure),
            colour: familyColour(plan.measure),
            x,
            y,
            marks: (frame) => [
              ...marksOf(plan.band, (band) => untrainedBand(frame, band)),
              ...plan.lines.map(({ runs, style }) =>
                options.runs === 'lines'
                  ? runLines(frame, runs, style)
                  : runPoints(frame, runs.flat(), style),
              ),
              ...plan.lines.map(({ means, style }) => curveMarks(frame, means, style)),
            ],
          },
      ),
    ),
  };
}

const marksOf = (band: Band | null, draw: (band: Band) => string): string[] =>
  band === null ? [] : [draw(band)];

/** The times of all checkpoints as values on an axis. */
function timeFactor({ grouping }: StudyData, groups: readonly Group[]): Factor {
  const all = new Set(groups.flatMap(({ runs }) => runs.flatMap((run) => run.map(({ time }) => time))));
  const values = [...all].sort((a, b) => a - b);
  const positive = values.filter((value) => value > 0);
  const isLong = (positive.at(-1) ?? 1) / (positive[0] ?? 1) >= LOGARITHMIC && (values[0] ?? 0) >= 0;
  return { key: grouping.trajectory ?? 'step', scale: isLong ? 'log' : 'linear', values };
}
