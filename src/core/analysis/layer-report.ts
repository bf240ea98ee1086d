import type { Clustering } from '../clustering/cluster';
import { inOrder, type Measure } from '../measures';
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
import { compareWithNulls, type LayerQs, type NullRun, type NullWork } from './nulls';
import type { Progress } from './progress';

/** What is known of one layer: by measure, its clusters and those of resampled data. */
interface LayerResults {
  readonly clusterings: ReadonlyMap<Measure, Clustering>;
  readonly resampled: readonly ReadonlyMap<Measure, Clustering>[];
}

/**
 * Clusters the network's matrices and those of resampled data.
 * @returns results by layer
 */
export async function clusterAll(
  layers: readonly LayerMatrices[],
  { resamples }: CollectedSums,
  { model, settings, combined, compute }: NullWork,
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
    const matrices = layerMatrices(resample, model, settings.methods, combined);
    resampled.push(await clusterLayers(matrices, settings, compute, step));
  }
  return clusterings.map((own, index) => ({
    clusterings: own,
    resampled: resampled.map((resample) => resample[index]!),
  }));
}

/**
 * A layer's part of the report: its clusters and how well those of different methods agree. Null networks are still to come:
 * see withNulls.
 */
export async function reportLayer(
  layer: LayerMatrices,
  { clusterings, resampled }: LayerResults,
  seed: number,
  compute: Compute,
): Promise<LayerReport> {
  const methods: Partial<Record<Measure, MeasureReport>> = {};
  for (const [measure, { q, labels, count, softCount, solver, stability }] of clusterings) {
    methods[measure] = {
      matrix: null,
      q,
      clusters: [...labels],
      count,
      softCount,
      solver,
      standardError: layer.standardErrors.get(measure) ?? null,
      null: null,
      nulls: [],
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

/** The layers' parts of the report, each Q compared with those of null networks. */
export function withNulls(layers: readonly LayerReport[], runs: readonly NullRun<LayerQs>[]): LayerReport[] {
  return layers.map((layer, at) => {
    const methods = { ...layer.methods };
    for (const measure of inOrder(Object.keys(methods))) {
      const found = methods[measure];
      if (found === undefined) continue;
      const nulls = compareWithNulls(
        found.q,
        runs.map(({ kind, result }) => ({ kind, result: result[at]?.get(measure) ?? null })),
      );
      methods[measure] = { ...found, null: nulls[0] ?? null, nulls };
    }
    return { ...layer, methods };
  });
}
