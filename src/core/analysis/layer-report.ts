import type { Clustering } from '../clustering/cluster';
import type { Measure } from '../measures';
import type { LayerReport, MeasureReport } from '../report';
import { summarizeBootstrap } from './bootstrap';
import type { Compute } from './compute';
import type { LayerMatrices } from './layers';
import { compareWithNulls, type NullRun } from './nulls';

/** What is known of one layer: by measure, its clusters, those of null networks and those of resampled data. */
export interface LayerResults {
  readonly clusterings: ReadonlyMap<Measure, Clustering>;
  readonly nulls: readonly NullRun<ReadonlyMap<Measure, Clustering>>[];
  readonly resampled: readonly ReadonlyMap<Measure, Clustering>[];
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
      nulls.map(({ kind, result }) => ({ kind, result: result.get(measure)?.q ?? null })),
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
