import { plural, printable, readable } from '../../base/text';
import { meanOf } from '../curves';
import type { StudyData } from '../study-data';
import { type Baseline, type Persistence, persistenceOf, SHUFFLES } from '../trajectory/persistence';
import { poolPersistence } from '../trajectory/pooled-persistence';
import { type Trajectory, trajectoriesOf } from '../trajectory/trajectories';

/** How long clusters last in a layer, as a sentence or two. */
export interface PersistenceFinding {
  readonly about: 'training';
  /** Whether from some checkpoint on more units stay than chance explains; null where that cannot be told. */
  readonly verdict: 'found' | 'none' | 'too few';
  readonly sentence: string;
}

/** One for each layer of the network's own that has a trajectory. @param seed of the shuffles */
export function persistenceFindings(data: StudyData, seed: number): PersistenceFinding[] {
  const trajectories = trajectoriesOf(data);
  return data.layers
    .filter(({ isCombined }) => !isCombined)
    .flatMap(({ name }) => findingOf(name, data, trajectories, seed) ?? []);
}

/** From here on down, a step is told from chance. */
const SIGNIFICANT = 0.05;

function findingOf(
  layer: string,
  data: StudyData,
  trajectories: readonly Trajectory[],
  seed: number,
): PersistenceFinding | null {
  const each = data.measures
    .map((measure) => persistenceOf(data, trajectories, layer, measure, seed))
    .filter(({ runs }) => runs.length > 0);
  const curves = each.map((one) => poolPersistence([one], seed));
  const means = curves.flatMap(({ points }) => {
    const known = points.flatMap(({ mean }) => mean ?? []);
    return known.length === 0 ? [] : [meanOf(known)];
  });
  const chances = curves.flatMap(({ chance }) => chance.map(({ mean }) => mean));
  if (means.length === 0 || chances.length === 0) return null;
  const runs = new Set(each.flatMap((one) => one.runs.map(({ run }) => run))).size;
  const steps = Math.max(...curves.map(({ points }) => points.length));
  const range = means.length < 2 ? '' : `; ${range100(means)} by measure`;
  const level = [
    `Layer ${printable(layer, 60)}: ${percent(meanOf(means))} of the units stay with their cluster from one checkpoint to the next`,
    `(mean of ${plural(means.length, 'measure')} and ${plural(steps, 'step')}, n = ${plural(runs, 'run')}${range});`,
    `${percent(meanOf(chances))} would by chance${baselineWords(
      curves.flatMap(({ seeds }) => seeds),
      'between seeds',
      'pair',
    )}`,
  ].join(' ');
  const resampled = baselineWords(
    curves.flatMap(({ bootstrap }) => bootstrap),
    'between resamples of the data',
    'checkpoint',
  );
  const { verdict, sentence } = settling(each, data.grouping.trajectory ?? 'step');
  return { about: 'training', verdict, sentence: `${level}${resampled}. ${sentence}` };
}

/** ", 31 % do between seeds (3 pairs)"; nothing where there are none. */
function baselineWords(baselines: readonly Baseline[], what: string, noun: string): string {
  if (baselines.length === 0) return '';
  const count = Math.max(...baselines.map((one) => one.count));
  return `, ${percent(meanOf(baselines.map(({ persistence }) => persistence)))} do ${what} (${plural(count, noun)})`;
}

/**
 * From when on more units stay than chance explains, at every step of every run by every measure. Each of them must be told from
 * chance, so that their number needs no correction.
 */
function settling(
  measures: readonly Persistence[],
  axis: string,
): Pick<PersistenceFinding, 'verdict' | 'sentence'> {
  const steps = measures
    .flatMap(({ runs }) => runs.flatMap((run) => run.steps))
    .filter(({ chance }) => chance !== null);
  const times = [...new Set(steps.map(({ from }) => from))].sort((a, b) => a - b);
  const isBeyond = (from: number): boolean =>
    steps.every((step) => step.from < from || (step.chance?.p ?? 1) <= SIGNIFICANT);
  const begin = times.find(isBeyond);
  const last = times.at(-1);
  const by = measures.length > 1 ? ` by all ${measures.length} measures` : '';
  const counted = `(p ≤ .05 each, ${SHUFFLES} shuffles)`;
  if (begin === undefined)
    return { verdict: 'none', sentence: `At the last checkpoints that is not more than chance${by}.` };
  if (begin === last && times.length > 1)
    return {
      verdict: 'too few',
      sentence: `Only at the last step is that more than chance${by} ${counted}.`,
    };
  const since = begin === times[0] ? 'At every step' : `From ${axis} ${readable(begin, 6)} on`;
  return { verdict: 'found', sentence: `${since} that is more than chance${by} ${counted}.` };
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function range100(shares: readonly number[]): string {
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map((share) => Math.round(100 * share));
  return `${low}–${high} %`;
}
