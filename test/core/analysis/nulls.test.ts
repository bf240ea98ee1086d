import { describe, expect, it } from 'vitest';
import { compareWithNulls } from '../../../src/core/analysis/nulls';
import type { NullKind } from '../../../src/core/choices';

const runs = (kind: NullKind, values: readonly (number | null)[]) =>
  values.map((result) => ({ kind, result }));

describe('Q against null networks', () => {
  it('is a z-score of the sample SD and a smoothed share, by kind', () => {
    const models = compareWithNulls(5, [
      ...runs('untrained', [1, 2, 3]),
      ...runs('shuffled', [4, 5, null, 6]),
    ]);
    expect(models).toEqual([
      { kind: 'untrained', count: 3, mean: 2, sd: 1, z: 3, p: 1 / 4 },
      { kind: 'shuffled', count: 3, mean: 5, sd: 1, z: 0, p: 3 / 4 },
    ]);
  });

  it('is undefined where there is nothing to compare, and its z where the null does not vary', () => {
    expect(compareWithNulls(null, runs('permuted', [1, 2]))).toEqual([]);
    expect(compareWithNulls(1, runs('permuted', [1, null]))).toEqual([]);
    expect(compareWithNulls(1, runs('permuted', [1, 1]))).toMatchObject([{ z: null, p: 1 }]);
  });
});
