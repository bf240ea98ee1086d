import { labelOf, type Measure, MEASURES } from '../../src/core/measures';
import { markdownTable } from '../../src/core/render/markdown';
import { CURVE_DEFAULTS, type Curve, type CurvePoint, curveOf } from '../../src/core/study/curves';
import { modularityOf, type Trend } from '../../src/core/study/findings/factor-trends';
import { pInWords, SIGNIFICANT } from '../../src/core/study/findings/number-words';
import type { StudyStatistics } from '../../src/core/study/findings/study-statistics';
import type { Factor } from '../../src/core/study/groups';
import type { StudyData } from '../../src/core/study/study-data';
import { PAPER_DROPOUT, PAPER_DROPOUT_Q } from '../paper';
import { FACTOR_KEYS, FACTOR_WORDS } from '../recipe';
import { fixed, withError } from './words';

/** The paper's first finding, and how far it holds here: sentences in Markdown. */
export function modularityFinding(study: StudyData, statistics: StudyStatistics): string[] {
  const trends = MEASURES.flatMap((measure) => trendOf(statistics, 'dropout', measure) ?? []);
  const rising = trends.filter(({ correlation }) => correlation !== null && isRise(correlation));
  const strongest = rising.reduce<Trend | null>(
    (best, trend) => ((trend.slope?.slope ?? 0) > (best?.slope?.slope ?? 0) ? trend : best),
    null,
  );
  const highest = MEASURES.map((measure) => highestOf(study, measure));
  const ahead = highest.filter(
    ([dropout, l1, l2]) => (dropout?.mean ?? -1) > Math.max(l1?.mean ?? -1, l2?.mean ?? -1),
  );
  return [
    `Dropout raises Q: ${judged(rising.length, trends.length)} (Spearman’s ρ above 0, p below ${SIGNIFICANT} by ` +
      'permutation of runs, corrected by Holm for all measures and layers; layers averaged).' +
      (strongest === null
        ? ''
        : ` The largest rise is that of \`${strongest.measure}\`: ${tested(strongest)}.`),
    `Dropout raises it further than L1 and L2 do: ${judged(ahead.length, highest.length)} (the highest mean over runs ` +
      'along each hyper-parameter; no test).',
  ];
}

/** "holds for all 8 measures", "holds for 3 of 8 measures", "does not hold for any of 8 measures". */
function judged(count: number, of: number): string {
  if (count === 0) return `**does not hold** for any of ${of} measures`;
  return `**holds** for ${count === of ? `all ${of}` : `${count} of ${of}`} measures`;
}

function isRise({ statistic, pHolm }: { readonly statistic: number; readonly pHolm: number }): boolean {
  return statistic > 0 && pHolm < SIGNIFICANT;
}

/** Whether Q follows each hyper-parameter: ρ, runs, and p of every measure, its layers averaged. */
export function trendTable(statistics: StudyStatistics): string {
  const rows = MEASURES.map((measure) => [
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
      [name, 'paper', ...q.map((value) => `${value}`)],
      ['', 'here (n)', ...here],
    ];
  });
  return markdownTable([['Q of', '', ...PAPER_DROPOUT.map((dropout) => `dropout ${dropout}`)], ...rows]);
}

/** Of each measure the highest mean over runs along each hyper-parameter, and the value that it is at; layers averaged. */
export function highestTable(study: StudyData): string {
  const rows = MEASURES.map((measure) => {
    const baseline = modularityCurve(study, 'dropout', measure).points.find(({ value }) => value === 0);
    const highest = highestOf(study, measure).map((point) =>
      point === null ? '–' : `${withError(point)} at ${String(point.value)}`,
    );
    return [`\`${measure}\` (${labelOf(measure)})`, withError(baseline), ...highest];
  });
  const words = FACTOR_KEYS.map((key) => `Highest with ${FACTOR_WORDS[key]}`);
  return markdownTable([['Q of', 'Baseline', ...words], ...rows]);
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
