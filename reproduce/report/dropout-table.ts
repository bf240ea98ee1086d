import type { Measure } from '../../src/core/measures';
import { markdownTable } from '../../src/core/render/report-markdown';
import { CURVE_DEFAULTS, curveOf, overLayers, type ValueOf } from '../../src/core/study/curves';
import type { StudyData } from '../../src/core/study/study-data';
import { PAPER_DROPOUT, PAPER_DROPOUT_Q } from '../paper';

/** Q against dropout: the paper's rows, and under each the same of the study, as mean ± standard error over runs. */
export function dropoutTable(study: StudyData): string {
  const factor = study.grouping.factors.find(({ key }) => key === 'dropout');
  if (factor === undefined) throw new Error('the study does not vary dropout');
  const rows = PAPER_DROPOUT_Q.flatMap(({ measure, layer, q }) => {
    const { points } = curveOf(study, factor, qOf(study, measure, layer), CURVE_DEFAULTS);
    const here = PAPER_DROPOUT.map((dropout) => {
      const point = points.find(({ value }) => value === dropout);
      if (point?.mean === null || point === undefined) return '–';
      const se = point.se === null ? '' : ` ± ${point.se.toFixed(3)}`;
      return `${point.mean.toFixed(3)}${se} (${point.n})`;
    });
    const name = `\`${measure}\`, ${layer === null ? 'layers averaged' : `hidden layer ${layer + 1}`}`;
    return [
      [name, 'paper', ...q.map((value) => `${value}`)],
      ['', 'here (n)', ...here],
    ];
  });
  return markdownTable([['Q of', '', ...PAPER_DROPOUT.map((dropout) => `dropout ${dropout}`)], ...rows]);
}

/** @param layer number of the hidden layer; null for the mean of all of them */
function qOf({ layers }: StudyData, measure: Measure, layer: number | null): ValueOf {
  if (layer === null) return (checkpoint) => overLayers(checkpoint, ({ methods }) => methods[measure]?.q);
  const name = layers.filter(({ isCombined }) => !isCombined)[layer]?.name;
  return (checkpoint) => checkpoint.layers.find((one) => one.name === name)?.methods[measure]?.q ?? null;
}
