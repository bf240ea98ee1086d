import { plural } from '../../base/text';
import { type CountedRun, isUsable, lastOfRuns, runsOfFactor, usableValues } from '../../study/curves';
import type { Scalar } from '../../study/describe';
import { evenly } from '../../study/examples';
import type { Factor } from '../../study/groups';
import { wordOf } from '../../study/groups/sentence';
import { type MeanAgreement, meanAgreement } from '../../study/findings/mean-agreement';
import type { StudyData } from '../../study/study-data';
import { untrainedOf } from '../../study/findings/untrained-networks';
import { linearScale, niceStep, type Scale } from '../colours';
import { sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { metricWords } from './metrics-figure';
import { valueText } from './plot-axis';
import { type PlotBlock, plotCard } from './plot-card';
import { beside, type Heat, heatGrid, measureLabels } from './plot-heat';
import { layerChoices, thresholdWords } from './study-series';

/** Values of a hyper-parameter that are drawn side by side. */
const MOST_VALUES = 4;

/** Matrices of a row, and the two scales that all of a figure share. */
interface Plan {
  readonly heading: string | null;
  readonly rows: readonly (readonly {
    readonly title: string;
    readonly runs: readonly CountedRun[];
    readonly of: ReturnType<typeof meanAgreement>;
  }[])[];
}

/** Whether measures agree, in trained networks and in untrained ones. */
export const MEAN_AGREEMENT_FIGURE: StudyFigure = {
  id: 'agreement',
  number: 9,
  title: 'Agreement between measures',
  explanation:
    'Mean agreement of every measure with every other in untrained networks, in trained ones, and the difference of the two: only what is above zero there was learnt.',
  byLayer: true,
  applies: (data, options) => hasAgreement(data, options),
  draw: (data, options) => {
    const runs = usableRuns(lastOfRuns(data), options);
    const plans = layerChoices(data, options).map(({ heading, names }): Plan => {
      const of = meanAgreement(data, runs, names, options.metric);
      return { heading, rows: [[{ title: 'trained', runs, of }]] };
    });
    const scales = scalesOf(data, plans);
    const untrained = untrainedOf(data);
    const note = `n = ${plural(runs.length, 'run')}`;
    const blocks = plans.map(({ heading, rows }): PlotBlock => {
      const of = rows[0]?.[0]?.of;
      const heat = (title: string, said: string, which: keyof MeanAgreement): Heat => ({
        title,
        note: said,
        valueOf: cellsOf(data, of, which),
      });
      const absolute = [
        ...(untrained === null
          ? []
          : [heat('untrained', `n = ${plural(untrained.distribution.count, 'network')}`, 'untrained')]),
        heat('trained', note, 'trained'),
      ];
      return {
        heading,
        draw: (left, top) =>
          beside(
            [
              (x, y) =>
                heatGrid(gridOf(data, options, absolute, absolute.length, scales.absolute, true), x, y),
              ...(untrained === null
                ? []
                : [
                    (x: number, y: number) =>
                      heatGrid(
                        gridOf(
                          data,
                          options,
                          [heat('trained minus untrained', note, 'difference')],
                          1,
                          scales.difference,
                          false,
                        ),
                        x,
                        y,
                      ),
                  ]),
            ],
            left,
            top,
          ),
      };
    });
    return agreementPlot(MEAN_AGREEMENT_FIGURE, data, options, blocks);
  },
};

/** How agreement changes along each hyper-parameter. */
export const AGREEMENT_BY_VALUE_FIGURE: StudyFigure = {
  id: 'agreement-by-value',
  number: 10,
  title: 'Agreement along hyper-parameters',
  explanation:
    'Mean agreement of every measure with every other at evenly spaced values of each hyper-parameter with which networks still learn, as it is and minus that of untrained networks.',
  byLayer: true,
  applies: (data, options) => data.grouping.factors.length > 0 && hasAgreement(data, options),
  draw: (data, options) => {
    const plans = layerChoices(data, options).map(({ heading, names }): Plan => ({
      heading,
      rows: data.grouping.factors.map((factor) =>
        evenly(usableValues(data, factor, options.threshold), MOST_VALUES).map((value) => {
          const runs = usableRuns(runsAt(data, factor, value), options);
          return {
            title: `${wordOf(factor.key)} ${valueText(value)}`,
            runs,
            of: meanAgreement(data, runs, names, options.metric),
          };
        }),
      ),
    }));
    const scales = scalesOf(data, plans);
    const columns = Math.max(1, ...plans.flatMap(({ rows }) => rows.map(({ length }) => length)));
    const blocks = plans.map(({ heading, rows }): PlotBlock => {
      const heats = (which: keyof MeanAgreement): (Heat | null)[] =>
        rows.flatMap((row) =>
          Array.from({ length: columns }, (_, column) => {
            const found = row[column];
            if (found === undefined) return null;
            return {
              title: found.title,
              note: `n = ${plural(found.runs.length, 'run')}`,
              valueOf: cellsOf(data, found.of, which),
            };
          }),
        );
      const grid =
        (which: keyof MeanAgreement, scale: Scale | null, isFirst: boolean) => (x: number, y: number) =>
          heatGrid(
            {
              ...gridOf(data, options, heats(which), columns, scale, isFirst),
              cell: 11,
              isWritten: false,
              heading: which === 'trained' ? 'trained' : 'trained minus untrained',
            },
            x,
            y,
          );
      return {
        heading,
        draw: (left, top) =>
          beside(
            [
              grid('trained', scales.absolute, true),
              ...(scales.difference === null ? [] : [grid('difference', scales.difference, false)]),
            ],
            left,
            top,
          ),
      };
    });
    return agreementPlot(AGREEMENT_BY_VALUE_FIGURE, data, options, blocks);
  },
};

function agreementPlot(
  { title }: StudyFigure,
  data: StudyData,
  options: FigureOptions,
  blocks: readonly PlotBlock[],
): string {
  return plotCard({
    title: `${title}: ${metricWords(options.metric)}`,
    subtitle: options.layers === 'pooled' ? 'Layers of a run averaged' : 'Layer by layer',
    description: `Matrices of ${plural(data.measures.length, 'measure')} by ${plural(data.measures.length, 'measure')}.`,
    legend: [],
    blocks,
    caption: sentences(
      'Means over runs.',
      data.untrained.size === 0
        ? 'There are no untrained networks to subtract.'
        : 'From every layer the mean of untrained networks in that layer is subtracted.',
      thresholdWords(data, options.threshold),
    ),
  });
}

function hasAgreement({ checkpoints }: StudyData, { metric }: FigureOptions): boolean {
  return checkpoints.some(({ layers }) =>
    layers.some(({ agreement }) => agreement.some(({ metrics }) => (metrics[metric] ?? null) !== null)),
  );
}

function usableRuns(runs: readonly CountedRun[], { threshold }: FigureOptions): CountedRun[] {
  return runs.filter(({ checkpoint }) => isUsable(checkpoint, threshold));
}

function runsAt(data: StudyData, factor: Factor, value: Scalar): CountedRun[] {
  return runsOfFactor(data, factor).filter(
    ({ checkpoint }) => (checkpoint.values[factor.key] ?? null) === value,
  );
}

function cellsOf(
  { measures }: StudyData,
  of: ReturnType<typeof meanAgreement> | undefined,
  which: keyof MeanAgreement,
): Heat['valueOf'] {
  return (row, column) =>
    row === column || of === undefined ? undefined : of(measures[row]!, measures[column]!)[which];
}

function gridOf(
  { measures }: StudyData,
  { palette }: FigureOptions,
  heats: readonly (Heat | null)[],
  columns: number,
  scale: Scale | null,
  isFirst: boolean,
): Parameters<typeof heatGrid>[0] {
  return {
    heats,
    columns,
    labels: measureLabels(measures),
    cell: 36,
    scale: scale ?? linearScale(0, 1),
    colours: isFirst ? palette : 'puor',
    caption: isFirst ? 'agreement' : 'minus untrained',
    isWritten: true,
    heading: null,
    hasRowLabels: isFirst,
  };
}

/** One scale for what is absolute, and one around zero for differences; null where there are none. */
function scalesOf(
  { measures }: StudyData,
  plans: readonly Plan[],
): { absolute: Scale; difference: Scale | null } {
  let [low, high, far] = [0, 0, -1];
  for (const { of } of plans.flatMap(({ rows }) => rows.flat())) {
    for (const [i, a] of measures.entries()) {
      for (const b of measures.slice(i + 1)) {
        const { trained, untrained, difference } = of(a, b);
        low = Math.min(low, trained ?? 0, untrained ?? 0);
        high = Math.max(high, trained ?? 0, untrained ?? 0);
        if (difference !== null) far = Math.max(far, Math.abs(difference));
      }
    }
  }
  // Most metrics are at most 1, and then the scale says so.
  const top = high <= 1 ? 1 : Math.ceil(high / niceStep(high / 6)) * niceStep(high / 6);
  const reach = Math.max(0.05, far);
  const end = Math.ceil(reach / niceStep(reach / 4)) * niceStep(reach / 4);
  return {
    absolute: linearScale(low < 0 ? Math.floor(low * 5) / 5 : 0, top),
    difference: far < 0 ? null : linearScale(-end, end),
  };
}
