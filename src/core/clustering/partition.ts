import type { Labels } from '../base/matrix';
import type { WeightedGraph } from './adjacency';
import { EPSILON, type MovablePartition } from './movable-partition';

/**
 * A partition of a graph's units with the sums that local moving needs: the weight between every unit and every
 * cluster. Judging all the moves of a unit costs O(clusters), making one O(units). A unit may be in no cluster (−1).
 */
export class Partition implements MovablePartition {
  /** Cluster per unit: 0 … count − 1, none of them empty. */
  readonly labels: Labels;
  count = 0;
  readonly #graph: WeightedGraph;
  readonly #resolution: number;
  /** links[c · size + i]: the weight between unit i and cluster c. */
  #links: Float64Array;
  /** Sum of degrees per cluster. */
  #masses: Float64Array;
  #sizes: Int32Array;

  constructor(graph: WeightedGraph, resolution: number) {
    this.#graph = graph;
    this.#resolution = resolution;
    this.labels = new Int32Array(graph.size).fill(-1);
    this.#links = new Float64Array(4 * graph.size);
    this.#masses = new Float64Array(4);
    this.#sizes = new Int32Array(4);
  }

  /** @param labels clusters numbered 0 … in any order, none of them empty */
  static of(graph: WeightedGraph, labels: Labels, resolution: number): Partition {
    const partition = new Partition(graph, resolution);
    const renumbered = new Map<number, number>();
    labels.forEach((label, i) => {
      const c = renumbered.get(label) ?? partition.count;
      renumbered.set(label, c);
      partition.move(i, c);
    });
    return partition;
  }

  quality(): number {
    const { labels, count } = this;
    const size = labels.length;
    let q = 0;
    for (let i = 0; i < size; i++) q += this.#links[labels[i]! * size + i]!;
    for (let c = 0; c < count; c++) q -= this.#resolution * this.#masses[c]! ** 2;
    return q;
  }

  /** Half of what Q gains when unit i, taken out of its cluster, joins cluster c; 0 for a cluster of its own. */
  score(i: number, c: number): number {
    if (c === this.count) return 0;
    const degree = this.#graph.degrees[i]!;
    const others = this.labels[i] === c ? this.#masses[c]! - degree : this.#masses[c]!;
    return this.#links[c * this.labels.length + i]! - this.#resolution * degree * others;
  }

  /** As in every movable partition; `count` is the cluster without units. */
  favourite(i: number, from = 0): number {
    const { labels, count } = this;
    const size = labels.length;
    const links = this.#links;
    const masses = this.#masses;
    const pull = this.#resolution * this.#graph.degrees[i]!;
    const own = labels[i]!;
    let best = count;
    let highest = 0;
    if (own >= 0) {
      const stay = this.score(i, own) + EPSILON;
      if (stay >= 0 || this.#sizes[own] === 1) {
        best = own;
        highest = stay;
      }
    }
    for (let c = from, k = i + from * size; c < count; c++, k += size) {
      const score = links[k]! - pull * masses[c]!;
      // A unit's own cluster is judged above, without the unit; here it can only score lower.
      if (score > highest) {
        highest = score;
        best = c;
      }
    }
    return best;
  }

  /**
   * Puts unit i into cluster `to`, where `to` = count is a new one. A cluster left empty gives its number to the last.
   */
  move(i: number, to: number): void {
    const from = this.labels[i]!;
    if (from === to) return;
    if (to === this.count) this.#open();
    const size = this.labels.length;
    const links = this.#links;
    const weights = this.#graph.weights;
    this.labels[i] = to;
    this.#masses[to]! += this.#graph.degrees[i]!;
    this.#sizes[to]!++;
    addRow(links, to * size, weights, i * size, size);
    if (from < 0) return;
    subtractRow(links, from * size, weights, i * size, size);
    this.#leave(i, from);
  }

  settle(order: Int32Array): void {
    const size = order.length;
    for (let k = 0, quiet = 0; quiet < size; k = k + 1 === size ? 0 : k + 1) {
      const unit = order[k]!;
      const to = this.favourite(unit);
      if (to === this.labels[unit]) {
        quiet++;
      } else {
        this.move(unit, to);
        quiet = 0;
      }
    }
  }

  /** Takes every unit out of its cluster. */
  clear(): void {
    this.labels.fill(-1);
    this.count = 0;
  }

  /** Makes this the same partition as another of the same graph. */
  copy(other: Partition): void {
    this.labels.set(other.labels);
    this.count = other.count;
    this.#reserve(other.count);
    this.#links.set(other.#links.subarray(0, other.count * this.labels.length));
    this.#masses.set(other.#masses.subarray(0, other.count));
    this.#sizes.set(other.#sizes.subarray(0, other.count));
  }

  /** Makes a new, empty cluster. */
  #open(): void {
    const c = this.count++;
    this.#reserve(this.count);
    const size = this.labels.length;
    this.#links.fill(0, c * size, (c + 1) * size);
    this.#masses[c] = 0;
    this.#sizes[c] = 0;
  }

  /** Takes unit i out of the counts of a cluster. */
  #leave(i: number, from: number): void {
    this.#masses[from]! -= this.#graph.degrees[i]!;
    const left = this.#sizes[from]! - 1;
    this.#sizes[from] = left;
    if (left > 0) return;
    const last = --this.count;
    if (from === last) return;
    const { labels } = this;
    const size = labels.length;
    this.#links.copyWithin(from * size, last * size, (last + 1) * size);
    this.#masses[from] = this.#masses[last]!;
    this.#sizes[from] = this.#sizes[last]!;
    for (let j = 0; j < size; j++) if (labels[j] === last) labels[j] = from;
  }

  #reserve(count: number): void {
    const capacity = this.#masses.length;
    if (count <= capacity) return;
    const grown = Math.max(count, Math.ceil(capacity * 1.5));
    this.#links = extended(this.#links, new Float64Array(grown * this.labels.length));
    this.#masses = extended(this.#masses, new Float64Array(grown));
    this.#sizes = extended(this.#sizes, new Int32Array(grown));
  }
}

function extended<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

// Four entries at a time: the solver spends most of its time here, and one by one a tenth of that went into the loops.

/** to[at + j] += from[start + j] for j below `length`. */
function addRow(to: Float64Array, at: number, from: Float64Array, start: number, length: number): void {
  let j = 0;
  for (; j + 3 < length; j += 4) {
    to[at + j]! += from[start + j]!;
    to[at + j + 1]! += from[start + j + 1]!;
    to[at + j + 2]! += from[start + j + 2]!;
    to[at + j + 3]! += from[start + j + 3]!;
  }
  for (; j < length; j++) to[at + j]! += from[start + j]!;
}

/** to[at + j] -= from[start + j] for j below `length`. */
function subtractRow(to: Float64Array, at: number, from: Float64Array, start: number, length: number): void {
  let j = 0;
  for (; j + 3 < length; j += 4) {
    to[at + j]! -= from[start + j]!;
    to[at + j + 1]! -= from[start + j + 1]!;
    to[at + j + 2]! -= from[start + j + 2]!;
    to[at + j + 3]! -= from[start + j + 3]!;
  }
  for (; j < length; j++) to[at + j]! -= from[start + j]!;
}
