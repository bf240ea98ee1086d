import { type ClusterEvents, clusterEvents } from '../../agreement/cluster-events';
import { overlap, type Overlap } from '../../agreement/overlap';
import type { Labels } from '../../base/matrix';

/** A cluster at one checkpoint, and which of the clusters before it lives on in it. */
export interface FollowedCluster {
  /** Its label at this checkpoint; labels of different checkpoints say nothing of each other. */
  readonly label: number;
  readonly units: number;
  /** The same for all checkpoints through which a cluster continues; counted from 0 in order of appearance. */
  readonly track: number;
  readonly origin: 'first' | 'continued' | 'born' | 'split' | 'merged';
  /** Whether two or more clusters merged into it here; it may continue one of them. */
  readonly isMerger: boolean;
  /** What becomes of it at the next checkpoint. */
  readonly end: 'last' | 'continued' | 'died' | 'split' | 'merged';
}

export interface FollowedPartition {
  /** In order of label. */
  readonly clusters: readonly FollowedCluster[];
  /** Units that are in no cluster here. */
  readonly dead: number;
}

/** From one checkpoint to the next. */
export interface FollowedStep {
  /** With the dead as a cluster. */
  readonly overlap: Overlap;
  readonly events: ClusterEvents;
  /** Units alive before and dead after, and the other way round. */
  readonly died: number;
  readonly revived: number;
}

export interface Followed {
  readonly partitions: readonly FollowedPartition[];
  /** One fewer than partitions. */
  readonly steps: readonly FollowedStep[];
  readonly tracks: number;
}

/**
 * Follows clusters through partitions of the same units, each compared with the next. A cluster that is gone at one
 * checkpoint and back at a later one is another cluster there.
 *
 * @param partitions label per unit, −1 dead, in order of time
 */
export function followClusters(partitions: readonly Labels[]): Followed {
  const steps = partitions.slice(1).map((labels, i) => stepOf(partitions[i]!, labels));
  let tracks = 0;
  /** Label → track, at the checkpoint before. */
  let before: ReadonlyMap<number, number> = new Map();
  const followed = partitions.map((labels, i): FollowedPartition => {
    const arrival = steps[i - 1]?.events;
    const departure = steps[i]?.events;
    const sizes = sizesOf(labels);
    const live = [...sizes].filter(([label]) => label >= 0).sort(([a], [b]) => a - b);
    const clusters = live.map(([label, units]): FollowedCluster => {
      const continued = arrival?.continued.find(({ to }) => to === label);
      return {
        label,
        units,
        track: (continued && before.get(continued.from)) ?? tracks++,
        origin: arrival === undefined ? 'first' : originOf(label, arrival),
        isMerger: arrival?.merges.some(({ to }) => to === label) ?? false,
        end: departure === undefined ? 'last' : endOf(label, departure),
      };
    });
    before = new Map(clusters.map(({ label, track }) => [label, track]));
    return { clusters, dead: sizes.get(-1) ?? 0 };
  });
  return { partitions: followed, steps, tracks };
}

function stepOf(earlier: Labels, later: Labels): FollowedStep {
  const table = overlap(earlier, later, 'as-cluster');
  return {
    overlap: table,
    events: clusterEvents(table),
    died: earlier.filter((label, unit) => label >= 0 && later[unit]! < 0).length,
    revived: earlier.filter((label, unit) => label < 0 && later[unit]! >= 0).length,
  };
}

function sizesOf(labels: Labels): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return sizes;
}

function originOf(label: number, { continued, splits, merges }: ClusterEvents): FollowedCluster['origin'] {
  if (continued.some(({ to }) => to === label)) return 'continued';
  if (splits.some(({ to }) => to.includes(label))) return 'split';
  return merges.some(({ to }) => to === label) ? 'merged' : 'born';
}

function endOf(label: number, { continued, splits, merges }: ClusterEvents): FollowedCluster['end'] {
  if (continued.some(({ from }) => from === label)) return 'continued';
  if (splits.some(({ from }) => from === label)) return 'split';
  return merges.some(({ from }) => from.includes(label)) ? 'merged' : 'died';
}
