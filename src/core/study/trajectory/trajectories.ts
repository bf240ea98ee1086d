import type { Labels } from '../../base/matrix';
import type { Measure } from '../../measures';
import type { Factor, Grouping } from '../groups';
import type { StudyCheckpoint, StudyData, StudyMeasure } from '../study-data';

/** What checkpoints of a run are ordered by. */
export type TimeAxis = NonNullable<Grouping['trajectory']>;

/** A run with two or more checkpoints in time. */
export interface Trajectory {
  readonly run: string;
  /** In order of time, no two at the same. */
  readonly checkpoints: readonly TimedCheckpoint[];
}

export interface TimedCheckpoint {
  /** Step or epoch. */
  readonly time: number;
  readonly checkpoint: StudyCheckpoint;
}

/** A layer by a measure at one checkpoint. */
export interface TimedPartition {
  readonly time: number;
  readonly path: string;
  readonly measure: StudyMeasure;
  readonly labels: Labels;
}

/**
 * The runs of a study that have a trajectory, in the order of the study. Of checkpoints of one time (a run's last is often
 * written twice) the first counts; those whose time is not known do not.
 */
export function trajectoriesOf({ grouping, checkpoints }: StudyData): Trajectory[] {
  const axis = grouping.trajectory;
  if (axis === null) return [];
  const runs = new Map<string, Map<number, StudyCheckpoint>>();
  for (const checkpoint of checkpoints) {
    const time = checkpoint[axis];
    if (time === null) continue;
    const run = runs.get(checkpoint.run) ?? new Map<number, StudyCheckpoint>();
    runs.set(checkpoint.run, run);
    if (!run.has(time)) run.set(time, checkpoint);
  }
  return [...runs]
    .filter(([, times]) => times.size > 1)
    .map(([run, times]) => ({
      run,
      checkpoints: [...times]
        .map(([time, checkpoint]) => ({ time, checkpoint }))
        .sort((a, b) => a.time - b.time),
    }));
}

/**
 * The partitions of a layer by a measure along a trajectory. Checkpoints without them are passed over, and so are those
 * where the layer has another size than at the last: their units are not the same.
 */
export function partitionsOf(
  { checkpoints }: Trajectory,
  layerName: string,
  measure: Measure,
): TimedPartition[] {
  const found = checkpoints.flatMap(({ time, checkpoint }) => {
    const result = checkpoint.layers.find(({ name }) => name === layerName)?.methods[measure];
    if (result === undefined) return [];
    return [{ time, path: checkpoint.path, measure: result, labels: Int32Array.from(result.labels) }];
  });
  const units = found.at(-1)?.labels.length;
  return found.filter(({ labels }) => labels.length === units);
}

/** From this ratio of the last time to the first on, times are told apart on a logarithmic axis alone. */
const LONG = 100;

/** The times of trajectories as the values of a hyper-parameter, whose axis they then have. */
export function timeFactor({ grouping }: StudyData, trajectories: readonly Trajectory[]): Factor {
  const times = new Set(trajectories.flatMap(({ checkpoints }) => checkpoints.map(({ time }) => time)));
  const values = [...times].sort((a, b) => a - b);
  const positive = values.filter((value) => value > 0);
  const isLong = (positive.at(-1) ?? 1) / (positive[0] ?? 1) >= LONG && (values[0] ?? 0) >= 0;
  return { key: grouping.trajectory ?? 'step', scale: isLong ? 'log' : 'linear', values };
}
