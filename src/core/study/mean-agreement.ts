import type { Measure } from '../measures';
import { type CountedRun, meanOf } from './curves';
import { nullAgreement } from './null-distribution';
import type { StudyData } from './study-data';

/** Mean agreement of two measures over runs; null where no run has it. */
export interface MeanAgreement {
  readonly trained: number | null;
  /** Of the untrained networks of the same runs. */
  readonly untrained: number | null;
  /** Of what runs have more than untrained networks of their architecture in the same layer. */
  readonly difference: number | null;
}

/**
 * Agreement of each pair of measures, averaged over the layers of a run before it is averaged over runs. From every layer that
 * layer's own untrained mean is subtracted; Lange et al. (2022) subtract that of the first layer from all.
 * @param layers that are averaged
 * @returns of a pair of measures, in either order
 */
export function meanAgreement(
  { untrained }: StudyData,
  runs: readonly CountedRun[],
  layers: readonly string[],
  metric: string,
): (a: Measure, b: Measure) => MeanAgreement {
  const sums = new Map<string, { trained: number[]; untrained: number[]; difference: number[] }>();
  for (const { checkpoint } of runs) {
    const perPair = new Map<string, { value: number; untrained: number | null }[]>();
    const distribution = checkpoint.untrained === null ? null : (untrained.get(checkpoint.untrained) ?? null);
    for (const layer of checkpoint.layers) {
      if (!layers.includes(layer.name)) continue;
      const untrainedMean = nullAgreement(distribution, layer.name);
      for (const { a, b, metrics } of layer.agreement) {
        const value = metrics[metric] ?? null;
        if (value === null) continue;
        const key = pairKey(a, b);
        const known = perPair.get(key) ?? [];
        known.push({ value, untrained: untrainedMean(a, b, metric) });
        perPair.set(key, known);
      }
    }
    for (const [key, values] of perPair) {
      const of = sums.get(key) ?? { trained: [], untrained: [], difference: [] };
      sums.set(key, of);
      of.trained.push(meanOf(values.map(({ value }) => value)));
      const compared = values.flatMap(({ value, untrained: mean }) =>
        mean === null ? [] : [{ value, mean }],
      );
      if (compared.length === 0) continue;
      of.untrained.push(meanOf(compared.map(({ mean }) => mean)));
      of.difference.push(meanOf(compared.map(({ value, mean }) => value - mean)));
    }
  }
  const mean = (values: readonly number[] | undefined): number | null =>
    values === undefined || values.length === 0 ? null : meanOf(values);
  return (a, b) => {
    const of = sums.get(pairKey(a, b));
    return {
      trained: mean(of?.trained),
      untrained: mean(of?.untrained),
      difference: mean(of?.difference),
    };
  };
}

const pairKey = (a: Measure, b: Measure): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
