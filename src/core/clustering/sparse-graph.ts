import type { WeightedGraph } from './adjacency';

/** An undirected weighted graph as lists of neighbours, scaled like a dense one, without self-loops. */
export interface SparseGraph {
  readonly size: number;
  /** The neighbours of unit i, ascending, are `neighbours[k]` for k from offsets[i] to below offsets[i + 1]. */
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
  /** The weight of the edge to neighbours[k]. */
  readonly edges: Float64Array;
  /** Sums of weights per unit; in an aggregated graph with its self-loops. */
  readonly degrees: Float64Array;
}

/** Above this share of all pairs, a matrix is faster than lists. */
const SPARSE_SHARE = 0.25;

/** Below so many units, neither is faster. */
const LEAST_UNITS = 8;

/** The graph as lists of neighbours; null where so many units have a weight between them that a matrix is better. */
export function sparseGraph({ size, weights, degrees }: WeightedGraph): SparseGraph | null {
  if (size < LEAST_UNITS) return null;
  const offsets = new Int32Array(size + 1);
  const most = SPARSE_SHARE * size * size;
  let count = 0;
  for (let i = 0; i < size; i++) {
    for (let k = i * size; k < (i + 1) * size; k++) if (weights[k]! > 0) count++;
    if (count > most) return null;
    offsets[i + 1] = count;
  }
  const neighbours = new Int32Array(count);
  const edges = new Float64Array(count);
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const weight = weights[i * size + j]!;
      if (weight === 0) continue;
      neighbours[at] = j;
      edges[at++] = weight;
    }
  }
  return { size, offsets, neighbours, edges, degrees };
}

/** One unit per label 0 … count − 1, with the weights between the units of two labels added up. */
export function aggregateSparse(graph: SparseGraph, labels: Int32Array, count: number): SparseGraph {
  const members = unitsByLabel(labels, count);
  const degrees = new Float64Array(count);
  const offsets = new Int32Array(count + 1);
  const neighbours = new Int32Array(graph.neighbours.length);
  const edges = new Float64Array(graph.neighbours.length);
  const sums = new Float64Array(count);
  let at = 0;
  for (let c = 0; c < count; c++) {
    const start = at;
    for (let m = members.offsets[c]!; m < members.offsets[c + 1]!; m++) {
      const unit = members.units[m]!;
      degrees[c]! += graph.degrees[unit]!;
      for (let k = graph.offsets[unit]!; k < graph.offsets[unit + 1]!; k++) {
        const other = labels[graph.neighbours[k]!]!;
        if (other === c) continue;
        if (sums[other] === 0) neighbours[at++] = other;
        sums[other]! += graph.edges[k]!;
      }
    }
    for (let k = start; k < at; k++) {
      const other = neighbours[k]!;
      edges[k] = sums[other]!;
      sums[other] = 0;
    }
    offsets[c + 1] = at;
  }
  return {
    size: count,
    offsets,
    neighbours: neighbours.subarray(0, at),
    edges: edges.subarray(0, at),
    degrees,
  };
}

/** The units of each label, ascending: units[offsets[c]] … below units[offsets[c + 1]]. */
export function unitsByLabel(
  labels: Int32Array,
  count: number,
): { readonly offsets: Int32Array; readonly units: Int32Array } {
  const offsets = new Int32Array(count + 1);
  for (const label of labels) offsets[label + 1]!++;
  for (let c = 0; c < count; c++) offsets[c + 1]! += offsets[c]!;
  const units = new Int32Array(labels.length);
  const next = offsets.slice();
  for (let i = 0; i < labels.length; i++) units[next[labels[i]!]!++] = i;
  return { offsets, units };
}

/** The connected components of a graph, as labels 0 … */
export function components(graph: SparseGraph): Int32Array {
  const labels = new Int32Array(graph.size).fill(-1);
  const reached = new Int32Array(graph.size);
  let count = 0;
  for (let start = 0; start < graph.size; start++) {
    if (labels[start] !== -1) continue;
    labels[start] = count;
    reached[0] = start;
    for (let first = 0, last = 1; first < last; first++) {
      const unit = reached[first]!;
      for (let k = graph.offsets[unit]!; k < graph.offsets[unit + 1]!; k++) {
        const other = graph.neighbours[k]!;
        if (labels[other] !== -1) continue;
        labels[other] = count;
        reached[last++] = other;
      }
    }
    count++;
  }
  return labels;
}
