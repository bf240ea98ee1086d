import fc from 'fast-check';
import type { Labels } from '../../../src/core/base/matrix';

/** Two partitions of the same 1 … `maximum` units, some units dead (−1). */
export function partitionPairs(maximum: number, clusters = 5): fc.Arbitrary<[Labels, Labels]> {
  const label = fc.integer({ min: -1, max: clusters - 1 });
  return fc
    .array(fc.tuple(label, label), { minLength: 1, maxLength: maximum })
    .map((units) => [Int32Array.from(units, ([a]) => a), Int32Array.from(units, ([, b]) => b)]);
}

/** Numbers by which to permute 0 … length − 1 (see {@link permute}). */
export const keys = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 });

/** The permutation of 0 … length − 1 that sorts the keys. */
export function permutation(length: number, sortKeys: readonly number[]): number[] {
  return Array.from({ length }, (_, i) => i).sort((i, j) => sortKeys[i]! - sortKeys[j]!);
}

export function permute(labels: Labels, order: readonly number[]): Labels {
  return Int32Array.from(order, (unit) => labels[unit]!);
}

/** Other numbers for the same clusters. */
export function relabel(labels: Labels, sortKeys: readonly number[]): Labels {
  const names = permutation(5, sortKeys);
  return labels.map((label) => (label < 0 ? -1 : 7 * names[label]! + 2));
}

/** All orders of 0 … length − 1. */
export function* permutations(length: number): Generator<number[]> {
  if (length === 0) yield [];
  else
    for (const rest of permutations(length - 1))
      for (let at = 0; at < length; at++) yield [...rest.slice(0, at), length - 1, ...rest.slice(at)];
}

/** A partition as a string of digits, a dead unit as "."; spaces are for the eye. */
export function partition(text: string): Labels {
  return Int32Array.from(text.replaceAll(' ', ''), (digit) => (digit === '.' ? -1 : Number(digit)));
}
