import type { Labels } from '../base/matrix';
import { EPSILON, type MovablePartition } from './movable-partition';
import type { SparseGraph } from './sparse-graph';

/**
 * A partition of a sparse graph's units. Judging all the moves of a unit costs O(its neighbours), making one O(1). A unit may
 * be in no cluster (−1).
 */
export class SparsePartition implements MovablePartition {
  readonly labels: Labels;
  /** Sum of degrees per cluster. */
  readonly #masses: Float64Array;
  readonly #sizes: Int32Array;
  /** Cluster numbers without units, the next one to be used last; numbers that have been filled since may be among them. */
  readonly #free: Int32Array;
  readonly #isFree: Uint8Array;
  #freeCount: number;
  /** Work space: the weight between a unit and each of the clusters near it, and which these are. */
  readonly #near: Float64Array;
  readonly #nearby: Int32Array;
  /** Units to be judged, in a ring, and whether a unit is among them. */
  readonly #queue: Int32Array;
  readonly #queued: Uint8Array;
  #first = 0;
  #waiting = 0;

  constructor(
    readonly graph: SparseGraph,
    private readonly resolution: number,
  ) {
    const { size } = graph;
    // One more than there are units: a unit alone may be judged against a cluster of its own.
    const most = size + 1;
    this.labels = new Int32Array(size).fill(-1);
    this.#masses = new Float64Array(most);
    this.#sizes = new Int32Array(most);
    this.#free = new Int32Array(most).map((_, k) => most - 1 - k);
    this.#isFree = new Uint8Array(most).fill(1);
    this.#freeCount = most;
    this.#near = new Float64Array(most);
    this.#nearby = new Int32Array(most);
    this.#queue = new Int32Array(size);
    this.#queued = new Uint8Array(size);
  }

  quality(): number {
    const { offsets, neighbours, edges, size } = this.graph;
    const { labels } = this;
    let q = 0;
    for (let i = 0; i < size; i++) {
      const own = labels[i]!;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) if (labels[neighbours[k]!] === own) q += edges[k]!;
    }
    for (const mass of this.#masses) q -= this.resolution * mass ** 2;
    return q;
  }

  /** How many units a cluster has. */
  sizeOf(c: number): number {
    return this.#sizes[c]!;
  }

  /** A number that no cluster has. */
  unused(): number {
    while (this.#sizes[this.#free[this.#freeCount - 1]!]! > 0)
      this.#isFree[this.#free[--this.#freeCount]!] = 0;
    return this.#free[this.#freeCount - 1]!;
  }

  /** Half of what Q gains when unit i, taken out of its cluster, joins the cluster that `favourite` found last. */
  gain = 0;

  favourite(i: number, from = 0): number {
    const { offsets, neighbours, edges, degrees } = this.graph;
    const { labels } = this;
    const near = this.#near;
    const nearby = this.#nearby;
    const own = labels[i]!;
    let count = 0;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const c = labels[neighbours[k]!]!;
      if (c < from) continue;
      if (near[c] === 0) nearby[count++] = c;
      near[c]! += edges[k]!;
    }
    const pull = this.resolution * degrees[i]!;
    let best = -1;
    let highest = 0;
    let stay = 0;
    if (own >= 0) {
      stay = near[own]! - pull * (this.#masses[own]! - degrees[i]!);
      if (stay + EPSILON >= 0 || this.#sizes[own] === 1) {
        best = own;
        highest = stay + EPSILON;
      }
    }
    for (let k = 0; k < count; k++) {
      const c = nearby[k]!;
      const score = near[c]! - pull * this.#masses[c]!;
      near[c] = 0;
      if (score > highest && c !== own) {
        highest = score;
        best = c;
      }
    }
    this.gain = best === own ? 0 : highest - stay;
    return best === -1 ? this.unused() : best;
  }

  /**
   * The cluster to which units of one cluster had best move together, and what Q gains; their own at a tie.
   * @param units the first `count` are meant
   */
  groupFavourite(units: Int32Array, count: number): { readonly to: number; readonly gain: number } {
    const { offsets, neighbours, edges, degrees } = this.graph;
    const { labels } = this;
    const near = this.#near;
    const nearby = this.#nearby;
    const own = labels[units[0]!]!;
    let found = 0;
    let mass = 0;
    for (let u = 0; u < count; u++) {
      const unit = units[u]!;
      mass += degrees[unit]!;
      for (let k = offsets[unit]!; k < offsets[unit + 1]!; k++) {
        const c = labels[neighbours[k]!]!;
        if (c === own) continue;
        if (near[c] === 0) nearby[found++] = c;
        near[c]! += edges[k]!;
      }
    }
    // Edges to the rest of their own cluster do not count: the units are all that can be reached within it.
    const rest = -this.resolution * mass * (this.#masses[own]! - mass);
    let to = own;
    let highest = rest + EPSILON;
    for (let k = 0; k < found; k++) {
      const c = nearby[k]!;
      const score = near[c]! - this.resolution * mass * this.#masses[c]!;
      near[c] = 0;
      if (score > highest) {
        highest = score;
        to = c;
      }
    }
    return { to, gain: to === own ? 0 : 2 * (highest - rest) };
  }

  /** What Q gains when unit i moves to a cluster, or into none (−1). */
  gainOf(i: number, to: number): number {
    const own = this.labels[i]!;
    return 2 * (this.#score(i, to) - this.#score(i, own));
  }

  /** Half of what Q gains when unit i, in no cluster, joins cluster c; 0 for none. */
  #score(i: number, c: number): number {
    if (c < 0) return 0;
    const { offsets, neighbours, edges, degrees } = this.graph;
    let link = 0;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++)
      if (this.labels[neighbours[k]!] === c) link += edges[k]!;
    const degree = degrees[i]!;
    const others = this.labels[i] === c ? this.#masses[c]! - degree : this.#masses[c]!;
    return link - this.resolution * degree * others;
  }

  move(i: number, to: number): void {
    const from = this.labels[i]!;
    if (from === to) return;
    this.labels[i] = to;
    const degree = this.graph.degrees[i]!;
    if (to >= 0) {
      this.#masses[to]! += degree;
      this.#sizes[to]!++;
    }
    if (from < 0) return;
    if (--this.#sizes[from]! > 0) {
      this.#masses[from]! -= degree;
      return;
    }
    // Exactly zero, whatever rounding left.
    this.#masses[from] = 0;
    if (this.#isFree[from] === 1) return;
    this.#isFree[from] = 1;
    this.#free[this.#freeCount++] = from;
  }

  settle(order: Int32Array): void {
    for (const unit of order) this.await(unit);
    this.settleAwaiting();
  }

  /** Has a unit judged by the next `settleAwaiting`. */
  await(unit: number): void {
    if (this.#queued[unit] === 1) return;
    this.#queued[unit] = 1;
    const size = this.labels.length;
    const at = this.#first + this.#waiting++;
    this.#queue[at < size ? at : at - size] = unit;
  }

  /**
   * Moves each awaiting unit to where it raises Q most, and then those that this concerns, until none moves.
   * @param onMove told of each move before it is made
   * @returns what Q has gained
   */
  settleAwaiting(onMove?: (unit: number) => void): number {
    const { offsets, neighbours, size } = this.graph;
    let gained = 0;
    while (this.#waiting > 0) {
      const unit = this.#queue[this.#first]!;
      this.#first = this.#first + 1 === size ? 0 : this.#first + 1;
      this.#waiting--;
      this.#queued[unit] = 0;
      const to = this.favourite(unit);
      if (to === this.labels[unit]) continue;
      gained += 2 * this.gain;
      onMove?.(unit);
      this.move(unit, to);
      for (let k = offsets[unit]!; k < offsets[unit + 1]!; k++) {
        const other = neighbours[k]!;
        if (this.labels[other] !== to) this.await(other);
      }
    }
    return gained;
  }
}
