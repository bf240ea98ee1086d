import { listed, plural, printable, readable } from '../../base/text';
import { labelOf, type Measure } from '../../measures';
import { shown, wordOf } from '../groups/sentence';
import type { AgainstUntrained } from './against-untrained';
import type { AgreementBlock, Block } from './agreement-blocks';
import type { CorrectedTest, FactorTrends, Trend } from './factor-trends';
import type { ModularityLevel } from './modularity-levels';
import { bracketed, decimal, pInWords, signed, SIGNIFICANT } from './number-words';
import { persistenceFinding } from './persistence-findings';
import type { StudyStatistics } from './study-statistics';

/** What a sentence claims: nothing beyond how it was counted; something; perhaps something; nothing; or that it cannot. */
export type Verdict = 'note' | 'found' | 'uncertain' | 'none' | 'too few';

export interface Finding {
  readonly about: 'runs' | 'factor' | 'modularity' | 'agreement' | 'training';
  readonly verdict: Verdict;
  readonly sentence: string;
}

/**
 * What a study comes to in sentences, which claim no more than the statistics: what is not significant when corrected for
 * the number of tests is not called found, and what so few runs could not show is not called absent.
 */
export function findingsOf(statistics: StudyStatistics): Finding[] {
  const { factors, modularity, agreement, persistence } = statistics;
  return [
    ...notesOf(statistics),
    ...factors.flatMap(factorFindings),
    ...modularity.filter(({ layer }) => layer === null).map(levelFinding),
    ...agreementFindings(agreement),
    ...persistence.map(persistenceFinding),
  ];
}

function note(about: Finding['about'], sentence: string): Finding {
  return { about, verdict: 'note', sentence };
}

function notesOf({ runs, layersThatDiffer }: StudyStatistics): Finding[] {
  const notes: string[] = [];
  const { planned, done, failed, threshold } = runs;
  if (done < planned) {
    const others = failed > 0 ? `, ${failed} failed` : '';
    notes.push(`${done} of ${plural(planned, 'checkpoint')} are done${others}: the numbers may change.`);
  }
  if (threshold !== null && runs.runs > 0) {
    const least = `${readable(threshold * 100)} % accuracy`;
    if (runs.unknown === runs.runs) notes.push('Accuracy is not known of any run, so none was left out.');
    else {
      const unknown =
        runs.unknown > 0 ? `; ${plural(runs.unknown, 'run')} of unknown accuracy count all the same` : '';
      const left = runs.leftOut > 0 ? `${runs.leftOut} below ${least} left out` : `none is below ${least}`;
      notes.push(`${runs.counted} of ${plural(runs.runs, 'run')} count, ${left}${unknown}.`);
    }
  }
  for (const { layer, runs: having } of layersThatDiffer) {
    const names = listed(
      having.map((run) => printable(run, 60)),
      5,
    );
    notes.push(
      `Layers differ: ${printable(layer, 60)} is in ${having.length} of ${runs.runs} runs (${names}).`,
    );
  }
  return notes.map((sentence) => note('runs', sentence));
}

function factorFindings(factor: FactorTrends): Finding[] {
  const tests = factor.trends.filter(
    ({ correlation, difference }) => (correlation ?? difference) !== null,
  ).length;
  const over = factor.trends.filter(({ layer }) => layer === null);
  const cannotTell = over.length > 1 && over.every((trend) => isTooFew(trend));
  if (cannotTell) return [note('factor', factorNote(factor)), tooFew(over, factor)];
  return [
    note('factor', factorNote(factor)),
    ...over.flatMap((trend) => {
      const whole = trendFinding(trend, factor, tests);
      // A layer is told of where it says something else than the mean over layers.
      const layers = factor.trends
        .filter(({ measure, layer }) => measure === trend.measure && layer !== null)
        .filter((one) => verdictOf(one).verdict === 'found' && isOther(one, trend))
        .map((one) => trendFinding(one, factor, tests));
      return [whole, ...layers];
    }),
  ];
}

function isTooFew(trend: Trend): boolean {
  return verdictOf(trend).verdict === 'too few';
}

/** Once for all measures. */
function tooFew(trends: readonly Trend[], { factor }: FactorTrends): Finding {
  const most = Math.max(...trends.map(({ n }) => n));
  const sentence = `Too few runs to tell whether Q of any measure follows ${wordOf(factor)} (n = ${plural(most, 'run')}).`;
  return { about: 'factor', verdict: 'too few', sentence };
}

/** "dropout: 27 runs with L2 = 0.00001; 3 of too little accuracy left out." */
function factorNote({ factor, held, within, runs, leftOut, notGiven }: FactorTrends): string {
  const at = Object.entries(held).map(([key, value]) => `${wordOf(key)} = ${shown(value)}`);
  const parts = [
    `${plural(runs, 'run')}${at.length > 0 ? ` with ${listed(at)}` : ''}`,
    ...(within.length > 0 ? [`compared where ${listed(within.map(wordOf))} are the same`] : []),
    ...(leftOut > 0 ? [`${leftOut} of too little accuracy left out`] : []),
    ...(notGiven > 0 ? [`${notGiven} that do not give it left out`] : []),
  ];
  return `${wordOf(factor)}: ${parts.join('; ')}.`;
}

/** What is claimed, and by which of the two tests. */
function verdictOf({ correlation, difference, values }: Trend): {
  verdict: Verdict;
  test: CorrectedTest | null;
} {
  const test = correlation ?? difference;
  if (test === null) return { verdict: values < 2 ? 'too few' : 'none', test };
  if (test.pHolm < SIGNIFICANT) return { verdict: 'found', test };
  if (difference !== null && difference.pHolm < SIGNIFICANT) return { verdict: 'found', test: difference };
  if (test.p < SIGNIFICANT) return { verdict: 'uncertain', test };
  // No arrangement of so few runs is rarer than this.
  const least = (correlation === null ? 1 : 2) / test.arrangements;
  return { verdict: test.exact && least > SIGNIFICANT ? 'too few' : 'none', test };
}

function isOther(layer: Trend, whole: Trend): boolean {
  const [a, b] = [verdictOf(layer), verdictOf(whole)];
  return a.verdict !== b.verdict || directionOf(layer) !== directionOf(whole);
}

/** Of a steady trend; 0 of any other difference. */
function directionOf(trend: Trend): number {
  const { test } = verdictOf(trend);
  return test !== null && test === trend.correlation ? Math.sign(test.statistic) : 0;
}

function trendFinding(trend: Trend, { factor, slopePer }: FactorTrends, tests: number): Finding {
  const subject = `Q of ${named(trend.measure)}${trend.layer === null ? '' : ` in ${printable(trend.layer, 60)}`}`;
  const word = wordOf(factor);
  const runs = `n = ${plural(trend.n, 'run')}`;
  const { verdict, test } = verdictOf(trend);
  const finding = (sentence: string): Finding => ({ about: 'factor', verdict, sentence: `${sentence}.` });
  if (test === null) {
    return finding(
      trend.values < 2
        ? `${subject}: no two values of ${word} can be compared yet (${runs})`
        : `${subject}: the same whatever ${word} (${runs})`,
    );
  }
  const isSteady = test === trend.correlation;
  const statistic = isSteady ? `ρ = ${decimal(test.statistic)}` : `H = ${test.statistic.toFixed(1)}`;
  const counted = `${statistic}, ${runs}`;
  const corrected = `${pInWords(test.pHolm)} (Holm, ${plural(tests, 'test')})`;
  const rises = test.statistic > 0;
  if (verdict === 'found') {
    const slope = isSteady ? slopeInWords(trend, slopePer) : '';
    const claim = isSteady
      ? `${rises ? 'rises' : 'falls'} with ${word}`
      : `differs between values of ${word}`;
    return finding(`${subject} ${claim}: ${counted}, ${corrected}${slope}`);
  }
  const p = pInWords(test.p);
  if (verdict === 'uncertain') {
    const claim = isSteady
      ? `may ${rises ? 'rise' : 'fall'} with ${word}`
      : `may differ between values of ${word}`;
    return finding(`${subject} ${claim}: ${counted}, ${p}, but ${corrected}`);
  }
  if (verdict === 'too few') {
    return finding(`${subject}: too few runs to tell whether it follows ${word} (${counted})`);
  }
  const what = isSteady ? `no trend with ${word}` : `no difference between values of ${word}`;
  return finding(`${subject}: ${what} can be seen (${counted}, ${p})`);
}

/** "; slope +0.43 [0.38, 0.48] per tenfold". */
function slopeInWords({ slope }: Trend, per: FactorTrends['slopePer']): string {
  if (slope === null) return '';
  const format = (value: number): string => readable(value, 2).replace('-', '−');
  const sign = slope.slope > 0 ? '+' : '';
  const unit = per === 'tenfold' ? ' per tenfold' : ' per unit';
  return `; slope ${sign}${format(slope.slope)}${bracketed(slope.interval, format)}${unit}`;
}

/** "input gradient (forward_jac)". */
function named(measure: Measure): string {
  return `${labelOf(measure)} (${measure})`;
}

function levelFinding(level: ModularityLevel): Finding {
  const { verdict, sentence } = comparison(level);
  return { about: 'modularity', verdict, sentence: `Q of ${named(level.measure)} ${sentence}.` };
}

const BLOCK_WORDS: Readonly<Record<Block, string>> = {
  upstream: 'Agreement within upstream measures',
  downstream: 'Agreement within downstream measures',
  across: 'Agreement of upstream with downstream measures',
};

/** By the metric that the paper shows first, over the layers. */
const TOLD_METRIC = 'element_sim';

function agreementFindings(blocks: readonly AgreementBlock[]): Finding[] {
  const told = blocks.filter(({ metric, layer }) => metric === TOLD_METRIC && layer === null);
  return [...new Set(told.map(({ block }) => block))].flatMap((block): Finding[] => {
    const [first, strict] = told.filter((one) => one.block === block);
    if (first === undefined) return [];
    const { verdict, sentence } = comparison(first);
    const without =
      strict === undefined ? '' : `; without pairs of a measure and its normalised form ${levels(strict)}`;
    return [
      {
        about: 'agreement',
        verdict,
        sentence: `${BLOCK_WORDS[block]} (element-centric similarity) ${sentence}${without}.`,
      },
    ];
  });
}

/** What is said of it, after what it is. */
function comparison(compared: AgainstUntrained): { verdict: Verdict; sentence: string } {
  const { trained, difference } = compared;
  const { n, mean, p, pHolm } = difference;
  if (mean === null || p === null || pHolm === null) {
    const sentence = `is ${levels(compared)} in trained networks (n = ${plural(trained.n, 'run')}); there are no untrained ones to compare with`;
    return { verdict: 'too few', sentence };
  }
  const counted = `${levels(compared)}, n = ${plural(n, 'run')}`;
  if (pHolm < SIGNIFICANT) {
    const claim = `is ${mean > 0 ? 'above' : 'below'} that of untrained networks`;
    return { verdict: 'found', sentence: `${claim}: ${counted}, ${pInWords(pHolm)} (Holm)` };
  }
  // All signs alike are the rarest that so few runs can have.
  if (2 / 2 ** n > SIGNIFICANT) {
    return { verdict: 'too few', sentence: `of too few runs to compare with untrained networks: ${counted}` };
  }
  if (p < SIGNIFICANT) {
    const sentence = `may differ from that of untrained networks: ${counted}, ${pInWords(p)}, but ${pInWords(pHolm)} (Holm)`;
    return { verdict: 'uncertain', sentence };
  }
  return {
    verdict: 'none',
    sentence: `cannot be told from that of untrained networks: ${counted}, ${pInWords(p)}`,
  };
}

/** ".64 against .36, +.28 [.25, .31]"; without untrained networks ".64". */
function levels({ trained, untrained, difference }: AgainstUntrained): string {
  const own = trained.mean === null ? 'undefined' : decimal(trained.mean);
  if (untrained.mean === null || difference.mean === null) return own;
  return `${own} against ${decimal(untrained.mean)}, ${signed(difference.mean)}${bracketed(difference.interval, signed)}`;
}
