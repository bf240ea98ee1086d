import { UndirectedGraph } from 'graphology';
import graphologyLouvain from 'graphology-communities-louvain';
import type { Labels } from '../base/matrix';
import { Random } from '../base/random';
import type { WeightedGraph } from './adjacency';

/**
 * One run of the Louvain method (Blondel, Guillaume, Lambiotte and Lefebvre, J. Stat. Mech. P10008, 2008), as
 * graphology-communities-louvain does it: for comparison with results from elsewhere. A graph object of 4096 dense units
 * takes 3 GB; `best` needs none.
 */
export function louvain(graph: WeightedGraph, resolution: number, seed: number): Labels {
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
