import { rankCorrelation, type Ranks, ranksOf } from '../../base/ranks';
import type { Measure } from '../../measures';
import { STUDY_METRICS } from '../agreement-metrics';
import { type CountedRun, overLayers } from '../curves';
import type { StudyCheckpoint, StudyData } from '../study-data';

// Which numbers of a study go together: descriptions, without tests, for what is compared is of the same networks.

/** Spearman's is of ranks, Pearson's of the values: the one asks whether they rise together, the other whether in a line. */
export const CORRELATIONS = ['spearman', 'pearson'] as const;
export type Correlation = (typeof CORRELATIONS)[number];

/** Correlations of several numbers with each other. */
export interface CorrelationMatrix<Name extends string> {
  readonly names: readonly Name[];
  /** [names][names], symmetric; null where one of the two does not vary, or there are fewer than three pairs of values. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Pairs of values behind each: [names][names]. */
  readonly counts: readonly (readonly number[])[];
  /** Runs that they are of. */
  readonly runs: number;
}

/**
 * How the metrics of agreement go together, over the pairs of measures and the hidden layers of all runs. The paper's notebook calls
 * them Spearman's and computes Pearson's.
 */
export function metricCorrelations(
  runs: readonly CountedRun[],
  correlation: Correlation,
  names: readonly string[] = STUDY_METRICS.map(([name]) => name),
): CorrelationMatrix<string> {
  const rows = runs.flatMap(({ checkpoint }) =>
    checkpoint.layers.filter(({ isCombined }) => !isCombined).flatMap(({ agreement }) => agreement),
  );
  const columns = names.map((name) => Float64Array.from(rows, ({ metrics }) => metrics[name] ?? NaN));
  return { ...correlate(names, columns, correlation), runs: runs.length };
}

/** What measures are compared by. */
export type Compared = 'q' | 'clusters';

/**
 * How Q, or the number of clusters, by one measure goes with that by another, over runs.
 * @param layer null for the mean over the hidden layers
 */
export function measureCorrelations(
  { measures }: StudyData,
  runs: readonly CountedRun[],
  layer: string | null,
  compared: Compared,
  correlation: Correlation,
): CorrelationMatrix<Measure> {
  const columns = measures.map((measure) =>
    Float64Array.from(runs, ({ checkpoint }) => comparedValue(checkpoint, measure, layer, compared) ?? NaN),
  );
  return { ...correlate(measures, columns, correlation), runs: runs.length };
}

/** Where there is no Q, the number of clusters says nothing. */
function comparedValue(
  checkpoint: StudyCheckpoint,
  measure: Measure,
  layer: string | null,
  compared: Compared,
): number | null {
  const valueOf = ({ methods }: StudyCheckpoint['layers'][number]): number | null | undefined => {
    const result = methods[measure];
    return result?.q === null || compared === 'q' ? result?.q : result?.clusters;
  };
  if (layer === null) return overLayers(checkpoint, valueOf);
  const found = checkpoint.layers.find(({ name }) => name === layer);
  return found === undefined ? null : (valueOf(found) ?? null);
}

/** Fewer pairs of values than these say nothing. */
const LEAST_PAIRS = 3;

/** Over the rows in which both of two columns have a value. @param columns NaN where there is none */
function correlate<Name extends string>(
  names: readonly Name[],
  columns: readonly Float64Array[],
  correlation: Correlation,
): Omit<CorrelationMatrix<Name>, 'runs'> {
  const values = names.map(() => names.map((): number | null => null));
  const counts = names.map(() => names.map(() => 0));
  // Mostly the same rows are known of many columns, and then a column need be ranked only once.
  const gaps = gapsOf(columns);
  const variables = new Map<string, Variable>();
  const variable = (column: number, other: number): Variable => {
    const [a = 0, b = 0] = [gaps[column], gaps[other]];
    const key = `${column} ${Math.min(a, b)} ${Math.max(a, b)}`;
    const known = variables.get(key) ?? variableOf(columns[column]!, columns[other]!, correlation);
    variables.set(key, known);
    return known;
  };
  for (let i = 0; i < names.length; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [variable(i, j), variable(j, i)];
      const value = a.count < LEAST_PAIRS ? null : a.with(b);
      for (const [from, to] of [
        [i, j],
        [j, i],
      ] as const) {
        values[from]![to] = value;
        counts[from]![to] = a.count;
      }
    }
  }
  return { names, values, counts };
}

/** Of each column a number that those share that lack a value in the same rows. */
function gapsOf(columns: readonly Float64Array[]): number[] {
  return columns.map((column, at) =>
    columns.slice(0, at + 1).findIndex((other) => haveSameGaps(column, other)),
  );
}

function haveSameGaps(a: Float64Array, b: Float64Array): boolean {
  for (let row = 0; row < a.length; row++) {
    if (Number.isNaN(a[row]) !== Number.isNaN(b[row])) return false;
  }
  return true;
}

/** A column over some rows, made ready to be correlated with others over the same. */
interface Variable {
  readonly count: number;
  readonly with: (other: Variable) => number | null;
  readonly ranks: Ranks | null;
  readonly deviations: Deviations | null;
}

/** @param other in whose rows, too, there must be a value */
function variableOf(column: Float64Array, other: Float64Array, correlation: Correlation): Variable {
  const all = new Float64Array(column.length);
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    if (!Number.isNaN(column[row]) && !Number.isNaN(other[row])) all[count++] = column[row]!;
  }
  const values = all.subarray(0, count);
  const ranks = correlation === 'spearman' ? ranksOf(values) : null;
  const deviations = correlation === 'pearson' ? deviationsOf(values) : null;
  return {
    count,
    ranks,
    deviations,
    with: (that) =>
      ranks !== null && that.ranks !== null
        ? rankCorrelation(ranks, that.ranks)
        : deviations !== null && that.deviations !== null
          ? linearCorrelation(deviations, that.deviations)
          : null,
  };
}

/** So small beside the values' own squares, sums of squared deviations are rounding. */
const ROUNDING = 1e-24;

/** Pearson's r; null where one of the two is constant. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  const [a, b] = [deviationsOf(x), deviationsOf(y)];
  return a === null || b === null ? null : linearCorrelation(a, b);
}

/** Values less their mean. */
interface Deviations {
  readonly values: Float64Array;
  readonly sumOfSquares: number;
}

/** null where there are none but by rounding. */
function deviationsOf(values: Float64Array): Deviations | null {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  const deviating = values.map((value) => value - mean);
  let sumOfSquares = 0;
  for (let i = 0; i < deviating.length; i++) sumOfSquares += deviating[i]! * deviating[i]!;
  return sumOfSquares <= ROUNDING * values.length * mean * mean ? null : { values: deviating, sumOfSquares };
}

function linearCorrelation(a: Deviations, b: Deviations): number {
  let product = 0;
  for (let i = 0; i < a.values.length; i++) product += a.values[i]! * b.values[i]!;
  return Math.max(-1, Math.min(1, product / Math.sqrt(a.sumOfSquares * b.sumOfSquares)));
}
