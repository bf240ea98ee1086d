import { expect, it } from 'vitest';
import { erf } from '../../../../src/core/network/operations/erf';

/** Python's math.erf. */
const EXPECTED = [
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

it.each(EXPECTED)('erf(%d) to the last digit but one', (x, expected) => {
  // Worst seen: 1 unit in the last place.
  if (Number.isNaN(expected)) expect(erf(x)).toBeNaN();
  else expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(2 ** -52 * Math.abs(expected));
});
