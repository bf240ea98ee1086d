import { describe, expect, it } from 'vitest';
import { compareWithNull } from '../../../src/core/analysis/nulls';

describe('Q against a null', () => {
  it('is a z-score of the sample SD and a smoothed share', () => {
    expect(compareWithNull(5, 'untrained', [1, 2, 3])).toEqual({
      kind: 'untrained',
      count: 3,
      mean: 2,
      sd: 1,
      z: 3,
      p: 1 / 4,
    });
    expect(compareWithNull(2, 'shuffled', [1, 2, 3])?.p).toBe(3 / 4);
  });

  it('is undefined where there is nothing to compare, and its z where the null does not vary', () => {
    expect(compareWithNull(null, 'permuted', [1, 2])).toBeNull();
    expect(compareWithNull(1, 'permuted', [1])).toBeNull();
    expect(compareWithNull(1, 'permuted', [1, 1])).toMatchObject({ z: null, p: 1 });
  });
});
