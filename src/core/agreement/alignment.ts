import { Random } from '../base/random';
import { OptimalMatching } from './optimal-matching';
import type { Overlap } from './overlap';

// Agreement by matching clusters one to one: greedily, as the paper does, or optimally.

/**
 * Alignment score of two partitions (Lange, Rolnick and Kording, TMLR 2022): clusters are matched one to one,
 * greedily, the largest overlap first. The score is the share of units in matched clusters. Equal overlaps are taken in
 * order of the first partition's label, then the second's, as in the authors' code: with ties the score may depend on
 * the labels and on which partition is first.
 *
 * A cluster of the dead is never matched, even where the other metrics count it as a cluster: in the authors' code the
 * dead are rows of zeros.
 *
 * @returns 0 … 1, 1 for equal partitions; null where a partition has no live units
 */
export function alignment(overlap: Overlap): number | null {
  const units = clusteredUnits(overlap);
  return units === 0 ? null : new GreedyMatching(overlap).matched(overlap.counts) / units;
}

/**
 * The alignment score under the best one-to-one matching of clusters rather than the greedy one: at least as
 * high, at most twice as high, and independent of labels and order.
 *
 * @returns 0 … 1, 1 for equal partitions; null where a partition has no live units
 */
export function alignmentOptimal(overlap: Overlap): number | null {
  const units = clusteredUnits(overlap);
  return units === 0 ? null : new OptimalMatching(overlap).matched(overlap.counts) / units;
}

/** The units that can be matched: those in clusters, in the partition that has fewer of them. */
function clusteredUnits({ rows, columns, liveRows, liveColumns }: Overlap): number {
  const total = (sizes: Int32Array): number => sizes.reduce((sum, size) => sum + size, 0);
  return Math.min(total(rows.subarray(0, liveRows)), total(columns.subarray(0, liveColumns)));
}

/**
 * The greedy matching of any number of contingency tables with the same margins. Their cells are sorted by counting,
 * because there are few sizes: k × k clusters take O(k²), where repeated search takes O(k³).
 */
class GreedyMatching {
  readonly #liveRows: number;
  readonly #liveColumns: number;
  readonly #columns: number;
  /** A list per size: the first cell of it, and after each cell the next, in order of index; −1 ends it. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  /** The number of the last table in which a row or column was matched: a new table frees them all at once. */
  readonly #rowMatched: Int32Array;
  readonly #columnMatched: Int32Array;
  #table = 0;

  constructor({ rows, columns, liveRows, liveColumns, counts }: Overlap) {
    this.#liveRows = liveRows;
    this.#liveColumns = liveColumns;
    this.#columns = columns.length;
    const largest = (sizes: Int32Array): number => sizes.reduce((max, size) => Math.max(max, size), 0);
    this.#first = new Int32Array(1 + Math.min(largest(rows), largest(columns))).fill(-1);
    this.#next = new Int32Array(counts.length);
    this.#rowMatched = new Int32Array(rows.length);
    this.#columnMatched = new Int32Array(columns.length);
  }

  /** Units in matched clusters of a table. */
  matched(counts: Int32Array): number {
    const columns = this.#columns;
    const first = this.#first;
    const rowMatched = this.#rowMatched;
    const columnMatched = this.#columnMatched;
    const table = ++this.#table;
    let units = 0;
    for (let size = this.#sortCells(counts); size > 0; size--) {
      for (let cell = first[size]!; cell >= 0; cell = this.#next[cell]!) {
        const row = Math.floor(cell / columns);
        const column = cell - row * columns;
        if (rowMatched[row] === table || columnMatched[column] === table) continue;
        rowMatched[row] = table;
        columnMatched[column] = table;
        units += size;
      }
      first[size] = -1;
    }
    return units;
  }

  /** Sorts the live cells into the lists. @returns the largest size of a cell */
  #sortCells(counts: Int32Array): number {
    const first = this.#first;
    const next = this.#next;
    let largest = 0;
    for (let row = this.#liveRows - 1; row >= 0; row--) {
      const start = row * this.#columns;
      for (let cell = start + this.#liveColumns - 1; cell >= start; cell--) {
        const size = counts[cell]!;
        if (size > largest) largest = size;
        next[cell] = first[size]!;
        first[size] = cell;
      }
    }
    return largest;
  }
}

/** The alignment of a pair under random relabelling. */
export interface AlignmentNull {
  /** Of the shuffles. */
  readonly mean: number;
  /** Sample standard deviation. */
  readonly sd: number;
  /** Share of the shuffles that reach the observed alignment, the observed one counted in: never 0. */
  readonly p: number;
}

/**
 * Alignment of two partitions when the units of one are relabelled at random, cluster sizes kept; for any number
 * of pairs. p is smoothed by counting the observed table itself (Phipson and Smyth, Statistical Applications in
 * Genetics and Molecular Biology 9, 39, 2010).
 *
 * Pairs of equally many units share their shuffles, which cost more than all the rest. The result of a pair depends on
 * the pair and the seed alone, but the sampling errors of different pairs are not independent.
 *
 * @param samples shuffles per pair, at least 2
 * @param matching of the observed and of the shuffled pairs
 * @returns one per overlap; null where its alignment is undefined
 */
export function alignmentNulls(
  overlaps: readonly Overlap[],
  samples: number,
  seed: number,
  matching: 'greedy' | 'optimal' = 'greedy',
): (AlignmentNull | null)[] {
  const nulls = overlaps.map((overlap) => {
    if (clusteredUnits(overlap) === 0) return null;
    const match = matching === 'greedy' ? new GreedyMatching(overlap) : new OptimalMatching(overlap);
    return new ShuffledAlignment(overlap, match);
  });
  for (const units of new Set(overlaps.map((overlap) => overlap.units))) {
    const group = nulls.filter((shuffled) => shuffled?.units === units);
    const random = new Random(seed);
    const order = Int32Array.from({ length: units }, (_, unit) => unit);
    for (let sample = 0; sample < samples; sample++) {
      random.shuffle(order);
      for (const shuffled of group) shuffled?.add(order);
    }
  }
  return nulls.map((shuffled) => shuffled?.summary() ?? null);
}

/** Of tables with the same margins. */
interface Matching {
  /** Units in matched clusters. */
  matched(counts: Int32Array): number;
}

/** The alignments of one pair under shuffles. They are summed as whole numbers of units, which is exact. */
class ShuffledAlignment {
  readonly units: number;
  readonly #overlap: Overlap;
  readonly #matching: Matching;
  readonly #observed: number;
  /** The second partition's cluster of each unit, the units in any order. */
  readonly #columnOf: Int32Array;
  readonly #counts: Int32Array;
  #samples = 0;
  #sum = 0;
  #squares = 0;
  #reached = 0;

  constructor(overlap: Overlap, matching: Matching) {
    this.units = overlap.units;
    this.#overlap = overlap;
    this.#matching = matching;
    this.#observed = this.#matching.matched(overlap.counts);
    this.#columnOf = new Int32Array(overlap.units);
    let at = 0;
    overlap.columns.forEach((size, column) => {
      this.#columnOf.fill(column, at, (at += size));
    });
    this.#counts = new Int32Array(overlap.counts.length);
  }

  /** @param order a permutation of the units: each cluster of the first partition takes its share of it in turn */
  add(order: Int32Array): void {
    const { rows, columns } = this.#overlap;
    const counts = this.#counts.fill(0);
    const columnOf = this.#columnOf;
    let at = 0;
    for (let row = 0, start = 0; row < rows.length; row++, start += columns.length) {
      for (const end = at + rows[row]!; at < end; at++) counts[start + columnOf[order[at]!]!]!++;
    }
    const matched = this.#matching.matched(counts);
    this.#samples++;
    this.#sum += matched;
    this.#squares += matched * matched;
    if (matched >= this.#observed) this.#reached++;
  }

  summary(): AlignmentNull {
    const samples = this.#samples;
    const units = clusteredUnits(this.#overlap);
    const variance = (samples * this.#squares - this.#sum * this.#sum) / (samples * (samples - 1));
    return {
      mean: this.#sum / samples / units,
      sd: Math.sqrt(variance) / units,
      p: (1 + this.#reached) / (1 + samples),
    };
  }
}
