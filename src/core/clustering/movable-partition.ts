import type { Labels } from '../base/matrix';

/** A move must raise Q by more than this, so that rounding in the running sums moves no unit to and fro. */
export const EPSILON = 1e-14;

/** A partition of a graph's units that changes unit by unit. It begins with no unit in a cluster (−1). */
export interface MovablePartition {
  /** Cluster per unit, −1 none. */
  readonly labels: Labels;
  /**
   * Q of a partition of all units, without the self-loops of an aggregated graph, which add the same to every partition.
   */
  quality(): number;
  /**
   * The cluster in which unit i raises Q most: its own at a tie, one without units where that is best.
   * @param from clusters of lower numbers are not considered
   */
  favourite(i: number, from?: number): number;
  /** Puts unit i into a cluster: one that has units, or one that `favourite` found. */
  move(i: number, to: number): void;
  /**
   * Local moving (Blondel, Guillaume, Lambiotte and Lefebvre, J. Stat. Mech. P10008, 2008): each unit in turn goes where it
   * raises Q most, until none of them moves.
   * @param order every unit once
   */
  settle(order: Int32Array): void;
}
