import { type Curve, summarize, type ValueOf } from '../curves';
import { factorOf } from '../groups/axis';
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
  const times = trajectories.flatMap(({ checkpoints }) => checkpoints.map(({ time }) => time));
  const factor = factorOf(data.grouping.trajectory ?? 'step', times);
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
