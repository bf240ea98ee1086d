import { rankCorrelation, ranksOf } from '../../base/ranks';
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
): CorrelationMatrix<string> {
  const rows = runs.flatMap(({ checkpoint }) =>
    checkpoint.layers.filter(({ isCombined }) => !isCombined).flatMap(({ agreement }) => agreement),
  );
  const names = STUDY_METRICS.map(([name]) => name);
  const columns = names.map((name) => rows.map(({ metrics }) => metrics[name] ?? null));
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
    runs.map(({ checkpoint }) => comparedValue(checkpoint, measure, layer, compared)),
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

/** Over the rows in which both of two columns have a value. */
function correlate<Name extends string>(
  names: readonly Name[],
  columns: readonly (readonly (number | null)[])[],
  correlation: Correlation,
): Omit<CorrelationMatrix<Name>, 'runs'> {
  const values = names.map(() => names.map((): number | null => null));
  const counts = names.map(() => names.map(() => 0));
  columns.forEach((a, i) => {
    columns.slice(0, i + 1).forEach((b, j) => {
      const rows = [...a.keys()].filter((row) => a[row] !== null && b[row] !== null);
      const [x, y] = [a, b].map((column) => Float64Array.from(rows, (row) => column[row] ?? 0));
      const value = x === undefined || y === undefined ? null : correlationOf(x, y, correlation);
      for (const [from, to] of [
        [i, j],
        [j, i],
      ] as const) {
        values[from]![to] = value;
        counts[from]![to] = rows.length;
      }
    });
  });
  return { names, values, counts };
}

function correlationOf(x: Float64Array, y: Float64Array, correlation: Correlation): number | null {
  if (x.length < LEAST_PAIRS) return null;
  return correlation === 'spearman' ? rankCorrelation(ranksOf(x), ranksOf(y)) : pearson(x, y);
}

/** So small beside the values' own squares, sums of squared deviations are rounding. */
const ROUNDING = 1e-24;

/** Pearson's r; null where one of the two is constant. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  const [a, b] = [deviations(x), deviations(y)];
  if (a === null || b === null) return null;
  let [product, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    ofA += a[i]! * a[i]!;
    ofB += b[i]! * b[i]!;
  }
  return Math.max(-1, Math.min(1, product / Math.sqrt(ofA * ofB)));
}

/** null where there are none but by rounding. */
function deviations(values: Float64Array): Float64Array | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviating = values.map((value) => value - mean);
  const squares = deviating.reduce((sum, value) => sum + value * value, 0);
  return squares <= ROUNDING * values.length * mean * mean ? null : deviating;
}
