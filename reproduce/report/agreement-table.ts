import { markdownTable } from '../../src/core/render/report-markdown';
import { CURVE_DEFAULTS, isUsable, lastOfRuns, summarize, type Summary } from '../../src/core/study/curves';
import type { StudyCheckpoint, StudyData } from '../../src/core/study/study-data';
import { type Block, BLOCKS, blockAgreement, type PairChoice, untrainedAgreement } from '../agreement-blocks';
import { PAPER_AGREEMENT } from '../paper';

/** Agreement of the trained networks by families, of untrained ones, and the difference, each beside the paper's. */
export function agreementTable(study: StudyData): string {
  const rows = BLOCKS.flatMap((block) =>
    (['all', 'distinct'] as const).map((choice) => {
      const [trained, untrained, difference] = agreementOf(study, block, choice);
      const paper = PAPER_AGREEMENT[block];
      const [there, before] = [paper.trained[choice], paper.untrained[choice]];
      return [
        block,
        choice === 'all' ? 'all' : 'without a measure and its own normalised form',
        there.toFixed(3),
        withInterval(trained),
        before.toFixed(3),
        untrained === null ? '–' : untrained.toFixed(3),
        signed(there - before, 3),
        withInterval(difference),
      ];
    }),
  );
  return markdownTable([
    [
      ...['Block', 'Pairs', 'Trained, paper', 'Trained here', 'Untrained, paper', 'Untrained here'],
      ...['Difference, paper', 'Difference here'],
    ],
    ...rows,
  ]);
}

/** Of the runs that count: their agreement, that of untrained networks, and what the runs have beyond it. */
export function agreementOf(
  study: StudyData,
  block: Block,
  choice: PairChoice,
): readonly [Summary, number | null, Summary] {
  const names = study.layers.filter(({ isCombined }) => !isCombined).map(({ name }) => name);
  const untrainedOf = ({ untrained }: StudyCheckpoint): number | null => {
    const networks = untrained === null ? undefined : study.untrained.get(untrained);
    return networks === undefined ? null : untrainedAgreement(networks, names, block, choice);
  };
  const runs = usableRuns(study);
  const trained = runs.map((checkpoint) => blockAgreement(checkpoint, block, choice));
  const beyond = runs.map((checkpoint, index) => {
    const [own, before] = [trained[index] ?? null, untrainedOf(checkpoint)];
    return own === null || before === null ? null : own - before;
  });
  const summary = (values: readonly (number | null)[]): Summary =>
    summarize(
      values.filter((value) => value !== null),
      CURVE_DEFAULTS.seed,
    );
  return [summary(trained), runs[0] === undefined ? null : untrainedOf(runs[0]), summary(beyond)];
}

function usableRuns(study: StudyData): StudyCheckpoint[] {
  return lastOfRuns(study)
    .map(({ checkpoint }) => checkpoint)
    .filter((checkpoint) => isUsable(checkpoint, CURVE_DEFAULTS.threshold));
}

/** "0.612 [0.601, 0.622]" */
function withInterval({ mean, interval }: Summary): string {
  if (mean === null) return '–';
  const range = interval === null ? '' : ` [${interval.map((end) => signed(end, 3)).join(', ')}]`;
  return `${signed(mean, 3)}${range}`;
}

function signed(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−');
}
