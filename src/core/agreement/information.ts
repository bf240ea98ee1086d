import { logFactorials, logGamma } from '../base/special-functions';
import { isTrivial, type Overlap } from './overlap';

/** Entropies of two partitions, in nats. */
interface Entropies {
  readonly a: number;
  readonly b: number;
  /** H(a | b), exactly 0 where b determines a. */
  readonly aGivenB: number;
  readonly bGivenA: number;
}

/** The conditional entropies are sums of positive terms, because differences of entropies lose digits. */
export function entropies({ units, rows, columns, counts }: Overlap): Entropies {
  let aGivenB = 0;
  let bGivenA = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      const count = counts[i * columns.length + j]!;
      if (count === 0) continue;
      aGivenB += count * Math.log(columns[j]! / count);
      bGivenA += count * Math.log(rows[i]! / count);
    }
  }
  return {
    a: entropy(rows, units),
    b: entropy(columns, units),
    aGivenB: aGivenB / units,
    bGivenA: bGivenA / units,
  };
}

function entropy(sizes: Int32Array, units: number): number {
  let sum = 0;
  for (const size of sizes) sum += size * Math.log(units / size);
  return sum / units;
}

/**
 * Variation of information (Meilă, Journal of Multivariate Analysis 98, 873, 2007): H(a | b) + H(b | a) =
 * 2 H(a, b) − H(a) − H(b).
 *
 * @returns bits, 0 for equal partitions; null without units
 */
export function variationOfInformation(overlap: Overlap): number | null {
  if (overlap.units === 0) return null;
  const { aGivenB, bGivenA } = entropies(overlap);
  return (aGivenB + bGivenA) / Math.LN2;
}

/**
 * The normalised form of variation of information, a similarity: 1 − ½ [H(b | a) / H(b) + H(a | b) / H(a)].
 *
 * @returns 0 … 1, 1 for equal partitions; null where either is a single cluster
 */
export function variationOfInformationNorm(overlap: Overlap): number | null {
  if (overlap.rows.length <= 1 || overlap.columns.length <= 1) return null;
  const { a, b, aGivenB, bGivenA } = entropies(overlap);
  return 1 - 0.5 * (bGivenA / b + aGivenB / a);
}

/**
 * Adjusted mutual information (Vinh, Epps and Bailey, JMLR 11, 2837, 2010), normalised by the arithmetic mean of
 * the entropies as scikit-learn does.
 *
 * @returns 1 for equal partitions, those of one cluster and of singletons included; 0 expected by chance; null without units
 */
export function adjustedMutualInformation(overlap: Overlap): number | null {
  if (overlap.units === 0) return null;
  if (isTrivial(overlap)) return 1;
  const { a, b, aGivenB } = entropies(overlap);
  const expected = expectedMutualInformation(overlap);
  return (a - aGivenB - expected) / ((a + b) / 2 - expected);
}

/**
 * Mean mutual information, in nats, over all permutations of the units of one partition: the overlap of two
 * clusters is then hypergeometric (equation 24a of Vinh, Epps and Bailey).
 */
export function expectedMutualInformation({
  units,
  rows,
  columns,
}: Pick<Overlap, 'units' | 'rows' | 'columns'>): number {
  const logFactorial = logFactorials(units);
  let sum = 0;
  for (const a of rows) {
    for (const b of columns) {
      const margins =
        logFactorial[a]! +
        logFactorial[b]! +
        logFactorial[units - a]! +
        logFactorial[units - b]! -
        logFactorial[units]!;
      for (let n = Math.max(1, a + b - units); n <= Math.min(a, b); n++) {
        const cells =
          logFactorial[n]! + logFactorial[a - n]! + logFactorial[b - n]! + logFactorial[units - a - b + n]!;
        sum += n * Math.log((units * n) / (a * b)) * Math.exp(margins - cells);
      }
    }
  }
  return sum / units;
}

/**
 * Reduced mutual information (Newman, Cantwell and Young, Physical Review E 101, 042304, 2020): mutual information
 * less the cost of sending the contingency table, so that many small clusters do not count as information.
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
 * Reduced mutual information divided by the mean of each partition's with itself.
 *
 * @returns 1 for equal partitions; null where that mean is not positive, as for single clusters
 */
export function reducedMutualInformationNorm(overlap: Overlap): number | null {
  const reduced = reducedMutualInformation(overlap);
  const self =
    (selfInformation(overlap.rows, overlap.units) + selfInformation(overlap.columns, overlap.units)) / 2;
  return reduced === null || self <= 0 ? null : reduced / self;
}

/** Reduced mutual information of a partition with itself. For a single cluster it would be 0 but for rounding. */
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
