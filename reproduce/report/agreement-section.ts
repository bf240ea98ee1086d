import { markdownTable } from '../../src/core/render/markdown';
import { CURVE_DEFAULTS, isUsable, lastOfRuns, summarize, type Summary } from '../../src/core/study/curves';
import type { AgreementBlock } from '../../src/core/study/findings/agreement-blocks';
import type { StudyStatistics } from '../../src/core/study/findings/study-statistics';
import { pInWords, SIGNIFICANT } from '../../src/core/study/findings/number-words';
import { signFlipTests } from '../../src/core/study/statistics/sign-flips';
import type { StudyData } from '../../src/core/study/study-data';
import { blockAgreement } from '../block-agreement';
import { PAPER_AGREEMENT } from '../paper';
import { fixed, withInterval } from './report-words';

/** The paper's second finding, and how far it holds here: sentences in Markdown. */
export function agreementFinding(study: StudyData, statistics: StudyStatistics): string[] {
  const within = beyondAcross(study).map(({ family, difference, p, more }) => {
    if (difference.mean === null || p === null)
      return `Agreement within the ${family} family and across families was not measured in any run.`;
    const holds = difference.mean > 0 && p < SIGNIFICANT;
    return (
      `Measures agree better within the ${family} family than across families: **${holds ? 'holds' : 'not found'}** ` +
      `(element-centric similarity ${fixed(difference.mean, 3)} higher${interval(difference)}, in ${more} of ${difference.n} ` +
      `runs; ${pInWords(p)} by flipping signs of runs; pairs of a measure and its own normalised form left out).`
    );
  });
  const learnt = elementSimilarity(statistics)
    .filter(({ block, ownForms }) => !ownForms || block === 'across')
    .map(({ block, difference }) => {
      const { mean, n, pHolm } = difference;
      if (mean === null || pHolm === null) return `${block}: not compared with untrained networks.`;
      const how = pHolm >= SIGNIFICANT ? 'no different' : mean > 0 ? 'higher' : 'lower';
      const where = block === 'across' ? 'across families' : `within the ${block} family`;
      return (
        `Against untrained networks, agreement ${where} is ${how}: ${fixed(mean, 3)}${interval(difference)}, ` +
        `n = ${n}, ${pInWords(pHolm)} (corrected by Holm).`
      );
    });
  return [...within, ...learnt];
}

function interval({ interval }: Summary): string {
  return interval === null ? '' : ` [${interval.map((end) => fixed(end, 3)).join(', ')}]`;
}

/** Agreement by families: of trained networks, of untrained ones, and the difference, each beside the paper's. */
export function agreementTable(statistics: StudyStatistics): string {
  const rows = elementSimilarity(statistics).map(({ block, ownForms, trained, untrained, difference }) => {
    const paper = PAPER_AGREEMENT[block];
    const pairs = ownForms || block === 'across' ? 'all' : 'distinct';
    const [there, before] = [paper.trained[pairs], paper.untrained[pairs]];
    return [
      block,
      pairs === 'all' ? 'all' : 'without a measure and its own normalised form',
      fixed(there, 3),
      withInterval(trained),
      fixed(before, 3),
      untrained.mean === null ? '–' : fixed(untrained.mean, 3),
      fixed(there - before, 3),
      withInterval(difference),
    ];
  });
  return markdownTable([
    [
      ...['Block', 'Pairs', 'Trained, paper', 'Trained here', 'Untrained, paper', 'Untrained here'],
      ...['Difference, paper', 'Difference here'],
    ],
    ...rows,
  ]);
}

/** The blocks of element-centric similarity over all hidden layers. */
function elementSimilarity({ agreement }: StudyStatistics): AgreementBlock[] {
  return agreement.filter(({ metric, layer }) => metric === 'element_sim' && layer === null);
}

/** How much more measures of one family agree than measures of two, over runs. */
interface BeyondAcross {
  readonly family: 'upstream' | 'downstream';
  readonly difference: Summary;
  /** Two-sided, by flipping the signs of runs. */
  readonly p: number | null;
  /** Runs in which those of one family agree more. */
  readonly more: number;
}

/** Pairs of a measure and its own normalised form do not count: that they agree says little. */
function beyondAcross(study: StudyData): BeyondAcross[] {
  const runs = lastOfRuns(study)
    .map(({ checkpoint }) => checkpoint)
    .filter((checkpoint) => isUsable(checkpoint, CURVE_DEFAULTS.threshold));
  return (['upstream', 'downstream'] as const).map((family) => {
    const differences = runs.flatMap((checkpoint) => {
      const within = blockAgreement(checkpoint, family, false);
      const across = blockAgreement(checkpoint, 'across', false);
      return within === null || across === null ? [] : [within - across];
    });
    return {
      family,
      difference: summarize(differences, CURVE_DEFAULTS.seed),
      p: signFlipTests([differences], CURVE_DEFAULTS.seed)[0] ?? null,
      more: differences.filter((difference) => difference > 0).length,
    };
  });
}
