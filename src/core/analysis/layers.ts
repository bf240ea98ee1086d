import {
  association,
  meanMatrices,
  normalisedAssociation,
  standardError,
  variances,
} from '../association/association';
import { probeOptions, type SweepSums } from '../association/sums/sums';
import { InputError } from '../base/error';
import type { SquareMatrix } from '../base/matrix';
import type { SolverName } from '../choices';
import type { Clustering } from '../clustering/cluster';
import { type Measure, rawOf } from '../measures';
import { hiddenLayers, type Model } from '../network/model';
import type { LayerReport } from '../report';
import { Bootstrap } from './bootstrap';
import type { Compute } from './compute';
import type { EvaluationData } from './evaluation-data';
import type { AnalysisSettings } from './input';

// The steps of an analysis that go by layer, in their order: sums over the data, association matrices, clusters.

/** The sums over all samples, and over each resample of them. */
export interface CollectedSums {
  readonly sums: SweepSums;
  readonly resamples: readonly SweepSums[];
}

/** Sweeps a data set once. */
export async function collectSums(
  model: Model,
  dataset: EvaluationData,
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

/** A hidden layer, or all of them together, with its association matrices. */
export interface LayerMatrices {
  readonly name: string;
  readonly kind: LayerReport['kind'];
  readonly units: number;
  readonly shape: readonly number[];
  readonly matrices: ReadonlyMap<Measure, SquareMatrix>;
  /** Of the matrices that were estimated; see association/standardError. */
  readonly standardErrors: ReadonlyMap<Measure, number | null>;
}

/** The association matrices of every layer, in network order, the combined one last. @throws InputError where one is not finite */
export function layerMatrices(
  sums: SweepSums,
  model: Model,
  measures: readonly Measure[],
  combined: boolean,
): LayerMatrices[] {
  const measured = new Map(
    [...new Set(measures.map(rawOf))].map((raw) => {
      const means = meanMatrices(sums, raw, combined);
      return [raw, { means, spreads: variances(sums, raw, combined) }] as const;
    }),
  );
  return reportedLayers(model, combined).map(({ name, kind, units, shape }, index) => {
    const matrices = new Map<Measure, SquareMatrix>();
    const standardErrors = new Map<Measure, number | null>();
    for (const measure of measures) {
      const raw = rawOf(measure);
      const mean = measured.get(raw)?.means[index];
      const spread = measured.get(raw)?.spreads?.[index];
      if (mean === undefined) throw new Error(`${measure} of ${name} was not collected`);
      if (!mean.data.every(Number.isFinite)) {
        throw new InputError(
          name,
          `${measure} is not finite: the activations overflow float32`,
          'Check the scale of the data',
        );
      }
      const normalised = measure !== raw;
      matrices.set(measure, normalised ? normalisedAssociation(mean) : association(mean));
      standardErrors.set(measure, spread === undefined ? null : standardError(mean, spread, normalised));
    }
    return { name, kind, units, shape, matrices, standardErrors };
  });
}

/** Name of the layer that stands for all hidden layers together. */
const COMBINED = 'combined';

/** The hidden layers, and all of them together where blocks between them are wanted. */
export function reportedLayers(
  model: Model,
  combined: boolean,
): Pick<LayerMatrices, 'name' | 'kind' | 'units' | 'shape'>[] {
  const layers = hiddenLayers(model);
  if (!combined) return layers;
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  return [...layers, { name: COMBINED, kind: 'combined', units, shape: [units] }];
}

/**
 * Whether a network has a combined layer: all of its hidden layers must be of units without positions; and that of a single one
 * would be that layer again.
 */
export function hasCombined(model: Model): boolean {
  const layers = hiddenLayers(model);
  return layers.length > 1 && layers.every(({ positions, kind }) => positions === 1 && kind === 'dense');
}

/** How matrices are clustered. */
export interface ClusterSettings {
  readonly solver: SolverName;
  readonly seed: number;
  /** Share of the solver's budget to spend. */
  readonly effort?: number;
}

/** Clusterings by layer, in the order of the layers, then measure. */
export type LayerClusterings = readonly ReadonlyMap<Measure, Clustering>[];

/** Told of every matrix as it is clustered. */
export type ClusteredListener = (layer: string, measure: Measure, clustering: Clustering) => void;

/** Clusters every matrix of every layer. */
export async function clusterLayers(
  layers: readonly LayerMatrices[],
  { solver, seed, effort = 1 }: ClusterSettings,
  compute: Compute,
  onClustered?: ClusteredListener,
): Promise<LayerClusterings> {
  return Promise.all(
    layers.map(async ({ name, matrices }) => {
      const clusterings = [...matrices].map(async ([measure, matrix]) => {
        const clustering = await compute.cluster(matrix, { solver, seed, effort });
        onClustered?.(name, measure, clustering);
        return [measure, clustering] as const;
      });
      return new Map(await Promise.all(clusterings));
    }),
  );
}
