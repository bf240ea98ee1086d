import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import { meanIntervals } from '../../../../src/core/study/statistics/bootstrap-interval';
import { holm } from '../../../../src/core/study/statistics/holm';
import { signFlipTests } from '../../../../src/core/study/statistics/sign-flips';
import { leastSquares } from '../../../../src/core/study/statistics/slope';

const whole = (n: number): number[][] => [Array.from({ length: n }, (_, index) => index)];
const DROP = Float64Array.of(0, 0, 0, 0.3, 0.3, 0.3, 0.6, 0.6, 0.6);
const Q = Float64Array.of(0.11, 0.13, 0.12, 0.13, 0.21, 0.19, 0.2, 0.31, 0.27);

describe("the bootstrap's interval", () => {
  it.each([4, 8, 20])('of %d runs holds the mean nine times in ten or more', (n) => {
    const random = new Random(n);
    const studies = 400;
    const columns = Array.from({ length: studies }, () => Array.from({ length: n }, () => random.normal()));
    const holds = meanIntervals(columns, 0).filter(
      (interval) => interval !== null && interval[0] <= 0 && interval[1] >= 0,
    ).length;
    // The plain percentiles come to 0.80 of four runs, 0.88 of eight.
    expect(holds / studies).toBeGreaterThan(n < 8 ? 0.85 : 0.91);
    expect(holds / studies).toBeLessThan(0.985);
  });

  it('is the same for the same seed, and nothing of one run', () => {
    const columns = [[1, 2, 4], [1, null, null], [2, 2, 2], [null, 2, 4]]; // prettier-ignore
    const [some, one, same, two] = meanIntervals(columns, 1);
    expect(meanIntervals(columns, 1)[0]).toEqual(some);
    expect(one).toBeNull();
    expect(same).toEqual([2, 2]);
    expect(two).toEqual([2, 4]);
  });
});

describe('the slope', () => {
  it('is that of scipy.stats.linregress, with an interval about it', () => {
    const [line] = leastSquares(DROP, [Q], whole(9), 0);
    expect(line?.slope).toBeCloseTo(0.23333333333333334, 14);
    // By t it is [0.110, 0.356].
    expect(line?.interval?.[0]).toBeGreaterThan(0.08);
    expect(line?.interval?.[0]).toBeLessThan(0.17);
    expect(line?.interval?.[1]).toBeGreaterThan(0.3);
    expect(line?.interval?.[1]).toBeLessThan(0.4);
  });

  it('has a height for each stratum', () => {
    const strata = [
      [0, 2, 4, 6, 8],
      [1, 3, 5, 7],
    ];
    const raised = Q.map((value, run) => value + (run % 2) * 5);
    expect(leastSquares(DROP, [raised], strata, 0)[0]?.slope).toBeCloseTo(0.23333333, 8);
  });

  it('is null where x is the same, and has no interval of two runs', () => {
    expect(leastSquares(Float64Array.of(0.1, 0.1, 0.1), [Q.slice(0, 3)], whole(3), 0)).toEqual([null]);
    const [line] = leastSquares(Float64Array.of(0, 1), [Float64Array.of(1, 3)], whole(2), 0);
    expect(line).toEqual({ slope: 2, interval: null });
  });
});

describe('flipped signs', () => {
  it('give the p of scipy.stats.permutation_test', () => {
    const columns = [
      [0.2, 0.1, 0.3, -0.05, 0.15, 0.12],
      [0.1, 0.2, 0.3, null, null, null],
      [0, 0, null, null, null, null],
      [null, null, null, null, null, null],
    ];
    expect(signFlipTests(columns, 0)).toEqual([0.0625, 0.25, 1, null]);
  });

  it('are drawn where they are many', () => {
    const same = Array.from({ length: 30 }, () => 0.1);
    const even = Array.from({ length: 30 }, (_, run) => (run % 2 === 0 ? 0.1 : -0.1));
    expect(signFlipTests([same, even], 0)).toEqual([1 / 50_000, 1]);
  });
});

describe("Holm's correction", () => {
  it('is that of statsmodels, and passes over what was not tested', () => {
    const corrected = holm([0.01, null, 0.04, 0.03, 0.005, 0.5]);
    [0.04, null, 0.09, 0.09, 0.025, 0.5].forEach((p, index) => {
      if (p === null) expect(corrected[index]).toBeNull();
      else expect(corrected[index]).toBeCloseTo(p, 14);
    });
    expect(holm([0.7, 0.8])).toEqual([1, 1]);
  });
});
