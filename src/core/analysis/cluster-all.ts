import type { Dataset } from '../dataset/dataset';
import type { Model } from '../network/model';
import type { AnalysisSettings } from './analyze';
import type { Compute } from './compute';
import type { LayerResults } from './layer-report';
import {
  type ClusteredListener,
  clusterLayers,
  hasCombined,
  type LayerClusterings,
  layerMatrices,
  type LayerMatrices,
} from './layers';
import type { CollectedSums } from './measure';
import { clusterNulls, type NullSettings } from './nulls';
import type { Progress } from './progress';

/** Clusters the network's matrices, those of resampled data, and those of null networks. @returns results by layer */
export async function clusterAll(
  layers: readonly LayerMatrices[],
  { resamples }: CollectedSums,
  model: Model,
  dataset: Dataset,
  settings: AnalysisSettings & NullSettings,
  compute: Compute,
  progress: Progress,
  onClustered: ClusteredListener = () => undefined,
): Promise<LayerResults[]> {
  const step = (): void => {
    progress.step();
  };
  progress.enter('cluster', layers.length * settings.methods.length * (1 + resamples.length));
  const clusterings = await clusterLayers(layers, settings, compute, (...clustered) => {
    step();
    onClustered(...clustered);
  });
  const resampled: LayerClusterings[] = [];
  for (const resample of resamples) {
    const matrices = layerMatrices(resample, model, settings.methods, hasCombined(model));
    resampled.push(await clusterLayers(matrices, settings, compute, step));
  }
  const nullNetworks = settings.nulls.reduce((sum, { count }) => sum + count, 0);
  progress.enter('nulls', nullNetworks);
  const nulls = await clusterNulls(model, dataset, settings, hasCombined(model), compute, step);
  return clusterings.map((own, index) => ({
    clusterings: own,
    nulls: nulls.map(({ kind, result }) => ({ kind, result: result[index]! })),
    resampled: resampled.map((resample) => resample[index]!),
  }));
}
