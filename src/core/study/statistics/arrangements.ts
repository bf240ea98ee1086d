import { Random } from '../../base/random';
import { affordable } from './series';

/** Arrangements up to which all are looked at. */
const MOST_EXACT = 20_000;
/** Draws of them where there are more: enough that p < .001 can outlive a correction for thirty tests. */
const MOST_DRAWS = 49_999;
const LEAST_DRAWS = 1_999;
/** And so many for each test: that p < .05 can outlive a correction for all of them. */
const LEAST_PER_TEST = 100;

/** How many arrangements of so many runs, or choices of their signs, to draw. */
export function drawsFor(runs: number, tests: number): number {
  const least = Math.max(LEAST_DRAWS, LEAST_PER_TEST * tests);
  return affordable(runs, tests, { most: MOST_DRAWS, least });
}

export interface ArrangementCount {
  /** Whether every arrangement was looked at, that of the data among them; else so many were drawn. */
  readonly exact: boolean;
  readonly count: number;
}

/**
 * Deals values anew to the members of each stratum, for a test by permutation: every distinct arrangement once where they are
 * few, for all of them are equally likely; else random ones.
 *
 * @param strata the indices of each; together they are all of the values'
 * @param draws how many random ones
 * @param visit is given an array that it must not keep
 */
export function forEachArrangement(
  values: Float64Array,
  strata: readonly (readonly number[])[],
  { draws, seed }: { readonly draws: number; readonly seed: number },
  visit: (arranged: Float64Array) => void,
): ArrangementCount {
  const total = strata.reduce((product, stratum) => product * arrangementsOf(values, stratum), 1);
  if (total <= MOST_EXACT) {
    enumerate(values, strata, visit);
    return { exact: true, count: total };
  }
  const random = new Random(seed);
  const arranged = values.slice();
  for (let draw = 0; draw < draws; draw++) {
    for (const stratum of strata) shuffleWithin(arranged, stratum, random);
    visit(arranged);
  }
  return { exact: false, count: draws };
}

/**
 * Share of arrangements that come as far as the data; where they are drawn, counting the data themselves (Phipson and
 * Smyth, Statistical Applications in Genetics and Molecular Biology 9, 39, 2010): never 0.
 */
export function shareReaching(reached: number, { exact, count }: ArrangementCount): number {
  return exact ? reached / count : (reached + 1) / (count + 1);
}

/** n! / Π t! over the ties; Infinity where it is beyond counting. */
function arrangementsOf(values: Float64Array, stratum: readonly number[]): number {
  const seen = new Map<number, number>();
  return stratum.reduce((product, index, at) => {
    const ties = (seen.get(values[index]!) ?? 0) + 1;
    seen.set(values[index]!, ties);
    // Multiplied one by one this stays a whole number: it counts the arrangements of the values so far.
    return (product * (at + 1)) / ties;
  }, 1);
}

function enumerate(
  values: Float64Array,
  strata: readonly (readonly number[])[],
  visit: (arranged: Float64Array) => void,
): void {
  const arranged = values.slice();
  for (const stratum of strata) {
    const sorted = Float64Array.from(stratum, (index) => values[index]!).sort();
    stratum.forEach((index, at) => (arranged[index] = sorted[at]!));
  }
  do visit(arranged);
  while (
    // As an odometer counts: a stratum that is through begins again, and the next goes on.
    strata.some((stratum) => advance(arranged, stratum))
  );
}

/**
 * The next arrangement in lexicographic order, in place (Knuth, The Art of Computer Programming 4A, algorithm 7.2.1.2L).
 * @returns false after the last, with the first again
 */
function advance(arranged: Float64Array, stratum: readonly number[]): boolean {
  const at = (place: number): number => arranged[stratum[place]!]!;
  const swap = (a: number, b: number): void => {
    const value = at(a);
    arranged[stratum[a]!] = at(b);
    arranged[stratum[b]!] = value;
  };
  let pivot = stratum.length - 2;
  while (pivot >= 0 && at(pivot) >= at(pivot + 1)) pivot--;
  if (pivot >= 0) {
    let successor = stratum.length - 1;
    while (at(successor) <= at(pivot)) successor--;
    swap(pivot, successor);
  }
  for (let low = pivot + 1, high = stratum.length - 1; low < high; low++, high--) swap(low, high);
  return pivot >= 0;
}

/** Fisher–Yates on some of the places. */
function shuffleWithin(values: Float64Array, places: readonly number[], random: Random): void {
  for (let i = places.length - 1; i > 0; i--) {
    const [a, b] = [places[i]!, places[random.integer(i + 1)]!];
    const value = values[a]!;
    values[a] = values[b]!;
    values[b] = value;
  }
}
