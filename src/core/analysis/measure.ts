import { probeOptions, type SweepSums } from '../association/sweep';
import type { Dataset } from '../dataset/dataset';
import { rawOf } from '../measures';
import type { Model } from '../network/model';
import type { AnalysisSettings } from './analyze';
import { Bootstrap } from './bootstrap';
import type { Compute } from './compute';
import { hasCombined } from './layers';

/** The sums over all samples, and over each resample of them. */
export interface CollectedSums {
  readonly sums: SweepSums;
  readonly resamples: readonly SweepSums[];
}

/** Sweeps a data set once. */
export async function collectSums(
  model: Model,
  dataset: Dataset,
  { methods, bootstrap: count, seed, exact, probes }: AnalysisSettings,
  compute: Compute,
  onProgress: (samples: number) => void,
): Promise<CollectedSums> {
  const bootstrap = new Bootstrap(count, seed);
  const options = {
    measures: new Set(methods.map(rawOf)),
    combined: hasCombined(model),
    probes: probeOptions(exact, probes, seed),
  };
  const sums = await compute.sweep(model, dataset, options, onProgress, (shard, index, shards) => {
    bootstrap.add(index, shards, shard);
  });
  return { sums, resamples: bootstrap.resamples() };
}
