/*
 * Special functions by the formulas of the NIST Digital Library of Mathematical Functions (DLMF), https://dlmf.nist.gov.
 */

/** Bernoulli terms B₂ₖ / (2k (2k − 1)), k = 1 … 7. At x ≥ 10 the next term is below 1e-16. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;

/** ln Γ(x) for x > 0, to about 1e-15: Stirling's series (DLMF 5.11.1) above 10, the recurrence below. */
export function logGamma(x: number): number {
  let shift = 1;
  for (; x < 10; x++) shift *= x;
  const square = 1 / (x * x);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * square + STIRLING[k]!;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series / x - Math.log(shift);
}

/** ln k! for k = 0 … n: [n + 1]. */
export function logFactorials(n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => logGamma(k + 1));
}

/**
 * Regularised incomplete beta function I_x(a, b), a and b > 0.
 *
 * @param y 1 − x, a parameter of its own because the difference loses digits near x = 1
 */
export function regularizedBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // The continued fraction converges fast left of the mean; right of it, use the symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(y, x, b, a);
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  return (Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta) / a) * betaFraction(x, a, b);
}

/** The continued fraction of DLMF 8.17.22, by Lentz's method as Thompson and Barnett (1986) modified it. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= 4 * Number.EPSILON) return fraction;
  }
}

/**
 * The value with the share `p` of Student's t distribution below it, by bisection to about 1e-12 of its size.
 *
 * @param p in (0, 1)
 * @param degrees of freedom, > 0
 */
export function studentQuantile(p: number, degrees: number): number {
  if (p > 0.5) return -studentQuantile(1 - p, degrees);
  // P(T < −t) = I_x(ν/2, 1/2) / 2 at x = ν / (ν + t²).
  const below = (t: number): number =>
    regularizedBeta(degrees / (degrees + t * t), (t * t) / (degrees + t * t), degrees / 2, 0.5) / 2;
  let [near, far] = [0, 1];
  while (below(far) > p) far *= 2;
  for (let step = 0; step < 42; step++) {
    const middle = (near + far) / 2;
    if (below(middle) > p) near = middle;
    else far = middle;
  }
  return -(near + far) / 2;
}

/*
 * The error function by W. J. Cody's kind of rational approximations, with the intervals and coefficients of FreeBSD's
 * msun/src/s_erf.c:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
 * business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
 * is preserved.
 */

/** erf(1) rounded, about which the second interval is developed. */
const ERF_1 = 8.45062911510467529297e-1;

// Numerators and denominators, from the constant up. On |x| < 0.84375: (erf(x) − x) / x in x².
const P = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
];
const Q = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
];
// On 0.84375 … 1.25: erf(x) − ERF_1 in x − 1.
const PA = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
];
const QA = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
];
// On 1.25 … 1 / 0.35: ln(x erfc(x)) + x² + 0.5625 in 1 / x².
const RA = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1,
  -9.81432934416914548592,
];
const SA = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
];
// The same above 1 / 0.35.
const RB = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
];
const SB = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
];

/** erf(x) to about 1e-16. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return x + x * ratio(P, Q, x * x);
  if (a < 1.25) return Math.sign(x) * (ERF_1 + ratio(PA, QA, a - 1));
  if (a >= 6) return Math.sign(x); // NaN fails every comparison and goes on as NaN
  const z = 1 / (a * a);
  const exponent = a < 1 / 0.35 ? ratio(RA, SA, z) : ratio(RB, SB, z);
  return Math.sign(x) * (1 - Math.exp(exponent - 0.5625 - a * a) / a);
}

function ratio(numerator: readonly number[], denominator: readonly number[], x: number): number {
  return horner(numerator, x) / horner(denominator, x);
}

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) value = value * x + coefficients[k]!;
  return value;
}
