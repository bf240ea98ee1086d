import type { Clustering } from '../clustering/cluster';
import type { Measure } from '../measures';
import type { LayerReport, MeasureReport } from '../report';
import { summarizeBootstrap } from './bootstrap';
import type { Compute } from './compute';
import {
  type ClusteredListener,
  clusterLayers,
  type CollectedSums,
  type LayerClusterings,
  layerMatrices,
  type LayerMatrices,
} from './layers';
import { compareWithNulls, type LayerQs, type NullRun, type NullSource, type NullWork } from './nulls';
import type { Progress } from './progress';

/** What is known of one layer: by measure, its clusters, Q of null networks and the clusters of resampled data. */
interface LayerResults {
  readonly clusterings: ReadonlyMap<Measure, Clustering>;
  readonly nulls: readonly NullRun<LayerQs[number]>[];
  readonly resampled: readonly ReadonlyMap<Measure, Clustering>[];
}

/**
 * Clusters the network's matrices and those of resampled data, and has those of null networks from `source`.
 * @returns results by layer
 */
export async function clusterAll(
  layers: readonly LayerMatrices[],
  { resamples }: CollectedSums,
  work: NullWork,
  source: NullSource,
  progress: Progress,
  onClustered: ClusteredListener = () => undefined,
): Promise<LayerResults[]> {
  const { model, settings, combined, compute } = work;
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
    const matrices = layerMatrices(resample, model, settings.methods, combined);
    resampled.push(await clusterLayers(matrices, settings, compute, step));
  }
  const nullNetworks = settings.nulls.reduce((sum, { count }) => sum + count, 0);
  progress.enter('nulls', nullNetworks);
  const nulls = await source.measure(work, step);
  return clusterings.map((own, index) => ({
    clusterings: own,
    nulls: nulls.map(({ kind, result }) => ({ kind, result: result[index]! })),
    resampled: resampled.map((resample) => resample[index]!),
  }));
}

/** A layer's part of the report: its clusters, what they mean, and how well those of different methods agree. */
export async function reportLayer(
  layer: LayerMatrices,
  { clusterings, nulls, resampled }: LayerResults,
  seed: number,
  compute: Compute,
): Promise<LayerReport> {
  const methods: Partial<Record<Measure, MeasureReport>> = {};
  for (const [measure, { q, labels, count, softCount, solver, stability }] of clusterings) {
    const models = compareWithNulls(
      q,
      nulls.map(({ kind, result }) => ({ kind, result: result.get(measure) ?? null })),
    );
    methods[measure] = {
      matrix: null,
      q,
      clusters: [...labels],
      count,
      softCount,
      solver,
      standardError: layer.standardErrors.get(measure) ?? null,
      null: models[0] ?? null,
      nulls: models,
      stability,
      bootstrap: await summarizeBootstrap(
        labels,
        resampled.flatMap((resample) => resample.get(measure) ?? []),
        compute,
      ),
    };
  }
  const items = [...clusterings].map(([measure, { labels }]) => ({
    name: measure,
    labels,
    matrix: layer.matrices.get(measure),
  }));
  return {
    name: layer.name,
    kind: layer.kind,
    units: layer.units,
    shape: layer.shape,
    methods,
    agreement: await compute.agree(items, { seed }),
  };
}
