import { UndirectedGraph } from 'graphology';
import graphologyLouvain from 'graphology-communities-louvain';
import type { Labels, SquareMatrix } from '../base/matrix';
import { Random } from '../base/random';
import type { SolverName } from '../choices';
import { adjacency, subgraph, type WeightedGraph } from './adjacency';
import { best } from './best';
import { canonical, clusterCount, modularity, softClusterCount } from './modularity';
import { monteCarlo } from './monte-carlo';
import { spectral } from './spectral';

export interface ClusterOptions {
  readonly solver?: SolverName;
  /** γ: above 1 favours more and smaller clusters, below 1 fewer and larger ones. */
  readonly resolution?: number;
  readonly seed?: number;
  /** Share of the budget that `best` spends, 1 by default. */
  readonly effort?: number;
  /** What the matrix is called in an error. */
  readonly name?: string;
}

export interface Clustering {
  /** Modularity of the partition; null where there is no weight to cluster by. */
  readonly q: number | null;
  /** Cluster per unit, numbered by first appearance, −1 dead. */
  readonly labels: Labels;
  readonly count: number;
  /** exp of the entropy of the clusters' shares of the live units. */
  readonly softCount: number;
  readonly solver: SolverName;
  /** Mean similarity of the partitions found from different starts; null where the solver has but one. */
  readonly stability: number | null;
}

/**
 * Clusters a similarity matrix by maximal modularity. Its diagonal is ignored; units without any weight are dead.
 * @throws InputError on a matrix that is not symmetric, finite and non-negative
 */
export function cluster(
  matrix: SquareMatrix,
  { solver = 'best', resolution = 1, seed = 0, effort = 1, name }: ClusterOptions = {},
): Clustering {
  const graph = adjacency(matrix, name);
  const labels = new Int32Array(graph.size).fill(-1);
  const live = subgraph(graph, graph.live);
  const found = live.size === 0 ? null : solve(live, solver, resolution, seed, effort);
  graph.live.forEach((unit, i) => (labels[unit] = found?.labels[i] ?? -1));
  const numbered = canonical(labels);
  return {
    q: modularity(graph, numbered, resolution),
    labels: numbered,
    count: clusterCount(numbered),
    softCount: softClusterCount(numbered),
    solver,
    stability: found?.stability ?? null,
  };
}

function solve(
  graph: WeightedGraph,
  solver: SolverName,
  resolution: number,
  seed: number,
  effort: number,
): { readonly labels: Labels; readonly stability: number | null } {
  switch (solver) {
    case 'best':
      return best(graph, resolution, seed, effort);
    case 'louvain':
      return { labels: louvain(graph, resolution, seed), stability: null };
    case 'spectral':
      return { labels: spectral(graph, resolution), stability: null };
    case 'monte_carlo':
      return { labels: monteCarlo(graph, resolution, seed), stability: null };
  }
}

/**
 * One run of the Louvain method (Blondel, Guillaume, Lambiotte and Lefebvre, J. Stat. Mech. P10008, 2008) by the library
 * graphology-communities-louvain, for comparison with results from elsewhere. Its graph object takes 3 GB for 4096 dense
 * units; `best` needs none.
 */
function louvain(graph: WeightedGraph, resolution: number, seed: number): Labels {
  const random = new Random(seed);
  const network = new UndirectedGraph<object, { weight: number }>();
  for (let i = 0; i < graph.size; i++) network.addNode(i);
  for (let i = 0; i < graph.size; i++) {
    for (let j = i + 1; j < graph.size; j++) {
      const weight = graph.weights[i * graph.size + j]!;
      if (weight > 0) network.addEdge(i, j, { weight });
    }
  }
  const communities = graphologyLouvain(network, { resolution, rng: () => random.uniform() });
  return Int32Array.from({ length: graph.size }, (_, i) => communities[i]!);
}

/** The clusters at one resolution. */
type Resolved = Pick<Clustering, 'q' | 'count' | 'softCount'> & { readonly resolution: number };

/**
 * Q and the number of clusters at each resolution γ. A plateau of the number is a scale at which a network has modules.
 */
export function resolutionSweep(
  matrix: SquareMatrix,
  resolutions: readonly number[],
  options: Omit<ClusterOptions, 'resolution'> = {},
): Resolved[] {
  return resolutions.map((resolution) => {
    const { q, count, softCount } = cluster(matrix, { ...options, resolution });
    return { resolution, q, count, softCount };
  });
}
