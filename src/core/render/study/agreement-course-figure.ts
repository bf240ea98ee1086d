import { symbolCircle, symbolDiamond, symbolTriangle } from 'd3-shape';
import { plural, readable } from '../../base/text';
import { meanOf, placesOf, type Summary, summarize } from '../../study/curves';
import { type Block, blockOf, BLOCKS } from '../../study/findings/agreement-blocks';
import { type MeanAgreement, meanAgreement } from '../../study/findings/mean-agreement';
import type { StudyData } from '../../study/study-data';
import {
  type TimedCheckpoint,
  timeFactor,
  type Trajectory,
  trajectoriesOf,
} from '../../study/trajectory/trajectories';
import { MUTED } from '../svg';
import { meansWords, sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { metricWords } from './metrics-figure';
import { factorAxis, linearAxis, usualAxis } from './plot-axis';
import { type LegendEntry, plotCard } from './plot-card';
import { type CurveMark, curveMarks, type RunMark, runLines } from './plot-marks';
import { type Panel, panelGrid } from './plot-panel';
import { familyColour, type SeriesStyle } from './plot-style';
import { bootstrapSeed, endsOf, layerChoices, numeral } from './study-series';

/** How far measures agree in training: within each family, and across. */
export const AGREEMENT_COURSE_FIGURE: StudyFigure = {
  id: 'trajectory-agreement',
  number: null,
  title: 'Agreement between measures in training',
  explanation:
    'Mean agreement of upstream measures with each other, of downstream ones, and of the two families, from the first checkpoint of a run to its last: whether training brings the definitions of a module together.',
  byLayer: true,
  applies: (data, { metric }) =>
    trajectoriesOf(data).some(({ checkpoints }) =>
      checkpoints.some(({ checkpoint }) =>
        checkpoint.layers.some(({ agreement }) =>
          agreement.some(({ metrics }) => (metrics[metric] ?? null) !== null),
        ),
      ),
    ),
  draw: (data, options) => {
    const trajectories = trajectoriesOf(data);
    const factor = timeFactor(data, trajectories);
    const scale = usualAxis(factor);
    const places = placesOf(factor, scale);
    const x = factorAxis(factor, scale);
    const plans = coursesOf(data, options, trajectories);
    const all = plans.flatMap(({ courses }) => courses);
    const values = all.flatMap(({ points }) =>
      points.flatMap(({ trained, untrained, ends }) => [
        ...trained.map(({ y }) => y),
        ...(untrained === null ? [] : [untrained]),
        ...(ends ?? []),
      ]),
    );
    const y = linearAxis(metricWords(options.metric), values);
    return plotCard({
      title: AGREEMENT_COURSE_FIGURE.title,
      subtitle: options.layers === 'pooled' ? 'Layers of a checkpoint averaged' : 'Layer by layer',
      description: `Agreement of measures over the checkpoints of ${plural(trajectories.length, 'run')}.`,
      legend: legendOf(all),
      blocks: plans
        .filter(({ courses }) => courses.length > 0)
        .map(({ heading, courses }) => ({
          heading,
          draw: (left, top) => {
            const panels = courses.map((course): Panel => {
              const { block } = course;
              const at = (time: number): number => places.get(time) ?? 0;
              return { title: TITLES[block], colour: STYLES[block].colour, x, y, marks: marksOf(course, at) };
            });
            return panelGrid({ panels, columns: panels.length, size: PANEL }, left, top);
          },
        })),
      caption: sentences(
        meansWords(
          options,
          all.flatMap(({ points }) => points.map(({ summary }) => summary.n)),
        ),
        'A block is the mean over its pairs of different measures, a measure and its normalised form among them.',
        'Checkpoints count whatever their accuracy.',
      ),
    });
  },
};

const PANEL = { width: 230, height: 150 };
const TITLES: Readonly<Record<Block, string>> = {
  upstream: 'within upstream',
  downstream: 'within downstream',
  across: 'upstream with downstream',
};
const STYLES: Readonly<Record<Block, SeriesStyle>> = {
  upstream: { colour: familyColour('forward_cov'), dash: undefined, symbol: symbolCircle, isHollow: false },
  downstream: {
    colour: familyColour('backward_jac'),
    dash: undefined,
    symbol: symbolTriangle,
    isHollow: false,
  },
  across: { colour: '#7a4fb8', dash: undefined, symbol: symbolDiamond, isHollow: false },
};
const UNTRAINED: SeriesStyle = { colour: MUTED, dash: '4 2.5', symbol: symbolCircle, isHollow: true };

/** Agreement within a block against time. */
interface Course {
  readonly block: Block;
  readonly points: readonly {
    readonly time: number;
    readonly trained: readonly { readonly run: string; readonly y: number }[];
    /** Mean over the runs' untrained networks. */
    readonly untrained: number | null;
    readonly summary: Summary;
    readonly ends: readonly [number, number] | null;
  }[];
}

/** Of each choice of layers, the blocks of which any checkpoint has a number. */
function coursesOf(
  data: StudyData,
  options: FigureOptions,
  trajectories: readonly Trajectory[],
): { readonly heading: string | null; readonly courses: readonly Course[] }[] {
  const times = timeFactor(data, trajectories).values.filter((time) => typeof time === 'number');
  return layerChoices(data, options).map(({ heading, names }) => {
    const agreementOf = (timed: TimedCheckpoint): ReturnType<typeof meanAgreement> =>
      meanAgreement(data, [{ index: 0, checkpoint: timed.checkpoint }], names, options.metric);
    const moments = trajectories.flatMap(({ run, checkpoints }) =>
      checkpoints.map((timed) => ({ run, time: timed.time, of: agreementOf(timed) })),
    );
    const courses = BLOCKS.map((block): Course => {
      const points = times.flatMap((time): Course['points'][number][] => {
        const found = moments
          .filter((moment) => moment.time === time)
          .flatMap(({ run, of }) => {
            const y = blockMean(data, block, of, 'trained');
            return y === null ? [] : [{ run, y, untrained: blockMean(data, block, of, 'untrained') }];
          });
        const known = found.flatMap(({ untrained }) => untrained ?? []);
        if (found.length === 0) return [];
        const summary = summarize(
          found.map(({ y }) => y),
          bootstrapSeed(options),
        );
        return [
          {
            time,
            trained: found,
            untrained: known.length < found.length ? null : meanOf(known),
            summary,
            ends: endsOf(summary, options.spread),
          },
        ];
      });
      return { block, points };
    });
    return { heading, courses: courses.filter(({ points }) => points.length > 0) };
  });
}

/** Mean over the pairs of a block; null where there are none, or one of them is not defined. */
function blockMean(
  { measures }: StudyData,
  block: Block,
  of: ReturnType<typeof meanAgreement>,
  which: keyof MeanAgreement,
): number | null {
  const values = measures.flatMap((a, i) =>
    measures.slice(i + 1).flatMap((b) => (blockOf(a, b) === block ? [of(a, b)[which]] : [])),
  );
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 || known.length < values.length ? null : meanOf(known);
}

function marksOf({ block, points }: Course, place: (time: number) => number): Panel['marks'] {
  const means = points.flatMap(({ time, summary, ends }): CurveMark[] =>
    summary.mean === null
      ? []
      : [
          {
            x: place(time),
            y: summary.mean,
            ends,
            tip: `${readable(time, 6)}: ${numeral(summary.mean)}, n = ${plural(summary.n, 'run')}`,
          },
        ],
  );
  const untrained = points.flatMap(({ time, untrained: y }): CurveMark[] =>
    y === null ? [] : [{ x: place(time), y, ends: null, tip: `untrained: ${numeral(y)}` }],
  );
  const runs = new Map<string, RunMark[]>();
  for (const { time, trained } of points) {
    for (const { run, y } of trained)
      runs.set(run, [...(runs.get(run) ?? []), { x: place(time), y, checkpoint: -1, tip: run }]);
  }
  return (frame) => [
    curveMarks(frame, untrained, UNTRAINED),
    runs.size < 2 ? '' : runLines(frame, [...runs.values()], STYLES[block]),
    curveMarks(frame, means, STYLES[block]),
  ];
}

function legendOf(courses: readonly Course[]): LegendEntry[] {
  const hasUntrained = courses.some(({ points }) => points.some(({ untrained }) => untrained !== null));
  return hasUntrained ? [{ kind: 'series', label: 'untrained networks, mean', style: UNTRAINED }] : [];
}
