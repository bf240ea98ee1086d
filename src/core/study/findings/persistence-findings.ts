import { plural, printable, readable } from '../../base/text';
import { meanOf } from '../curves';
import type { StudyData } from '../study-data';
import { type Baseline, type Persistence, persistenceOf, SHUFFLES } from '../trajectory/persistence';
import { poolPersistence } from '../trajectory/pooled-persistence';
import { type TimeAxis, type Trajectory, trajectoriesOf } from '../trajectory/trajectories';
import { SIGNIFICANT } from './number-words';

/** How long clusters last in a layer while networks are trained, over all measures; shares are of units. */
export interface LayerPersistence {
  readonly layer: string;
  readonly axis: TimeAxis;
  readonly measures: number;
  readonly runs: number;
  /** From one checkpoint to the next, of the run that has most. */
  readonly steps: number;
  /** Share that stays with its cluster: mean over measures, the least and the greatest of them. */
  readonly mean: number;
  readonly range: readonly [number, number];
  /** The same where the labels are shuffled, so often. */
  readonly chance: number;
  readonly shuffles: number;
  /** Between runs of one configuration, and the most pairs that there are at a time; null where there are none. */
  readonly seeds: { readonly share: number; readonly pairs: number } | null;
  /** Between resamples of the data; null where none were made. */
  readonly resampled: { readonly share: number; readonly checkpoints: number } | null;
  /**
   * The time from which on, at every step of every run and by every measure, more units stay than chance explains; null where
   * there is none. Each of them is told from chance, so that their number needs no correction.
   */
  readonly beyondChanceFrom: number | null;
  /** The times of the first and of the last step, where it begins. */
  readonly first: number;
  readonly last: number;
}

/** One for each of the network's own layers that has a trajectory. @param seed of the shuffles */
export function persistenceLevels(data: StudyData, seed: number): LayerPersistence[] {
  const trajectories = trajectoriesOf(data);
  return data.layers
    .filter(({ isCombined }) => !isCombined)
    .flatMap(({ name }) => levelOf(name, data, trajectories, seed) ?? []);
}

function levelOf(
  layer: string,
  data: StudyData,
  trajectories: readonly Trajectory[],
  seed: number,
): LayerPersistence | null {
  const each = data.measures
    .map((measure) => persistenceOf(data, trajectories, layer, measure, seed))
    .filter(({ runs }) => runs.length > 0);
  const curves = each.map((one) => poolPersistence([one], null));
  const means = curves.flatMap(({ points }) => {
    const known = points.flatMap(({ mean }) => mean ?? []);
    return known.length === 0 ? [] : [meanOf(known)];
  });
  const chances = curves.flatMap(({ chance }) => chance.map(({ mean }) => mean));
  const shuffled = each
    .flatMap(({ runs }) => runs.flatMap(({ steps }) => steps))
    .filter(({ chance }) => chance !== null);
  const times = [...new Set(shuffled.map(({ from }) => from))].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  const axis = data.grouping.trajectory;
  if (means.length === 0 || first === undefined || last === undefined || axis === null) return null;
  const isBeyond = (from: number): boolean =>
    shuffled.every((step) => step.from < from || (step.chance?.p ?? 1) <= SIGNIFICANT);
  const seeds = baselineOf(each.flatMap((one) => one.seeds));
  const resampled = baselineOf(each.flatMap((one) => one.bootstrap));
  return {
    layer,
    axis,
    measures: means.length,
    runs: new Set(each.flatMap((one) => one.runs.map(({ run }) => run))).size,
    steps: mostSteps(each),
    mean: meanOf(means),
    range: [Math.min(...means), Math.max(...means)],
    chance: meanOf(chances),
    shuffles: SHUFFLES,
    seeds: seeds && { share: seeds.share, pairs: seeds.count },
    resampled: resampled && { share: resampled.share, checkpoints: resampled.count },
    beyondChanceFrom: times.find(isBeyond) ?? null,
    ...{ first, last },
  };
}

function mostSteps(each: readonly Persistence[]): number {
  return Math.max(...each.flatMap(({ runs }) => runs.map(({ steps }) => steps.length)));
}

function baselineOf(baselines: readonly Baseline[]): { share: number; count: number } | null {
  if (baselines.length === 0) return null;
  return {
    share: meanOf(baselines.map(({ persistence }) => persistence)),
    count: Math.max(...baselines.map(({ count }) => count)),
  };
}

/** It in two sentences: how many stay, and since when that is more than chance. */
export function persistenceFinding(level: LayerPersistence): {
  readonly about: 'training';
  readonly verdict: 'found' | 'none' | 'too few';
  readonly sentence: string;
} {
  const { layer, axis, measures, runs, steps, mean, range, chance, shuffles, seeds, resampled } = level;
  const { beyondChanceFrom: begin, first, last } = level;
  const spread = measures < 2 ? '' : `; ${percents(range)} by measure`;
  const stay = [
    `Layer ${printable(layer, 60)}: ${percents([mean])} of the units stay with their cluster from one checkpoint to the next`,
    `(mean of ${plural(measures, 'measure')} and ${plural(steps, 'step')}, n = ${plural(runs, 'run')}${spread});`,
    `${percents([chance])} would by chance`,
  ].join(' ');
  const others = [
    ...(seeds === null
      ? []
      : [`${percents([seeds.share])} do between seeds (${plural(seeds.pairs, 'pair')})`]),
    ...(resampled === null
      ? []
      : [
          `${percents([resampled.share])} do between resamples of the data (${plural(resampled.checkpoints, 'checkpoint')})`,
        ]),
  ];
  const said = (verdict: 'found' | 'none' | 'too few', when: string) =>
    ({ about: 'training', verdict, sentence: `${[stay, ...others].join(', ')}. ${when}.` }) as const;
  const by = measures > 1 ? ` by all ${measures} measures` : '';
  const counted = `(p ≤ .05 each, ${shuffles} shuffles)`;
  if (begin === null) return said('none', `At the last checkpoints that is not more than chance${by}`);
  if (begin === last && first !== last)
    return said('too few', `Only at the last step is that more than chance${by} ${counted}`);
  const since = begin === first ? 'At every step' : `From ${axis} ${readable(begin, 6)} on`;
  return said('found', `${since} that is more than chance${by} ${counted}`);
}

/** "86 %", "67–95 %" */
function percents(shares: readonly number[]): string {
  return `${shares.map((share) => Math.round(100 * share)).join('–')} %`;
}
