import { meanAndSd } from '../../src/core/analysis/statistics';
import { markdownTable } from '../../src/core/render/markdown';
import type { NullDistribution } from '../../src/core/study/null-distribution';
import type { StudyData } from '../../src/core/study/study-data';
import { type MeanAndSd, PAPER_UNTRAINED } from '../paper';

/** Q of the untrained networks that the study compares with, by measure and hidden layer, beside the paper's. */
export function untrainedTable({ layers, measures, untrained }: StudyData): string {
  const names = layers.filter(({ isCombined }) => !isCombined).map(({ name }) => name);
  const networks = [...untrained.values()];
  const rows = measures.map((measure) => [
    `\`${measure}\``,
    ...names.flatMap((name, index) => {
      const paper = PAPER_UNTRAINED[measure].q[index === 0 ? 0 : 1];
      const qs = networks.flatMap((one) => qsOf(one, name)?.[measure]?.q ?? []).filter((q) => q !== null);
      return [withSd(paper), qs.length < 2 ? '–' : `${withSd(meanAndSd(qs))} (${qs.length})`];
    }),
  ]);
  const header = names.flatMap((_, index) => [`Layer ${index + 1}, paper`, `Layer ${index + 1}, here`]);
  return markdownTable([['Q of', ...header], ...rows]);
}

function qsOf({ layers }: NullDistribution, name: string) {
  return layers.find((layer) => layer.name === name)?.methods;
}

function withSd({ mean, sd }: MeanAndSd): string {
  return `${mean.toFixed(3)} ± ${sd.toFixed(4)}`;
}
