import { logGamma } from '../base/special-functions';
import type { Overlap } from './overlap';

/**
 * Reduced mutual information (Newman, Cantwell and Young, Physical Review E 101, 042304, 2020): mutual information
 * less the cost of sending the contingency table, so that many small clusters do not count as knowledge.
 *
 * @returns bits per unit, about 0 by chance and possibly below; null without units
 */
export function reducedMutualInformation(overlap: Overlap): number | null {
  const { units, rows, columns, counts } = overlap;
  if (units === 0) return null;
  const information =
    logGamma(units + 1) + sumLogFactorial(counts) - sumLogFactorial(rows) - sumLogFactorial(columns);
  return (information - logTables(rows, columns, units)) / units / Math.LN2;
}

/**
 * The same divided by the mean of what each partition says of itself.
 *
 * @returns 1 for equal partitions; null where that mean is not positive, as for single clusters
 */
export function reducedMutualInformationNorm(overlap: Overlap): number | null {
  const reduced = reducedMutualInformation(overlap);
  const self =
    (selfInformation(overlap.rows, overlap.units) + selfInformation(overlap.columns, overlap.units)) / 2;
  return reduced === null || self <= 0 ? null : reduced / self;
}

/** Reduced mutual information of a partition with itself; that of a single cluster is 0 but for rounding. */
function selfInformation(sizes: Int32Array, units: number): number {
  if (sizes.length === 1) return 0;
  const information = logGamma(units + 1) - sumLogFactorial(sizes);
  return (information - logTables(sizes, sizes, units)) / units / Math.LN2;
}

function sumLogFactorial(values: Int32Array): number {
  return values.reduce((sum, value) => sum + logGamma(value + 1), 0);
}

/**
 * ln Ω, the number of non-negative integer tables with these margins, by the approximation of Diaconis and Efron
 * (Annals of Statistics 13, 845, 1985), equation 29 of Newman, Cantwell and Young. clusim 0.4, the version
 * that the paper's code pins, uses this one; 0.4.1 another.
 */
function logTables(rows: Int32Array, columns: Int32Array, units: number): number {
  const r = rows.length;
  const s = columns.length;
  const total = units + 0.5 * r * s;
  const weight = units / total;
  const x = Float64Array.from(rows, (size) => (1 - weight) / r + (weight * size) / units);
  const y = Float64Array.from(columns, (size) => (1 - weight) / s + (weight * size) / units);
  const nu = (s + 1) / (s * sumOf(x, (p) => p * p)) - 1 / s;
  const mu = (r + 1) / (r * sumOf(y, (p) => p * p)) - 1 / r;
  return (
    (r - 1) * (s - 1) * Math.log(total) +
    0.5 * (r + nu - 2) * sumOf(y, Math.log) +
    0.5 * (s + mu - 2) * sumOf(x, Math.log) +
    0.5 * (logGamma(mu * r) - r * (logGamma(s) + logGamma(mu))) +
    0.5 * (logGamma(nu * s) - s * (logGamma(r) + logGamma(nu)))
  );
}

function sumOf(values: Float64Array, term: (value: number) => number): number {
  return values.reduce((sum, value) => sum + term(value), 0);
}
