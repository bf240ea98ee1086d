import { plural, printable, shorten } from '../../base/text';
import { labelOf, type Measure } from '../../measures';
import { meanOf } from '../../study/curves';
import type { StudyData } from '../../study/study-data';
import { followClusters } from '../../study/trajectory/follow';
import { stepsOf } from '../../study/trajectory/persistence';
import {
  partitionsOf,
  type TimeAxis,
  type TimedPartition,
  trajectoriesOf,
  type Trajectory,
} from '../../study/trajectory/trajectories';
import { type AlluvialBlock, drawAlluvial } from './alluvial-block';
import { sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { type PlotBlock, plotCard } from './plot-card';
import { layerWords } from './study-series';

/** More columns than these would be a carpet. */
const MOST_COLUMNS = 16;

/** How the units of each layer move between clusters while one network is trained. */
export const ALLUVIAL_FIGURE: StudyFigure = {
  id: 'trajectory-clusters',
  number: null,
  title: 'Clusters in training',
  explanation:
    'Where the units of each cluster go from one checkpoint of a run to the next: a band that stays together is a module that lasts.',
  byLayer: true,
  applies: (data, options) => shownOf(data, options) !== null,
  draw: (data, options) => {
    const shown = shownOf(data, options);
    if (shown === null) throw new RangeError('a study without a trajectory has no such figure');
    const { trajectory, measure, layers } = shown;
    const most = Math.max(...layers.map(({ all }) => all));
    const drawn = Math.max(...layers.map(({ block }) => block.partitions.length));
    return plotCard({
      title: `${ALLUVIAL_FIGURE.title}: ${labelOf(measure)}`,
      subtitle: [
        shorten(printable(trajectory.run), 60),
        most === drawn ? plural(most, 'checkpoint') : `${drawn} of ${plural(most, 'checkpoint')}`,
      ].join(' · '),
      description: `Alluvial diagrams of ${plural(layers.length, 'layer')}.`,
      legend: [],
      blocks: layers.map(({ heading, block }): PlotBlock => ({
        heading,
        draw: (left, top) => drawAlluvial(block, left, top),
      })),
      caption: sentences(
        'n = 1 run.',
        'A node is a cluster, as high as it has units; a ribbon is the units that two clusters share; grey are dead units.',
        'A cluster keeps its letter and colour while it is matched with one that has more than half of their mean size in common.',
        'Above the ribbons: units that stay with their cluster under the best one-to-one matching.',
      ),
    });
  },
};

interface ShownLayer {
  readonly heading: string;
  readonly block: AlluvialBlock;
  /** Checkpoints that there are, of which some are drawn. */
  readonly all: number;
}

/** What is drawn: one run, one measure, every layer of which two checkpoints have clusters. null: nothing. */
function shownOf(
  data: StudyData,
  { run, measure: wanted, layers: choice, seed }: FigureOptions,
): { readonly trajectory: Trajectory; readonly measure: Measure; readonly layers: ShownLayer[] } | null {
  const trajectories = trajectoriesOf(data);
  const trajectory = trajectories.find((one) => one.run === run) ?? trajectories[0];
  const measure = data.measures.find((one) => one === wanted) ?? preferred(data.measures);
  const axis = data.grouping.trajectory;
  if (trajectory === undefined || measure === undefined || axis === null) return null;
  const layers = data.layers
    .filter(({ isCombined }) => choice === 'each' || !isCombined || data.layers.length === 1)
    .flatMap(({ name, isCombined }): ShownLayer[] => {
      const all = partitionsOf(trajectory, name, measure);
      const block = blockOf(evenly(all, MOST_COLUMNS), axis);
      if (block === null) return [];
      return [{ heading: headingOf(layerWords(name, isCombined), block, seed), block, all: all.length }];
    });
  return layers.length === 0 ? null : { trajectory, measure, layers };
}

/** That whose clusters training changes most (Lange, Rolnick and Kording 2022), where a study has it. */
function preferred(measures: readonly Measure[]): Measure | undefined {
  return measures.find((measure) => measure === 'forward_jac') ?? measures[0];
}

function blockOf(partitions: readonly TimedPartition[], axis: TimeAxis): AlluvialBlock | null {
  if (partitions.length < 2) return null;
  const persistence = stepsOf(partitions, null).map((step) => step.persistence);
  return { followed: followClusters(partitions.map(({ labels }) => labels)), partitions, persistence, axis };
}

/** "layer fc1: 64 units, 80 % stay from one checkpoint to the next, 33 % would by chance" */
function headingOf(layer: string, { partitions }: AlluvialBlock, seed: number): string {
  const steps = stepsOf(partitions, seed);
  const units = plural(partitions[0]?.labels.length ?? 0, 'unit');
  const shares = steps.flatMap(({ persistence }) => persistence ?? []);
  const chances = steps.flatMap(({ chance }) => chance?.mean ?? []);
  if (shares.length === 0 || chances.length === 0) return `${layer}: ${units}`;
  const [share, chance] = [shares, chances].map((values) => `${Math.round(100 * meanOf(values))} %`);
  return `${layer}: ${units}, ${share} stay from one checkpoint to the next, ${chance} would by chance`;
}

/** At most so many of them, the first and the last among them, the others at even distances. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]!);
}
