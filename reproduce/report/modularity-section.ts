import { labelOf, type Measure } from '../../src/core/measures';
import { markdownTable } from '../../src/core/render/markdown';
import { CURVE_DEFAULTS, type Curve, type CurvePoint, curveOf } from '../../src/core/study/curves';
import { modularityOf, type Trend } from '../../src/core/study/findings/factor-trends';
import { pInWords, SIGNIFICANT } from '../../src/core/study/findings/number-words';
import type { StudyStatistics } from '../../src/core/study/findings/study-statistics';
import type { Factor } from '../../src/core/study/groups';
import { kruskalWallisTests } from '../../src/core/study/statistics/rank-tests';
import type { StudyData } from '../../src/core/study/study-data';
import { PAPER_DROPOUT, PAPER_DROPOUT_Q, PAPER_HIGHEST } from '../paper';
import { FACTOR_KEYS, FACTOR_WORDS } from '../recipe';
import { fixed, withError } from './report-words';

/** The paper's first finding, and how far it holds here: sentences in Markdown. */
export function modularityFinding(study: StudyData, statistics: StudyStatistics): string[] {
  const trends = study.measures.flatMap((measure) => trendOf(statistics, 'dropout', measure) ?? []);
  const rising = trends.filter(({ correlation }) => correlation !== null && isRise(correlation));
  const strongest = rising.reduce<Trend | null>(
    (best, trend) => ((trend.slope?.slope ?? 0) > (best?.slope?.slope ?? 0) ? trend : best),
    null,
  );
  const ahead = study.measures.filter((measure) => {
    const [dropout, ...others] = highestOf(study, measure).map((point) => point?.mean ?? -1);
    return others.every((other) => (dropout ?? -1) > other);
  });
  return [
    `Dropout raises Q: ${judged(rising.length, trends.length)} (Spearman’s ρ above 0, p below ${SIGNIFICANT} by ` +
      'permutation of runs, corrected by Holm for all measures and layers; layers averaged).' +
      (strongest === null ? '' : ` It rises most of \`${strongest.measure}\`: ${tested(strongest)}.`),
    `Dropout raises it further than L1 and L2 do: ${judged(ahead.length, study.measures.length)} (the highest mean over ` +
      `runs along each hyper-parameter).${strongest === null ? '' : furtherThanOthers(study, strongest.measure)}`,
  ];
}

/** "**holds** for 3 of 8 measures"; that something was not found does not say that it is not so. */
function judged(count: number, of: number): string {
  if (count === 0) return `**not found** for any of ${of} measures`;
  return `**holds** for ${count === of ? `all ${of}` : `${count} of ${of}`} measures`;
}

/** The best of dropout against the best of the other two; choosing the best of those makes the test strict. */
function furtherThanOthers(study: StudyData, measure: Measure): string {
  const [dropout, l1, l2] = highestOf(study, measure);
  const other = (l1?.mean ?? -1) > (l2?.mean ?? -1) ? l1 : l2;
  if (!dropout || !other) return '';
  const points = [dropout, other];
  const group = Float64Array.from(points.flatMap(({ runs }, index) => runs.map(() => index)));
  const q = Float64Array.from(points.flatMap(({ runs }) => runs.map(({ y }) => y)));
  const [test] = kruskalWallisTests(group, [q], [[...group.keys()]], CURVE_DEFAULTS.seed);
  const shown = `${withError(dropout)} with dropout ${String(dropout.value)}, at most ${withError(other)} without`;
  const p = test ? `, ${pInWords(test.p)} by permutation of these runs’ ranks, two-sided` : '';
  return ` Of \`${measure}\`, Q is ${shown}${p}.`;
}

function isRise({ statistic, pHolm }: { readonly statistic: number; readonly pHolm: number }): boolean {
  return statistic > 0 && pHolm < SIGNIFICANT;
}

/** Whether Q follows each hyper-parameter: ρ, runs, and p of every measure, its layers averaged. */
export function trendTable({ measures }: StudyData, statistics: StudyStatistics): string {
  const rows = measures.map((measure) => [
    `\`${measure}\` (${labelOf(measure)})`,
    ...FACTOR_KEYS.map((key) => {
      const trend = trendOf(statistics, key, measure);
      return trend === null ? '–' : tested(trend);
    }),
  ]);
  return markdownTable([['Q of', ...FACTOR_KEYS.map((key) => FACTOR_WORDS[key])], ...rows]);
}

/** "ρ = 0.91, n = 40, p < .001" */
function tested({ correlation, n }: Trend): string {
  if (correlation === null) return '–';
  return `ρ = ${fixed(correlation.statistic, 2)}, n = ${n}, ${pInWords(correlation.pHolm)}`;
}

function trendOf({ factors }: StudyStatistics, key: string, measure: Measure): Trend | null {
  const { trends } = factors.find(({ factor }) => factor === key) ?? { trends: [] };
  return trends.find((trend) => trend.measure === measure && trend.layer === null) ?? null;
}

/** Q against dropout: the paper's rows, and under each the same of the study, as mean ± standard error over runs. */
export function dropoutTable(study: StudyData): string {
  const names = study.layers.filter(({ isCombined }) => !isCombined).map(({ name }) => name);
  const rows = PAPER_DROPOUT_Q.flatMap(({ measure, layer, q }) => {
    const { points } = modularityCurve(study, 'dropout', measure, layer === null ? null : names[layer]);
    const here = PAPER_DROPOUT.map((dropout) => withError(points.find(({ value }) => value === dropout)));
    const name = `\`${measure}\`, ${layer === null ? 'layers averaged' : `hidden layer ${layer + 1}`}`;
    return [
      [name, 'paper', ...q.map((value) => (typeof value === 'number' ? value.toFixed(3) : value))],
      ['', 'here (n)', ...here],
    ];
  });
  return markdownTable([['Q of', '', ...PAPER_DROPOUT.map((dropout) => `dropout ${dropout}`)], ...rows]);
}

/** Of each measure the highest mean over runs along each hyper-parameter, and the value that it is at; layers averaged. */
export function highestTable(study: StudyData): string {
  const rows = study.measures.map((measure) => {
    const baseline = modularityCurve(study, 'dropout', measure).points.find(({ value }) => value === 0);
    const highest = highestOf(study, measure).map((point) =>
      point === null ? '–' : `${withError(point)} at ${String(point.value)}`,
    );
    return [`\`${measure}\` (${labelOf(measure)})`, withError(baseline), ...highest];
  });
  const words = FACTOR_KEYS.map((key) => `Highest with ${FACTOR_WORDS[key]}`);
  const paper = FACTOR_KEYS.map((key) => PAPER_HIGHEST[key]);
  return markdownTable([['Q of', 'Baseline', ...words], ...rows, ['the paper, any measure', '', ...paper]]);
}

/** In the order of FACTOR_KEYS. */
function highestOf(study: StudyData, measure: Measure): (CurvePoint | null)[] {
  return FACTOR_KEYS.map((key) =>
    modularityCurve(study, key, measure).points.reduce<CurvePoint | null>(
      (best, point) => ((point.mean ?? -Infinity) > (best?.mean ?? -Infinity) ? point : best),
      null,
    ),
  );
}

/** @param layer by name; null for the mean of the hidden layers */
function modularityCurve(
  study: StudyData,
  key: string,
  measure: Measure,
  layer: string | null = null,
): Curve {
  const factor = factorOf(study, key);
  return curveOf(study, factor, (checkpoint) => modularityOf(checkpoint, measure, layer), CURVE_DEFAULTS);
}

function factorOf({ grouping }: StudyData, key: string): Factor {
  const factor = grouping.factors.find((one) => one.key === key);
  if (factor === undefined) throw new Error(`the study does not vary ${key}`);
  return factor;
}
