import type { Labels } from '../base/matrix';
import type { Random } from '../base/random';
import { canonical } from './modularity';
import type { SparseGraph } from './sparse-graph';
import { SparsePartition } from './sparse-partition';

/** How often a kick joins two clusters; the others take units of a region out. */
const JOINS = (JSON.parse(process.env['TUNE'] ?? '{}')).j ?? 0.2;
/** A region has at most so many times the units of the cluster in which it begins, and some more. */
const REGION = { clusters: (JSON.parse(process.env['TUNE'] ?? '{}')).c ?? 4, units: 3 };
/** How many of a region's units are taken out: all, or this share of them. */
const THINNED = { probability: 0.5, share: 0.5 };
/** At first a kick is accepted that costs this share of what kicks cost on average, times an exponential variate; in the end none. */
const TUNE = JSON.parse(process.env['TUNE'] ?? '{}');
const WARMTH = TUNE.w ?? 0.2;
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
  rounds: number,
  random: Random,
): Labels {
  const search = new LocalKicks(graph, start, resolution, random);
  for (let round = 0; round < rounds; round++) search.anneal(Math.ceil(kicks / rounds));
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
  }

  anneal(kicks: number): void {
    this.#goTo(this.best);
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

  #goTo(labels: Labels): void {
    this.#lead = 0;
    // The partition's own numbers of clusters: those in use are the same set of units each, or are emptied on the way.
    const changed = labels.some((label, unit) => this.#partition.labels[unit] !== label);
    if (!changed) return;
    for (let unit = 0; unit < labels.length; unit++) this.#partition.move(unit, -1);
    labels.forEach((label, unit) => {
      this.#partition.move(unit, label);
    });
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
    const gained = random.uniform() < JOINS ? this.#join(unit) : this.#ruin(unit);
    return gained + this.#partition.settleAwaiting(this.#note);
  }

  /** Moves a unit's cluster into that of one of its neighbours, unit by unit. */
  #join(unit: number): number {
    const { offsets, neighbours } = this.graph;
    const { labels } = this.#partition;
    const own = labels[unit]!;
    const degree = offsets[unit + 1]! - offsets[unit]!;
    if (degree === 0) return 0;
    const to = labels[neighbours[offsets[unit]! + this.random.integer(degree)]!]!;
    if (to === own) return this.#ruin(unit);
    const most = Math.ceil(this.#partition.sizeOf(own) ** this.random.uniform());
    const count = this.#grow(unit, most, own);
    let gained = 0;
    for (let k = 0; k < count; k++) {
      const member = this.#region[k]!;
      gained += this.#partition.gainOf(member, to);
      this.#note(member);
      this.#partition.move(member, to);
    }
    this.#awaitAround(count);
    return gained;
  }

  /** Takes the units of a region out, or some of them, and puts them in again one by one. */
  #ruin(unit: number): number {
    const { random } = this;
    const partition = this.#partition;
    const most = Math.ceil((REGION.clusters * partition.sizeOf(partition.labels[unit]!) + REGION.units) ** random.uniform());
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
