import { expect, test } from 'vitest';
import {
  erf,
  logFactorials,
  logGamma,
  regularizedBeta,
  studentQuantile,
} from '../../../src/core/base/special-functions';
import { Worst } from '../agreement/worst';

test('special functions are those of scipy.special (1.17.1)', () => {
  const worst = new Worst();
  const known = [
    [1e-3, 6.907178885383853],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [3.7, 1.428072326665388],
    [9.99, 12.779315214350195],
    [10.01, 12.824350262448247],
    [123.4, 469.3360974421906],
    [1e5, 1051287.7089736569],
  ] as const;
  for (const [x, value] of known) worst.see('logGamma', logGamma(x), value, 1e-14, String(x));
  [1, 1, 2, 6, 24, 120].forEach((factorial, k) => {
    worst.see('logFactorials', logFactorials(5)[k]!, Math.log(factorial), 1e-14);
  });
  worst.see('regularizedBeta', regularizedBeta(0.4, 0.6, 2, 3), 0.5248, 1e-14);
  worst.see('regularizedBeta', regularizedBeta(0.5, 0.5, 0.5, 0.5), 0.5, 1e-14);
  // 2 * scipy.stats.t.sf(abs(t), m - 2) of a correlation r over m entries: relative errors.
  const tails = [
    [2016, 0.05, 0.024767730649892128],
    [2016, 0.6, 1.9704110495702014e-197],
    [10, 0.3, 0.39969146875000017],
    [3, -0.5, 0.6666666666666666],
    [8128, -0.9, 0],
  ] as const;
  for (const [m, r, p] of tails) {
    const found = regularizedBeta((1 - r) * (1 + r), r * r, m / 2 - 1, 0.5);
    worst.see('tails', p === 0 ? found : found / p, p === 0 ? 0 : 1, 1e-11, `${m} ${r}`);
  }
  worst.print('special functions');
});

/** Python's math.erf. */
const ERF = [
  [0, 0],
  [1e-9, 1.1283791670955127e-9],
  [0.3, 0.3286267594591274],
  [-0.7, -0.6778011938374184],
  [0.9, 0.7969082124228322],
  [-1.1, -0.8802050695740817],
  [1.3, 0.9340079449406524],
  [2, 0.9953222650189527],
  [-2.8, -0.9999249868053346],
  [2.9, 0.9999589021219005],
  [4.5, 0.9999999998033839],
  [-5.9, -0.9999999999999999],
  [6.5, 1],
  [Infinity, 1],
  [-Infinity, -1],
  [NaN, NaN],
] as const;

test.each(ERF)('erf(%d) to the last digit but one', (x, expected) => {
  // Worst seen: 1 unit in the last place.
  if (Number.isNaN(expected)) expect(erf(x)).toBeNaN();
  else expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(2 ** -52 * Math.abs(expected));
});

test("quantiles of Student's distribution are those of scipy.stats.t", () => {
  const worst = new Worst();
  const known = [
    [0.025, 2, -4.302652729749464],
    [0.025, 8, -2.3060041352041662],
    [0.005, 1, -63.65674116287158],
    [0.3, 4.5, -0.5635058039393779],
    [1e-6, 20, -6.5965301483587755],
  ] as const;
  for (const [p, degrees, value] of known) {
    worst.see('lower', studentQuantile(p, degrees) / value, 1, 1e-11);
  }
  worst.see('upper', studentQuantile(0.975, 8), 2.3060041352041662, 1e-10);
  worst.see('middle', studentQuantile(0.5, 3), 0, 1e-10);
  worst.print("quantiles of Student's distribution");
});
