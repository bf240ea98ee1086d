import { labelOf, type Measure, MEASURES } from '../../src/core/measures';
import { markdownTable } from '../../src/core/render/report-markdown';
import {
  CURVE_DEFAULTS,
  type CurvePoint,
  curveOf,
  overLayers,
  type ValueOf,
} from '../../src/core/study/curves';
import type { Factor } from '../../src/core/study/groups';
import type { StudyData } from '../../src/core/study/study-data';
import { PAPER_DROPOUT, PAPER_DROPOUT_Q } from '../paper';

/** Q against dropout: the paper's rows, and under each the same of the study, as mean ± standard error over runs. */
export function dropoutTable(study: StudyData): string {
  const factor = factorOf(study, 'dropout');
  const rows = PAPER_DROPOUT_Q.flatMap(({ measure, layer, q }) => {
    const { points } = curveOf(study, factor, qOf(study, measure, layer), CURVE_DEFAULTS);
    const here = PAPER_DROPOUT.map((dropout) => meanWithError(points.find(({ value }) => value === dropout)));
    const name = `\`${measure}\`, ${layer === null ? 'layers averaged' : `hidden layer ${layer + 1}`}`;
    return [
      [name, 'paper', ...q.map((value) => `${value}`)],
      ['', 'here (n)', ...here],
    ];
  });
  return markdownTable([['Q of', '', ...PAPER_DROPOUT.map((dropout) => `dropout ${dropout}`)], ...rows]);
}

/**
 * How far each regularization raises Q at most: of each measure the highest mean over runs, and the value that it is at.
 * Layers are averaged.
 */
export function highestTable(study: StudyData): string {
  const keys = ['dropout', 'l1', 'l2'];
  const rows = MEASURES.map((measure) => {
    const curves = keys.map((key) =>
      curveOf(study, factorOf(study, key), qOf(study, measure, null), CURVE_DEFAULTS),
    );
    const baseline = curves[0]?.points.find(({ value }) => value === 0);
    const highest = curves.map(({ points }) => {
      const means = points.map(({ mean }) => mean ?? -Infinity);
      const best = points[means.indexOf(Math.max(...means))];
      return `${meanWithError(best)} at ${String(best?.value ?? '–')}`;
    });
    return [`\`${measure}\` (${labelOf(measure)})`, meanWithError(baseline), ...highest];
  });
  return markdownTable([['Q of', 'Baseline', 'Highest with dropout', 'with L1', 'with L2'], ...rows]);
}

/** "0.123 ± 0.004 (5)" */
function meanWithError(point: CurvePoint | undefined): string {
  if (point === undefined || point.mean === null) return '–';
  const error = point.se === null ? '' : ` ± ${point.se.toFixed(3)}`;
  return `${point.mean.toFixed(3)}${error} (${point.n})`;
}

function factorOf({ grouping }: StudyData, key: string): Factor {
  const factor = grouping.factors.find((one) => one.key === key);
  if (factor === undefined) throw new Error(`the study does not vary ${key}`);
  return factor;
}

/** @param layer number of the hidden layer; null for the mean of all of them */
function qOf({ layers }: StudyData, measure: Measure, layer: number | null): ValueOf {
  if (layer === null) return (checkpoint) => overLayers(checkpoint, ({ methods }) => methods[measure]?.q);
  const name = layers.filter(({ isCombined }) => !isCombined)[layer]?.name;
  return (checkpoint) => checkpoint.layers.find((one) => one.name === name)?.methods[measure]?.q ?? null;
}
