import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import { kruskalWallisTests, spearmanTests } from '../../../../src/core/study/statistics/rank-tests';

const numbers = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const whole = (n: number): number[][] => [Array.from({ length: n }, (_, index) => index)];

/** Three values, three runs each. */
const DROP = numbers(0, 0, 0, 0.3, 0.3, 0.3, 0.6, 0.6, 0.6);
const Q = numbers(0.11, 0.13, 0.12, 0.13, 0.21, 0.19, 0.2, 0.31, 0.27);

// A sample of two normal variables that have something in common.
const U = numbers(
  ...[0.346, 0.822, 0.33, -1.303, 0.905, 0.446, -0.537, 0.581, 0.365, 0.294, 0.028, 0.547, -0.736, -0.163],
  ...[-0.482, 0.599, 0.04, -0.292, -0.782, -0.257, 0.008, -0.276, 1.294, 1.007, -2.711, -1.889, -0.175],
  ...[-0.422, 0.214, 0.217, 2.118, -1.112, -0.378, 2.043, 0.647, 0.663, -0.514, -1.648, 0.167, 0.109],
);
const V = numbers(
  ...[
    -1.055, -0.272, 0.093, -1.596, 0.354, 0.319, -0.233, -0.216, 0.776, 1.038, 0.335, -0.545, 0.363, -0.583,
  ],
  ...[0.638, -0.772, 0.934, -0.166, -1.64, -0.442, 0.058, 0.135, -0.335, -0.604, -1.156, -1.411, 0.148],
  ...[0.548, -1.542, 0.363, 2.284, -0.854, -1.0, 1.774, 0.577, 1.227, -0.602, -2.306, -0.026, -0.391],
);

describe("Spearman's correlation by permutation of runs", () => {
  it('is that of scipy.stats.spearmanr, and p that of all arrangements', () => {
    const [test] = spearmanTests(DROP, [Q], whole(9), 0);
    expect(test?.statistic).toBeCloseTo(0.8732726046411892, 14);
    // 9! / 3!³ arrangements, of which 8 come as far: counted in Python.
    expect(test).toMatchObject({ p: 8 / 1680, exact: true, arrangements: 1680 });
  });

  it('draws arrangements where they are too many, and never comes to 0', () => {
    const [test, other] = spearmanTests(U, [V, U], whole(40), 1);
    expect(test?.statistic).toBeCloseTo(0.45489938602508906, 14);
    expect(test).toMatchObject({ exact: false, arrangements: 49_999 });
    // scipy: 0.0032 by t, 0.0041 by 20,000 permutations.
    expect(test?.p).toBeGreaterThan(0.0025);
    expect(test?.p).toBeLessThan(0.0047);
    expect(other).toMatchObject({ statistic: 1, p: 1 / 50_000 });
    expect(spearmanTests(U, [V], whole(40), 1)[0]).toEqual(test);
    expect(spearmanTests(U, [V], whole(40), 2)[0]?.p).not.toBe(test?.p);
  });

  it('is two-sided', () => {
    const falling = Q.map((value) => -value);
    const [test] = spearmanTests(DROP, [falling], whole(9), 0);
    expect(test?.statistic).toBeCloseTo(-0.8732726046411892, 14);
    expect(test?.p).toBe(8 / 1680);
  });

  it('cannot be sure of three runs', () => {
    const [test] = spearmanTests(numbers(1, 2, 3), [numbers(4, 5, 6)], whole(3), 0);
    expect(test).toEqual({ statistic: 1, p: 2 / 6, exact: true, arrangements: 6 });
  });

  it('is null where nothing varies', () => {
    const constant = numbers(1, 1, 1);
    const rising = numbers(1, 2, 3);
    expect(spearmanTests(constant, [rising], whole(3), 0)).toEqual([null]);
    expect(spearmanTests(rising, [constant, rising], whole(3), 0)[0]).toBeNull();
    expect(spearmanTests(numbers(), [numbers()], [], 0)).toEqual([null]);
  });

  it('sets aside what differs between strata', () => {
    // In each of two architectures Q falls; the wider one has the larger dropout and the larger Q.
    const drop = numbers(0, 0.1, 0.2, 0.5, 0.6, 0.7);
    const q = numbers(0.13, 0.12, 0.11, 0.33, 0.32, 0.31);
    const [pooled] = spearmanTests(drop, [q], whole(6), 0);
    expect(pooled?.statistic).toBeGreaterThan(0.5);
    const strata = [
      [0, 1, 2],
      [3, 4, 5],
    ];
    // Of 3! · 3! arrangements, two have all falling or all rising.
    expect(spearmanTests(drop, [q], strata, 0)).toEqual([
      { statistic: -1, p: 2 / 36, exact: true, arrangements: 36 },
    ]);
  });

  it('finds p below 0.05 in a twentieth of studies where there is nothing', () => {
    const random = new Random(3);
    const series = Array.from({ length: 1000 }, () => DROP.map(() => random.normal()));
    const ps = spearmanTests(DROP, series, whole(9), 5).map((test) => test?.p ?? NaN);
    const share = ps.filter((p) => p < 0.05).length / ps.length;
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.065);
  });
});

describe("Kruskal and Wallis's H by permutation of runs", () => {
  it('is that of scipy.stats.kruskal, and p that of all arrangements', () => {
    const groups = DROP.map((drop) => Math.round(drop / 0.3));
    const [test] = kruskalWallisTests(groups, [Q], whole(9), 0);
    expect(test?.statistic).toBeCloseTo(6.117647058823525, 12);
    // scipy.stats.permutation_test over all arrangements.
    expect(test?.p).toBeCloseTo(0.014285714285714285, 14);
    expect(test).toMatchObject({ exact: true, arrangements: 1680 });
  });

  it('finds what is not steady', () => {
    const groups = numbers(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
    const hump = numbers(0.1, 0.11, 0.12, 0.13, 0.3, 0.31, 0.32, 0.33, 0.09, 0.105, 0.125, 0.135);
    expect(spearmanTests(groups, [hump], whole(12), 0)[0]?.p).toBeGreaterThan(0.5);
    expect(kruskalWallisTests(groups, [hump], whole(12), 0)[0]?.p).toBeLessThan(0.05);
  });

  it('is null where all runs are of one group, or alike', () => {
    expect(kruskalWallisTests(numbers(0, 0), [numbers(1, 2)], whole(2), 0)).toEqual([null]);
    expect(kruskalWallisTests(numbers(0, 1), [numbers(1, 1)], whole(2), 0)).toEqual([null]);
  });
});
