import { association, meanMatrices, normalisedAssociation, rawMethod } from '../association/association';
import type { SweepSums } from '../association/sweep';
import type { Clustering } from '../clustering/cluster';
import { InputError } from '../error';
import type { SquareMatrix } from '../matrix';
import type { DenseStack } from '../network/dense-stack';
import type { Compute } from './compute';
import { compareWithNull, type NullValues } from './nulls';
import type { LayerReport, Method, MethodReport, SolverName } from './report';

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

/** Clusters every matrix of a layer. @param onDone told of every matrix as it is done */
export async function clusterLayer(
  { matrices }: LayerMatrices,
  solver: SolverName,
  seed: number,
  compute: Compute,
  onDone: () => void,
): Promise<ReadonlyMap<Method, Clustering>> {
  const clusterings = await Promise.all(
    [...matrices].map(async ([method, matrix]) => {
      const clustering = await compute.cluster(matrix, { solver, seed });
      onDone();
      return [method, clustering] as const;
    }),
  );
  return new Map(clusterings);
}

/** A layer's part of the report: its clusters, and how well those of different methods agree. */
export async function reportLayer(
  layer: LayerMatrices,
  clusterings: ReadonlyMap<Method, Clustering>,
  nulls: NullValues[number] | undefined,
  seed: number,
  compute: Compute,
): Promise<LayerReport> {
  const methods: Partial<Record<Method, MethodReport>> = {};
  for (const [method, clustering] of clusterings) {
    const models = [...(nulls?.get(method) ?? [])].flatMap(
      ([kind, values]) => compareWithNull(clustering.q, kind, values) ?? [],
    );
    methods[method] = {
      matrix: null,
      q: clustering.q,
      clusters: [...clustering.labels],
      count: clustering.count,
      softCount: clustering.softCount,
      solver: clustering.solver,
      standardError: null,
      null: models[0] ?? null,
      nulls: models,
      stability: clustering.stability,
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
    shape: [layer.units],
    methods,
    agreement: await compute.agree(items, { seed }),
  };
}
