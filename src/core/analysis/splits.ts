import { probeOptions, type SweepOptions } from '../association/sweep';
import type { Choice } from '../dataset/choose';
import type { Model } from '../network/model';
import type { Statistics } from '../report';
import { isForwardShort } from './budget';
import type { Compute } from './compute';
import { loadData } from './data';
import { splitStatistics } from './statistics';

/** Loss and accuracy alone. */
const NOTHING: SweepOptions = {
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
    const sums = await compute.sweep(model, dataset, NOTHING);
    Object.assign(statistics, { [source.split]: splitStatistics(sums) });
  }
  return statistics;
}
