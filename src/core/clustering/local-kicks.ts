import type { Labels } from '../base/matrix';
import type { Random } from '../base/random';
import { canonical } from './modularity';
import type { SparseGraph } from './sparse-graph';
import { SparsePartition } from './sparse-partition';

/** How often a kick moves units of one cluster to a neighbouring one, and how often it makes a region a cluster. */
const SHIFTS = 0.3;
const BALLS = 0.3;
/** A region has at most so many times the units of the cluster in which it begins, and some more. */
const REGION = { ruined: 4, ball: 2, more: 3 };
/** How many of a region's units are taken out: all, or this share of them. */
const THINNED = { probability: 0.5, share: 0.5 };
/** At first a kick is accepted that costs this share of what kicks cost on average, times an exponential variate; in the end none. */
const WARMTH = 0.2;
/** How much the last kick counts in that average. */
const MEMORY = 0.02;
/** A lower cost is rounding. */
const ROUNDING = 1e-13;

/**
 * Iterated local search (Lourenço, Martin and Stützle, Handbook of Metaheuristics, 2003) for graphs with few edges, in which
 * a change in one place is none of any other's: a kick takes the units of a small region out of their clusters, or joins two
 * neighbouring clusters, and local moving follows from there. What has become worse is undone, unless it is little and the
 * search still warm, as in simulated annealing. The cost of a kick does not grow with the graph.
 *
 * @param kicks how many
 * @param rounds how often the search is warmed and cools down again, each from the best partition so far
 * @returns the best partition met, `start` included
 */
export function kickLocally(
  graph: SparseGraph,
  start: Labels,
  resolution: number,
  kicks: number,
  random: Random,
): Labels {
  const search = new LocalKicks(graph, start, resolution, random);
  search.anneal(kicks);
  return canonical(search.best);
}

class LocalKicks {
  readonly best: Labels;
  readonly #partition: SparsePartition;
  /** Q less that of the best. */
  #lead = 0;
  #meanCost = 0;
  /** Units moved in this kick and where they were, in order; a unit may be moved several times. */
  readonly #moved: number[] = [];
  readonly #from: number[] = [];
  readonly #region: Int32Array;
  readonly #isInRegion: Uint8Array;
  /** The kick in which a cluster was last judged as a whole. */
  readonly #judged: Int32Array;
  #kickNumber = 0;

  constructor(
    private readonly graph: SparseGraph,
    start: Labels,
    resolution: number,
    private readonly random: Random,
  ) {
    this.best = canonical(start);
    this.#partition = new SparsePartition(graph, resolution);
    this.best.forEach((label, unit) => {
      this.#partition.move(unit, label);
    });
    this.#region = new Int32Array(graph.size);
    this.#isInRegion = new Uint8Array(graph.size);
    this.#judged = new Int32Array(graph.size + 1);
  }

  anneal(kicks: number): void {
    for (let kick = 0; kick < kicks; kick++) {
      const gained = this.#kick();
      const cost = -gained;
      if (cost > ROUNDING) {
        this.#meanCost += MEMORY * (cost - this.#meanCost);
        const warmth = WARMTH * (1 - kick / kicks) * this.#meanCost;
        if (cost > -warmth * Math.log(1 - this.random.uniform())) {
          this.#undo();
          continue;
        }
      }
      this.#lead += gained;
      if (this.#lead > ROUNDING) {
        this.best.set(this.#partition.labels);
        this.#lead = 0;
      }
    }
  }

  #note = (unit: number): void => {
    this.#moved.push(unit);
    this.#from.push(this.#partition.labels[unit]!);
  };

  #undo(): void {
    for (let k = this.#moved.length - 1; k >= 0; k--) this.#partition.move(this.#moved[k]!, this.#from[k]!);
  }

  /** @returns what Q has gained; mostly less than nothing */
  #kick(): number {
    const { random } = this;
    this.#moved.length = 0;
    this.#from.length = 0;
    const unit = random.integer(this.graph.size);
    const kind = random.uniform();
    let gained =
      kind < SHIFTS ? this.#shift(unit) : kind < SHIFTS + BALLS ? this.#ball(unit) : this.#ruin(unit);
    gained += this.#partition.settleAwaiting(this.#note);
    return gained + this.#mergeTouched();
  }

  /** Makes the units around one a cluster of their own. */
  #ball(unit: number): number {
    const partition = this.#partition;
    const own = partition.sizeOf(partition.labels[unit]!);
    const count = this.#grow(
      unit,
      Math.ceil(this.random.uniform() * (REGION.ball * own + REGION.more)),
      null,
    );
    return this.#moveRegion(count, partition.unused());
  }

  #moveRegion(count: number, to: number): number {
    let gained = 0;
    for (let k = 0; k < count; k++) {
      const unit = this.#region[k]!;
      gained += this.#partition.gainOf(unit, to);
      this.#note(unit);
      this.#partition.move(unit, to);
    }
    this.#awaitAround(count);
    return gained;
  }

  /**
   * Merges clusters that this kick has changed with the neighbours that suit them best, where that raises Q, and settles again.
   * @returns what Q has gained
   */
  #mergeTouched(): number {
    const partition = this.#partition;
    this.#kickNumber++;
    let gained = 0;
    // Merging appends to the list, so that clusters which have become larger are judged again.
    for (let k = 0; k < this.#moved.length; k++) {
      const unit = this.#moved[k]!;
      const c = partition.labels[unit]!;
      if (this.#judged[c] === this.#kickNumber) continue;
      this.#judged[c] = this.#kickNumber;
      const count = this.#grow(unit, this.graph.size, c);
      const { to, gain } = partition.groupFavourite(this.#region, count);
      if (to === c) continue;
      for (let m = 0; m < count; m++) {
        this.#note(this.#region[m]!);
        partition.move(this.#region[m]!, to);
      }
      this.#judged[to] = 0;
      this.#awaitAround(count);
      gained += gain + partition.settleAwaiting(this.#note);
    }
    return gained;
  }

  /** Moves units around one to the cluster of one of its neighbours; all of their cluster is possible. */
  #shift(unit: number): number {
    const { offsets, neighbours } = this.graph;
    const { labels } = this.#partition;
    const own = labels[unit]!;
    const degree = offsets[unit + 1]! - offsets[unit]!;
    if (degree === 0) return 0;
    const to = labels[neighbours[offsets[unit]! + this.random.integer(degree)]!]!;
    if (to === own) return this.#ruin(unit);
    const most = Math.ceil(this.#partition.sizeOf(own) ** this.random.uniform());
    const count = this.#grow(unit, most, own);
    return this.#moveRegion(count, to);
  }

  /** Takes the units of a region out, or some of them, and puts them in again one by one. */
  #ruin(unit: number): number {
    const { random } = this;
    const partition = this.#partition;
    const most = Math.ceil(
      (REGION.ruined * partition.sizeOf(partition.labels[unit]!) + REGION.more) ** random.uniform(),
    );
    let count = this.#grow(unit, most, null);
    if (random.uniform() < THINNED.probability) {
      let kept = 0;
      for (let k = 0; k < count; k++) {
        if (random.uniform() < THINNED.share) this.#region[kept++] = this.#region[k]!;
      }
      count = kept;
    }
    const region = this.#region.subarray(0, count);
    random.shuffle(region);
    let gained = 0;
    for (const member of region) {
      gained += partition.gainOf(member, -1);
      this.#note(member);
      partition.move(member, -1);
    }
    for (const member of region) {
      const to = partition.favourite(member);
      gained += 2 * partition.gain;
      this.#note(member);
      partition.move(member, to);
    }
    this.#awaitAround(count);
    return gained;
  }

  /**
   * Units around one, nearest first, in #region.
   * @param cluster where they must be; null anywhere
   * @returns how many, at most `most`
   */
  #grow(unit: number, most: number, cluster: number | null): number {
    const { offsets, neighbours } = this.graph;
    const region = this.#region;
    region[0] = unit;
    this.#isInRegion[unit] = 1;
    let count = 1;
    for (let first = 0; first < count && count < most; first++) {
      const near = region[first]!;
      for (let k = offsets[near]!; k < offsets[near + 1]! && count < most; k++) {
        const other = neighbours[k]!;
        if (this.#isInRegion[other] === 1 || (cluster !== null && this.#partition.labels[other] !== cluster))
          continue;
        this.#isInRegion[other] = 1;
        region[count++] = other;
      }
    }
    for (let k = 0; k < count; k++) this.#isInRegion[region[k]!] = 0;
    return count;
  }

  /** Has the region's units and their neighbours judged. */
  #awaitAround(count: number): void {
    const { offsets, neighbours } = this.graph;
    for (let r = 0; r < count; r++) {
      const unit = this.#region[r]!;
      this.#partition.await(unit);
      for (let k = offsets[unit]!; k < offsets[unit + 1]!; k++) this.#partition.await(neighbours[k]!);
    }
  }
}
