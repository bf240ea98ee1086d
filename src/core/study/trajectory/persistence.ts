import { type AlignmentNull, alignmentNulls, alignmentOptimal } from '../../agreement/alignment';
import { overlap } from '../../agreement/overlap';
import type { Measure } from '../../measures';
import { meanOf } from '../curves';
import type { StudyCheckpoint, StudyData } from '../study-data';
import { partitionsOf, type TimedPartition, type Trajectory } from './trajectories';

/*
 * Persistence of clusters: the share of units that stay with their cluster from one checkpoint of a run to the next, when
 * clusters are matched one to one so that most units stay (alignment_optimal). Units that are dead at either are left out.
 *
 * How much it takes to be something is said by the same statistic for three other pairs of partitions:
 *
 * - chance: one of the two partitions is shuffled over the units, its cluster sizes kept. It is what any two unrelated
 *   partitions of these sizes come to, and well above 0, because the best matching is taken.
 * - seeds: two runs of one configuration at the same time of training, units paired by their number. Unit 7 of one network has
 *   nothing to do with unit 7 of another, so this is unrelated partitions again, but of networks that did train alike. It
 *   should be near chance; where it is far above, the runs share their initial weights or what drives the units is in their
 *   order. What can be compared between seeds are sizes: `sizes` is the share of units that could stay if units
 *   corresponded as well as the sizes of the clusters allow.
 * - bootstrap: partitions of one checkpoint on resampled data, against that on all data. No more than this can be expected
 *   of two checkpoints: what is missing to it is training's work, what is missing to 1 is the sample's.
 */

export interface PersistenceStep {
  /** Times of the two checkpoints. */
  readonly from: number;
  readonly to: number;
  /** Units alive at both. */
  readonly units: number;
  /** 0 … 1; null where no unit is alive at both. */
  readonly persistence: number | null;
  /** Under shuffling; null where it was not computed (see CHANCE_RUNS) or persistence is null. */
  readonly chance: AlignmentNull | null;
}

/** A baseline at one time: mean over `count` pairs or checkpoints. */
export interface Baseline {
  readonly time: number;
  readonly count: number;
  readonly persistence: number;
}

/** A layer by a measure, over all trajectories of a study. */
export interface Persistence {
  readonly layer: string;
  readonly measure: Measure;
  readonly runs: readonly { readonly run: string; readonly steps: readonly PersistenceStep[] }[];
  /** In order of time; `count` pairs of runs. */
  readonly seeds: readonly (Baseline & { readonly sizes: number })[];
  /** In order of time; `count` checkpoints that were resampled. */
  readonly bootstrap: readonly Baseline[];
}

/** Chance hardly differs between runs: of more than these it is not computed. */
const CHANCE_RUNS = 20;
export const SHUFFLES = 99;

/** @param seed of the shuffles */
export function persistenceOf(
  data: StudyData,
  trajectories: readonly Trajectory[],
  layer: string,
  measure: Measure,
  seed: number,
): Persistence {
  const runs = trajectories.map((trajectory, index) => ({
    run: trajectory.run,
    steps: stepsOf(partitionsOf(trajectory, layer, measure), index < CHANCE_RUNS ? seed : null),
  }));
  return {
    layer,
    measure,
    runs: runs.filter(({ steps }) => steps.length > 0),
    seeds: betweenSeeds(data, layer, measure),
    bootstrap: underResampling(trajectories, layer, measure),
  };
}

/** From each partition to the next. @param seed of the shuffles; null: without chance */
export function stepsOf(partitions: readonly TimedPartition[], seed: number | null): PersistenceStep[] {
  const pairs = partitions.slice(1).map((later, i) => ({
    earlier: partitions[i]!,
    later,
    overlap: overlap(partitions[i]!.labels, later.labels),
  }));
  const chances =
    seed === null
      ? []
      : alignmentNulls(
          pairs.map((pair) => pair.overlap),
          SHUFFLES,
          seed,
          'optimal',
        );
  return pairs.map(({ earlier, later, overlap: { units, ...table } }, i) => ({
    from: earlier.time,
    to: later.time,
    units,
    persistence: alignmentOptimal({ units, ...table }),
    chance: chances[i] ?? null,
  }));
}

/** Each run with the next of its configuration, and the last with the first: every run counts alike. */
function betweenSeeds(data: StudyData, layer: string, measure: Measure): Persistence['seeds'] {
  const axis = data.grouping.trajectory;
  if (axis === null) return [];
  const times = new Map<number, Map<string, StudyCheckpoint[]>>();
  for (const checkpoint of data.checkpoints) {
    const time = checkpoint[axis];
    if (time === null) continue;
    const configurations = times.get(time) ?? new Map<string, StudyCheckpoint[]>();
    times.set(time, configurations);
    const key = JSON.stringify(data.grouping.factors.map((factor) => checkpoint.values[factor.key] ?? null));
    const members = configurations.get(key) ?? [];
    configurations.set(key, members);
    if (members.every((other) => areOfDifferentSeeds(other, checkpoint))) members.push(checkpoint);
  }
  return [...times]
    .sort(([a], [b]) => a - b)
    .flatMap(([time, configurations]) => {
      const found = [...configurations.values()].flatMap(ring).flatMap(([a, b]) => {
        const one = a.layers.find(({ name }) => name === layer)?.methods[measure];
        const other = b.layers.find(({ name }) => name === layer)?.methods[measure];
        if (one?.labels.length !== other?.labels.length || one === undefined || other === undefined)
          return [];
        const table = overlap(Int32Array.from(one.labels), Int32Array.from(other.labels));
        const persistence = alignmentOptimal(table);
        return persistence === null ? [] : [{ persistence, sizes: sharedSizes(table) }];
      });
      if (found.length === 0) return [];
      return [
        {
          time,
          count: found.length,
          persistence: meanOf(found.map(({ persistence }) => persistence)),
          sizes: meanOf(found.map(({ sizes }) => sizes)),
        },
      ];
    });
}

/** A copy of a checkpoint is no other seed: its weights have the same norms to the last digit. */
function areOfDifferentSeeds(a: StudyCheckpoint, b: StudyCheckpoint): boolean {
  const isCopy = a.stats.l2Norm === b.stats.l2Norm && a.stats.l1Norm === b.stats.l1Norm;
  return a.run !== b.run && !isCopy;
}

/** Each member with the next, and the last with the first. */
function ring<T>(members: readonly T[]): (readonly [T, T])[] {
  const pairs = members.map((member, i) => [member, members[(i + 1) % members.length]!] as const);
  return members.length > 2 ? pairs : pairs.slice(1);
}

/** The greatest share of units that clusters of these sizes can have in common: the largest with the largest, and so on. */
function sharedSizes({
  units,
  rows,
  columns,
}: {
  readonly units: number;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}): number {
  const [a, b] = [rows, columns].map((sizes) => Int32Array.from(sizes).sort().reverse());
  return (a ?? rows).reduce((sum, size, i) => sum + Math.min(size, b?.[i] ?? 0), 0) / units;
}

function underResampling(trajectories: readonly Trajectory[], layer: string, measure: Measure): Baseline[] {
  const values = new Map<number, number[]>();
  for (const trajectory of trajectories) {
    for (const { time, measure: found } of partitionsOf(trajectory, layer, measure)) {
      const persistence = found.bootstrap?.persistence ?? null;
      if (persistence !== null) values.set(time, [...(values.get(time) ?? []), persistence]);
    }
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([time, each]) => ({ time, count: each.length, persistence: meanOf(each) }));
}
