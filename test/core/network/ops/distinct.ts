import type { Random } from '../../../../src/core/base/random';

/** Values 0.2 apart from each other, so that no small step makes another one the largest. */
export function distinct(random: Random, length: number): Float32Array {
  const values = Float32Array.from({ length }, (_, i) => (i - length / 2) * 0.2);
  random.shuffle(values);
  return values;
}
