import { association, meanMatrices, normalisedAssociation, rawMethod } from '../association/association';
import type { SweepSums } from '../association/sweep';
import type { Clustering } from '../clustering/cluster';
import { InputError } from '../error';
import type { SquareMatrix } from '../matrix';
import type { DenseStack } from '../network/dense-stack';
import type { Compute } from './compute';
import type { LayerReport, Method, SolverName } from './report';

/** A hidden layer, or all of them together, with its association matrices. */
export interface LayerMatrices {
  readonly name: string;
  readonly kind: LayerReport['kind'];
  readonly units: number;
  readonly matrices: ReadonlyMap<Method, SquareMatrix>;
}

/** Name of the layer that stands for all hidden layers together. */
export const COMBINED = 'combined';

/** The association matrices of every layer, in network order, the combined one last. @throws InputError where one is not finite */
export function layerMatrices(
  sums: SweepSums,
  stack: DenseStack,
  methods: readonly Method[],
  combined: boolean,
): LayerMatrices[] {
  const signed = new Map(
    [...new Set(methods.map(rawMethod))].map((raw) => [raw, meanMatrices(sums, raw, combined)] as const),
  );
  const names = [...stack.hidden.map((layer) => layer.name), ...(combined ? [COMBINED] : [])];
  return names.map((name, index) => {
    const matrices = new Map<Method, SquareMatrix>();
    for (const method of methods) {
      const raw = rawMethod(method);
      const mean = signed.get(raw)?.[index];
      if (mean === undefined) throw new Error(`${method} of ${name} was not collected`);
      if (!mean.data.every(Number.isFinite)) {
        throw new InputError(
          name,
          `${method} is not finite: the activations overflow float32`,
          'Check the scale of the data',
        );
      }
      matrices.set(method, method === raw ? association(mean) : normalisedAssociation(mean));
    }
    const units = matrices.values().next().value?.size ?? 0;
    return { name, kind: index < stack.hidden.length ? 'dense' : 'combined', units, matrices };
  });
}

/** How matrices are clustered. */
export interface ClusterSettings {
  readonly solver: SolverName;
  readonly seed: number;
  /** Share of the solver's budget to spend. */
  readonly effort?: number;
}

/** Clusterings by layer, in the order of the layers, then method. */
export type LayerClusterings = readonly ReadonlyMap<Method, Clustering>[];

/** Told of every matrix as it is clustered. */
export type ClusteredListener = (layer: string, method: Method, clustering: Clustering) => void;

/** Clusters every matrix of every layer. */
export async function clusterLayers(
  layers: readonly LayerMatrices[],
  { solver, seed, effort = 1 }: ClusterSettings,
  compute: Compute,
  onClustered?: ClusteredListener,
): Promise<LayerClusterings> {
  return Promise.all(
    layers.map(async ({ name, matrices }) => {
      const clusterings = [...matrices].map(async ([method, matrix]) => {
        const clustering = await compute.cluster(matrix, { solver, seed, effort });
        onClustered?.(name, method, clustering);
        return [method, clustering] as const;
      });
      return new Map(await Promise.all(clusterings));
    }),
  );
}
