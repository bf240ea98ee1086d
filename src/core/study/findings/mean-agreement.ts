import type { Measure } from '../../measures';
import { type CountedRun, meanOf } from '../curves';
import { nullAgreement } from '../null-distribution';
import type { StudyData } from '../study-data';

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
    const perPair = new Map<string, { value: number | null; untrained: number | null }[]>();
    const distribution = checkpoint.untrained === null ? null : (untrained.get(checkpoint.untrained) ?? null);
    for (const layer of checkpoint.layers) {
      if (!layers.includes(layer.name)) continue;
      const untrainedMean = nullAgreement(distribution, layer.name);
      for (const { a, b, metrics } of layer.agreement) {
        const key = pairKey(a, b);
        const known = perPair.get(key) ?? [];
        known.push({ value: metrics[metric] ?? null, untrained: untrainedMean(a, b, metric) });
        perPair.set(key, known);
      }
    }
    for (const [key, found] of perPair) {
      const values = found.flatMap(({ value }) => value ?? []);
      if (values.length < found.length) continue; // undefined in a layer, and so for the run
      const of = sums.get(key) ?? { trained: [], untrained: [], difference: [] };
      sums.set(key, of);
      of.trained.push(meanOf(values));
      const means = found.flatMap(({ untrained: mean }) => mean ?? []);
      if (means.length < found.length) continue;
      of.untrained.push(meanOf(means));
      of.difference.push(meanOf(values) - meanOf(means));
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
