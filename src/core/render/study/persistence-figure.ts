import { area, line as lineThrough, symbolCircle, symbolDiamond, symbolTriangle } from 'd3-shape';
import { plural, readable } from '../../base/text';
import { labelOf, type Measure } from '../../measures';
import { meanOf, placesOf } from '../../study/curves';
import type { StudyData } from '../../study/study-data';
import { type Baseline, persistenceOf, SHUFFLES } from '../../study/trajectory/persistence';
import { type PersistenceCurve, poolPersistence } from '../../study/trajectory/pooled-persistence';
import { timeFactor, trajectoriesOf } from '../../study/trajectory/trajectories';
import { element, INK } from '../svg';
import type { FigureOptions, StudyFigure } from './figure-options';
import { measureRows } from './measure-rows';
import { factorAxis, linearAxis, type PlotAxis, usualAxis } from './plot-axis';
import { type PlotBlock, type LegendEntry, plotCard } from './plot-card';
import { curveMarks, runLines, SHADE } from './plot-marks';
import { type Frame, type Panel, panelGrid } from './plot-panel';
import { familyColour, type SeriesStyle } from './plot-style';
import { bootstrapSeed, endsOf, layerChoices, runCounts } from './study-series';

/** Units that stay with their cluster, against time, with what they are to be compared with. */
export const PERSISTENCE_FIGURE: StudyFigure = {
  id: 'trajectory-persistence',
  number: null,
  title: 'Persistence of clusters in training',
  explanation:
    'How many units stay with their cluster from one checkpoint to the next, beside what chance, other seeds and resampled data give.',
  byLayer: true,
  applies: (data) => trajectoriesOf(data).length > 0,
  draw,
};

const PANEL = { width: 190, height: 128 };

const STAYING: SeriesStyle = { colour: '#0072b2', dash: undefined, symbol: symbolCircle, isHollow: false };
const SEEDS: SeriesStyle = { colour: '#c4528d', dash: '1.5 2.5', symbol: symbolDiamond, isHollow: true };
const RESAMPLED: SeriesStyle = { colour: '#12876f', dash: '6 3', symbol: symbolTriangle, isHollow: true };

function draw(data: StudyData, options: FigureOptions): string {
  const trajectories = trajectoriesOf(data);
  const factor = timeFactor(data, trajectories);
  const scale = usualAxis(factor);
  const places = placesOf(factor, scale);
  const axes: Axes = {
    x: factorAxis(factor, scale),
    y: linearAxis('share of units', [0, 1]),
    place: (time) => places.get(time) ?? 0,
  };
  const curves: PersistenceCurve[] = [];
  const blocks = layerChoices(data, options).flatMap(({ heading, names }): PlotBlock[] => {
    const { columns, cells } = measureRows(data.measures);
    const panels = cells.map((measure): Panel | null => {
      if (measure === null) return null;
      const layers = names.map((name) => persistenceOf(data, trajectories, name, measure, options.seed));
      const curve = poolPersistence(layers, bootstrapSeed(options));
      if (curve.points.length === 0) return null;
      curves.push(curve);
      return panelOf(measure, curve, axes, options);
    });
    const grid = { panels, columns, size: PANEL };
    return panels.every((panel) => panel === null)
      ? []
      : [{ heading, draw: (left, top) => panelGrid(grid, left, top) }];
  });
  return plotCard({
    title: PERSISTENCE_FIGURE.title,
    subtitle: 'Share of units that stay with their cluster from one checkpoint to the next',
    description: `Persistence of clusters against ${factor.key}.`,
    legend: legendOf(curves),
    blocks,
    caption: captionOf(curves, options),
  });
}

interface Axes {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly place: (time: number) => number;
}

function panelOf(
  measure: Measure,
  curve: PersistenceCurve,
  { x, y, place }: Axes,
  options: FigureOptions,
): Panel {
  const baseline = (frame: Frame, points: readonly Baseline[], style: SeriesStyle, words: string): string =>
    curveMarks(
      frame,
      points.map(({ time, persistence, count }) => ({
        x: place(time),
        y: persistence,
        ends: null,
        tip: `${words}: ${percent(persistence)}, n = ${count}`,
      })),
      style,
    );
  return {
    title: labelOf(measure),
    colour: familyColour(measure),
    x,
    y,
    marks: (frame) => [
      chanceBand(frame, curve.chance, place),
      baseline(frame, curve.seeds, SEEDS, 'other seeds'),
      baseline(frame, curve.bootstrap, RESAMPLED, 'resampled data'),
      options.runs === 'none' ? '' : runLines(frame, linesOf(curve, place), STAYING),
      curveMarks(
        frame,
        curve.points.flatMap((point) =>
          point.mean === null
            ? []
            : {
                x: place(point.time),
                y: point.mean,
                ends: endsOf(point, options.spread),
                tip: `${readable(point.time, 6)}: ${percent(point.mean)} stay, n = ${plural(point.n, 'run')}`,
              },
        ),
        STAYING,
      ),
    ],
  };
}

/** The runs as thin lines; a single run is the mean already. */
function linesOf({ points }: PersistenceCurve, place: Axes['place']): Parameters<typeof runLines>[1] {
  const runs = new Map<string, { x: number; y: number; checkpoint: number; tip: string }[]>();
  for (const { time, runs: each } of points) {
    for (const { run, persistence } of each)
      runs.set(run, [...(runs.get(run) ?? []), { x: place(time), y: persistence, checkpoint: -1, tip: run }]);
  }
  return runs.size < 2 ? [] : [...runs.values()];
}

/** Mean of shuffles, and 1, 2 and 3 standard deviations around it, as untrained networks are drawn. */
function chanceBand(frame: Frame, chance: PersistenceCurve['chance'], place: Axes['place']): string {
  if (chance.length === 0) return '';
  type Point = PersistenceCurve['chance'][number];
  const x = ({ time }: Point): number => frame.x(place(time));
  const inside = (value: number): number => frame.y(Math.min(1, Math.max(0, value)));
  const shades = [3, 2, 1].map((k) => {
    const shade = area<Point>(
      x,
      ({ mean, sd }) => inside(mean - k * sd),
      ({ mean, sd }) => inside(mean + k * sd),
    );
    return element('path', { d: shade.digits(1)([...chance]) ?? '', fill: INK, 'fill-opacity': SHADE });
  });
  const middle = lineThrough<Point>(x, ({ mean }) => inside(mean)).digits(1)([...chance]) ?? '';
  return [...shades, element('path', { d: middle, fill: 'none', stroke: INK, 'stroke-opacity': 0.45 })].join(
    '',
  );
}

function legendOf(curves: readonly PersistenceCurve[]): LegendEntry[] {
  const has = (key: 'seeds' | 'bootstrap'): boolean => curves.some((curve) => curve[key].length > 0);
  return [
    { kind: 'series', label: 'between checkpoints', style: STAYING },
    { kind: 'untrained', label: 'by chance', as: 'bands' },
    ...(has('seeds') ? [{ kind: 'series', label: 'between seeds', style: SEEDS } as const] : []),
    ...(has('bootstrap')
      ? [{ kind: 'series', label: 'between resamples of the data', style: RESAMPLED } as const]
      : []),
  ];
}

function captionOf(curves: readonly PersistenceCurve[], { spread }: FigureOptions): string {
  const points = curves.flatMap((curve) => curve.points);
  const seeds = curves.flatMap((curve) => curve.seeds);
  const resampled = curves.flatMap((curve) => curve.bootstrap);
  const isSeveral = points.some(({ n }) => n > 1);
  const bars = spread === 'se' ? 'Mean ± SE over runs' : 'Mean and 95 % interval over runs';
  return [
    `${isSeveral ? `${bars}, ` : ''}${runCounts(points.map(({ n }) => n))}; clusters are matched one to one so that most units stay.`,
    `By chance: labels shuffled over units ${SHUFFLES} times, mean ± 1, 2, 3 SD of a run.`,
    ...(seeds.length === 0
      ? []
      : [
          `Between seeds: units of two runs of one configuration paired by number, though they do not correspond (n ≤ ${plural(most(seeds), 'pair')} at a time); by the sizes of their clusters alone ${percent(meanOf(seeds.map(({ sizes }) => sizes)))} could stay.`,
        ]),
    ...(resampled.length === 0
      ? []
      : [
          `Between resamples: of the data of one checkpoint, against all of them (n ≤ ${plural(most(resampled), 'checkpoint')} at a time).`,
        ]),
  ].join(' ');
}

const most = (baselines: readonly Baseline[]): number =>
  baselines.reduce((greatest, { count }) => Math.max(greatest, count), 0);

const percent = (share: number): string => `${Math.round(100 * share)} %`;
