import { explainedShare } from '../association/sums/fit';
import { probeOptions, type SweepOptions, type SweepSums } from '../association/sums/sums';
import type { LossName } from '../choices';
import type { Choice } from '../dataset/choose';
import type { Ending } from '../network/network';
import { type Model, outputsOf } from '../network/model';
import type { SplitStatistics, Statistics } from '../report';
import { loadData } from './analysis-data';
import { type Compute, isForwardShort } from './compute';

/** The mean loss, and the share of labels that are right or, of a regression, R². */
export function splitStatistics({ loss, judged, correct, samples, fit }: SweepSums): SplitStatistics {
  return {
    loss: loss / samples,
    ...(judged > 0 && { accuracy: correct / judged }),
    ...(fit !== null && { r2: explainedShare(fit) }),
  };
}

/** Collects loss and score alone. */
export const LOSS_ALONE: SweepOptions = {
  measures: new Set(),
  combined: false,
  probes: probeOptions(false, null, 0),
};

/**
 * Loss and score on the other splits of the data set, all of their samples.
 * @param loss that of the main split, and what was left off behind the logits
 * @param notes a sentence is added for each split that was left out
 */
export async function otherSplits(
  { main, splits }: Choice,
  model: Model,
  { loss, ending }: { readonly loss: LossName; readonly ending: Ending | null },
  compute: Compute,
  notes: string[],
): Promise<Pick<Statistics, 'train' | 'val' | 'test'>> {
  const statistics: Pick<Statistics, 'train' | 'val' | 'test'> = {};
  for (const source of splits) {
    if (source.split === main.split) continue;
    if (source.samples !== null && !isForwardShort(model, source.samples)) {
      notes.push(`The ${source.split} split was left out of the statistics: it would take long.`);
      continue;
    }
    const { data } = await loadData(source, { outputs: outputsOf(model), ending }, null, loss);
    const sums = await compute.sweep(model, data, LOSS_ALONE);
    Object.assign(statistics, { [source.split]: splitStatistics(sums) });
  }
  return statistics;
}

/** Mean and sample standard deviation. @param values two or more */
export function meanAndSd(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
