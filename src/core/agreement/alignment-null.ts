import { Random } from '../base/random';
import { clusteredUnits, GreedyMatching } from './alignment';
import type { Overlap } from './overlap';

export interface AlignmentNull {
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
 * Pairs with as many units share their shuffles, which cost more than all the rest. What comes out for a pair
 * depends on the pair and the seed alone; only between pairs the errors of sampling are not independent.
 *
 * @param samples shuffles per pair, at least 2
 * @returns one per overlap; null where its alignment is undefined
 */
export function alignmentNulls(
  overlaps: readonly Overlap[],
  samples: number,
  seed: number,
): (AlignmentNull | null)[] {
  const nulls = overlaps.map((overlap) =>
    clusteredUnits(overlap) === 0 ? null : new ShuffledAlignment(overlap),
  );
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

/** The alignments of one pair under shuffles, as sums of whole numbers, which are exact. */
class ShuffledAlignment {
  readonly units: number;
  readonly #overlap: Overlap;
  readonly #matching: GreedyMatching;
  readonly #observed: number;
  /** The second partition's cluster of each unit, the units in any order. */
  readonly #columnOf: Int32Array;
  readonly #counts: Int32Array;
  #samples = 0;
  #sum = 0;
  #squares = 0;
  #reached = 0;

  constructor(overlap: Overlap) {
    this.units = overlap.units;
    this.#overlap = overlap;
    this.#matching = new GreedyMatching(overlap);
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
