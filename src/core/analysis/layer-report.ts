import type { Clustering } from '../clustering/cluster';
import { summarizeBootstrap } from './bootstrap';
import type { Compute } from './compute';
import type { LayerMatrices } from './layers';
import { compareWithNulls, type NullRun } from './nulls';
import type { LayerReport, Method, MethodReport } from './report';

/** What is known of one layer: by method, its clusters, those of null networks and those of resampled data. */
export interface LayerResults {
  readonly clusterings: ReadonlyMap<Method, Clustering>;
  readonly nulls: readonly NullRun<ReadonlyMap<Method, Clustering>>[];
  readonly resampled: readonly ReadonlyMap<Method, Clustering>[];
}

/** A layer's part of the report: its clusters, what they mean, and how well those of different methods agree. */
export async function reportLayer(
  layer: LayerMatrices,
  { clusterings, nulls, resampled }: LayerResults,
  seed: number,
  compute: Compute,
): Promise<LayerReport> {
  const methods: Partial<Record<Method, MethodReport>> = {};
  for (const [method, { q, labels, count, softCount, solver, stability }] of clusterings) {
    const models = compareWithNulls(
      q,
      nulls.map(({ kind, result }) => ({ kind, result: result.get(method)?.q ?? null })),
    );
    methods[method] = {
      matrix: null,
      q,
      clusters: [...labels],
      count,
      softCount,
      solver,
      standardError: layer.standardErrors.get(method) ?? null,
      null: models[0] ?? null,
      nulls: models,
      stability,
      bootstrap: await summarizeBootstrap(
        labels,
        resampled.flatMap((resample) => resample.get(method) ?? []),
        compute,
      ),
    };
  }
  const items = [...clusterings].map(([method, { labels }]) => ({
    name: method,
    labels,
    matrix: layer.matrices.get(method),
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
