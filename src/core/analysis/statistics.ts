import { probeOptions, type SweepOptions, type SweepSums } from '../association/sums/sums';
import type { Choice } from '../dataset/choose';
import type { Model } from '../network/model';
import type { SplitStatistics, Statistics } from '../report';
import { loadData } from './analysis-data';
import { type Compute, isForwardShort } from './compute';

/** Mean cross-entropy in nats, and the share of samples classified right. */
export function splitStatistics({ loss, correct, samples }: SweepSums): SplitStatistics {
  return { loss: loss / samples, accuracy: correct / samples };
}

/** Collects loss and accuracy alone. */
export const LOSS_ALONE: SweepOptions = {
  measures: new Set(),
  combined: false,
  probes: probeOptions(false, null, 0),
};

/**
 * Loss and accuracy on the other splits of the data set, all of their samples.
 * @param notes a sentence is added for each split that was left out
 */
export async function otherSplits(
  { main, splits }: Choice,
  model: Model,
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
    const dataset = await loadData(source, model, null);
    const sums = await compute.sweep(model, dataset, LOSS_ALONE);
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
