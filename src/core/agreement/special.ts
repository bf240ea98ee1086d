/*
 * Special functions, from the NIST Digital Library of Mathematical Functions (DLMF), https://dlmf.nist.gov.
 */

/** Bernoulli terms B₂ₖ / (2k (2k − 1)), k = 1 … 7: at x ≥ 10 the next one is below 1e-16. */
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

/** ln k! for k = 0 … n. */
export function logFactorials(n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => logGamma(k + 1));
}

/**
 * Regularised incomplete beta function I_x(a, b), a and b > 0.
 *
 * @param y 1 − x, given apart because near x = 1 the difference has lost its digits
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
