import { type Curve, summarize, type ValueOf } from '../curves';
import { type Factor, factorOf } from '../groups/axis';
import type { StudyData } from '../study-data';
import type { Trajectory } from './trajectories';

/**
 * A number of each run against the time of training, as a curve against a hyper-parameter is. All checkpoints count,
 * whatever their accuracy: at the start of its training every network is below a threshold. A time that only some runs have
 * is summed up over those.
 */
export function courseOf(
  data: StudyData,
  trajectories: readonly Trajectory[],
  valueOf: ValueOf,
  seed: number,
): Curve {
  const factor = timeFactor(data, trajectories);
  const index = new Map(data.checkpoints.map((checkpoint, i) => [checkpoint, i]));
  const points = factor.values.flatMap((time) => {
    const runs = trajectories.flatMap(({ run, checkpoints }) => {
      const timed = checkpoints.find((one) => one.time === time)?.checkpoint;
      const y = timed === undefined ? null : valueOf(timed);
      return timed === undefined || y === null ? [] : [{ checkpoint: index.get(timed) ?? -1, run, y }];
    });
    if (runs.length === 0) return [];
    const ys = runs.map(({ y }) => y);
    return [{ value: time, runs, ...summarize(ys, seed) }];
  });
  return { factor, points };
}

/** From this ratio of the longest to the shortest step on, times are told apart on a logarithmic axis alone. */
const UNEVEN = 8;

/** The times of all trajectories, as the values of a hyper-parameter. */
export function timeFactor({ grouping }: StudyData, trajectories: readonly Trajectory[]): Factor {
  const times = trajectories.flatMap(({ checkpoints }) => checkpoints.map(({ time }) => time));
  const factor = factorOf(grouping.trajectory ?? 'step', times);
  const ascending = factor.values.filter((value) => typeof value === 'number');
  const gaps = ascending.slice(1).map((time, i) => time - ascending[i]!);
  const isUneven = Math.max(...gaps) >= UNEVEN * Math.min(...gaps) && (ascending[0] ?? -1) >= 0;
  return isUneven ? { ...factor, scale: 'log' } : factor;
}
