import type { Measure } from '../../measures';
import { type CountedRun, type CurveOptions, isUsable, overLayers, runsOfFactor } from '../curves';
import type { Scalar } from '../describe';
import type { Factor } from '../groups';
import type { Interval } from '../statistics/bootstrap-interval';
import { holm } from '../statistics/holm';
import { kruskalWallisTests, type RankTest, spearmanTests } from '../statistics/rank-tests';
import { seriesOf } from '../statistics/series';
import { leastSquares } from '../statistics/slope';
import type { StudyCheckpoint, StudyData } from '../study-data';

// Whether modularity follows a hyper-parameter. Of each run one number counts: that of its last checkpoint, its layers
// averaged or one of them. Runs are compared with runs that are the same in all other factors.

/** What was found of a factor. */
export interface FactorTrends {
  readonly factor: string;
  readonly scale: Factor['scale'];
  /** Other factors, and the value they have in all of these runs. */
  readonly held: Readonly<Record<string, Scalar>>;
  /** Other factors that vary: runs are compared where these are the same. */
  readonly within: readonly string[];
  /** Runs that count, those of too little accuracy, and those of which the factor's value is not known. */
  readonly runs: number;
  readonly leftOut: number;
  readonly notGiven: number;
  /** What the slope is per: one unit of the value, or a tenfold of it, where zero has no place; null of categories. */
  readonly slopePer: 'unit' | 'tenfold' | null;
  /** By measure, the mean over layers before each layer. */
  readonly trends: readonly Trend[];
}

/** How Q of a measure follows a factor. */
export interface Trend {
  readonly measure: Measure;
  /** null for the mean over the hidden layers. */
  readonly layer: string | null;
  /** Runs that could be compared, and the values of the factor that they have. */
  readonly n: number;
  readonly values: number;
  /** Spearman's ρ; null of categories, and where nothing varies. `pHolm` is corrected for all ρ of this factor. */
  readonly correlation: CorrectedTest | null;
  /** Kruskal and Wallis's H, of any difference between values; corrected likewise for all H of this factor. */
  readonly difference: CorrectedTest | null;
  /** Change of Q by least squares, and the runs it is of; null of categories. */
  readonly slope: { readonly n: number; readonly slope: number; readonly interval: Interval | null } | null;
}

export interface CorrectedTest extends RankTest {
  readonly pHolm: number;
}

/** @param factor one of the study's grouping */
export function factorTrends(
  data: StudyData,
  factor: Factor,
  { threshold, seed }: CurveOptions,
): FactorTrends {
  const members = runsOfFactor(data, factor);
  const usable = members.filter(({ checkpoint }) => isUsable(checkpoint, threshold));
  const isCategory = factor.scale === 'category';
  // Of categories, what is not given is one of them.
  const counted = usable.filter(({ checkpoint }) => isCategory || valueAt(checkpoint, factor.key) !== null);
  const others = data.grouping.factors.map(({ key }) => key).filter((key) => key !== factor.key);
  const distinct = (key: string): Scalar[] => [
    ...new Set(counted.map(({ checkpoint }) => valueAt(checkpoint, key))),
  ];
  const within = others.filter((key) => distinct(key).length > 1);
  return {
    factor: factor.key,
    scale: factor.scale,
    held: Object.fromEntries(
      others.filter((key) => !within.includes(key)).map((key) => [key, distinct(key)[0] ?? null]),
    ),
    within,
    runs: counted.length,
    leftOut: members.length - usable.length,
    notGiven: usable.length - counted.length,
    slopePer: isCategory ? null : factor.scale === 'log' ? 'tenfold' : 'unit',
    trends: corrected(testAll(asked(data), counted, { factor, within, seed })),
  };
}

function valueAt({ values }: StudyCheckpoint, key: string): Scalar {
  return Object.hasOwn(values, key) ? (values[key] ?? null) : null;
}

interface Asked {
  readonly measure: Measure;
  readonly layer: string | null;
}

/** Every measure, over the layers and in each; of a single one that is the same. */
function asked({ measures, layers }: StudyData): Asked[] {
  const names = layers.length > 1 ? layers.map(({ name }) => name) : [];
  return measures.flatMap((measure) => [null, ...names].map((layer) => ({ measure, layer })));
}

/** Modularity of a measure in a layer, or the mean over the hidden ones. */
export function modularityOf(
  checkpoint: StudyCheckpoint,
  measure: Measure,
  layer: string | null,
): number | null {
  if (layer === null) return overLayers(checkpoint, ({ methods }) => methods[measure]?.q);
  return checkpoint.layers.find(({ name }) => name === layer)?.methods[measure]?.q ?? null;
}

interface Context {
  readonly factor: Factor;
  readonly within: readonly string[];
  readonly seed: number;
}

type Untested = Omit<Trend, 'correlation' | 'difference'> & {
  readonly correlation: RankTest | null;
  readonly difference: RankTest | null;
};

/** Series of numbers that the same runs have are tested together. */
function testAll(questions: readonly Asked[], runs: readonly CountedRun[], context: Context): Untested[] {
  const answers = questions.map(({ measure, layer }) =>
    runs.map(({ checkpoint }) => modularityOf(checkpoint, measure, layer)),
  );
  const results: Untested[] = [];
  for (const { columns, rows, values } of seriesOf(answers)) {
    const tested = testSeries(
      rows.map((row) => runs[row]!),
      values,
      context,
    );
    columns.forEach((question, at) => {
      results[question] = { ...questions[question]!, ...tested[at]! };
    });
  }
  return results;
}

/** @param series each with a number of every run */
function testSeries(
  runs: readonly CountedRun[],
  series: readonly Float64Array[],
  { factor, within, seed }: Context,
): Omit<Untested, keyof Asked>[] {
  const values = runs.map(({ checkpoint }) => valueAt(checkpoint, factor.key));
  const group = values.map((value) => factor.values.indexOf(value));
  const strata = strataOf(runs, within);
  const all = comparable(group, strata);
  const ys = series.map(all.take);
  const isCategory = factor.scale === 'category';
  const correlations = isCategory ? null : spearmanTests(all.take(group), ys, all.strata, seed);
  const differences = kruskalWallisTests(numbered(all.take(group)), ys, all.strata, seed);

  const xs = values.map((value) => place(value, factor));
  const onAxis = comparable(xs, strata);
  const slopes = isCategory
    ? null
    : leastSquares(onAxis.take(xs), series.map(onAxis.take), onAxis.strata, seed);
  return series.map((_, at) => {
    const slope = slopes?.[at] ?? null;
    return {
      n: all.rows.length,
      values: new Set(all.take(group)).size,
      correlation: correlations?.[at] ?? null,
      difference: differences[at] ?? null,
      slope: slope === null ? null : { n: onAxis.rows.length, ...slope },
    };
  });
}

/** Where a value lies on the axis that slopes are of; NaN where it has no place there. */
function place(value: Scalar, { scale }: Factor): number {
  if (typeof value !== 'number') return NaN;
  if (scale !== 'log') return value;
  return value > 0 ? Math.log10(value) : NaN;
}

/** Rows of the runs that are the same in all of these keys. */
function strataOf(runs: readonly CountedRun[], keys: readonly string[]): number[][] {
  const strata = new Map<string, number[]>();
  runs.forEach(({ checkpoint }, row) => {
    const stratum = JSON.stringify(keys.map((key) => valueAt(checkpoint, key)));
    strata.set(stratum, [...(strata.get(stratum) ?? []), row]);
  });
  return [...strata.values()];
}

/** Rows of strata within which x differs: others say nothing of it. Those where x is NaN are left out. */
function comparable(
  x: readonly number[],
  strata: readonly (readonly number[])[],
): {
  readonly rows: readonly number[];
  readonly strata: readonly (readonly number[])[];
  readonly take: (values: ArrayLike<number>) => Float64Array;
} {
  const kept = strata
    .map((stratum) => stratum.filter((row) => !Number.isNaN(x[row]!)))
    .filter((stratum) => new Set(stratum.map((row) => x[row]!)).size > 1);
  const rows = kept.flat();
  let start = 0;
  return {
    rows,
    strata: kept.map((stratum) => stratum.map(() => start++)),
    take: (values) => Float64Array.from(rows, (row) => values[row]!),
  };
}

/** Groups as 0, 1, … without gaps. */
function numbered(groups: Float64Array): Float64Array {
  const present = [...new Set(groups)].sort((a, b) => a - b);
  return groups.map((group) => present.indexOf(group));
}

function corrected(trends: readonly Untested[]): Trend[] {
  const ofCorrelation = holm(trends.map(({ correlation }) => correlation?.p ?? null));
  const ofDifference = holm(trends.map(({ difference }) => difference?.p ?? null));
  const withP = (test: RankTest | null, pHolm: number | null | undefined): CorrectedTest | null =>
    test === null || pHolm === null || pHolm === undefined ? null : { ...test, pHolm };
  return trends.map((trend, at) => ({
    ...trend,
    correlation: withP(trend.correlation, ofCorrelation[at]),
    difference: withP(trend.difference, ofDifference[at]),
  }));
}
