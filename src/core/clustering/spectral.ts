import type { Labels } from '../base/matrix';
import type { WeightedGraph } from './adjacency';
import { leadingEigenvector } from './eigenvector';

/** A split must raise Q by more than this: rounding must not split what belongs together. */
const EPSILON = 1e-12;

/**
 * Newman's spectral method (PNAS 103, 8577, 2006): a group is split by the signs of the leading eigenvector of its modularity
 * matrix B_ij = A_ij − γ k_i k_j, from whose diagonal the row sums over the group are taken so that a split is judged by
 * what it adds to Q of the whole; and so on with both halves, until no split adds anything. Deterministic.
 *
 * @param correction without it the diagonal of sub-groups is left as it is, as in the code of Lange, Rolnick and Kording,
 * which splits further
 */
export function spectral(graph: WeightedGraph, resolution: number, correction = true): Labels {
  const labels = new Int32Array(graph.size);
  const open: Int32Array[] = [Int32Array.from(labels.keys())];
  let count = 0;
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    const side = split(graph, group, resolution, correction);
    if (side === null) {
      for (const unit of group) labels[unit] = count;
      count++;
    } else {
      open.push(
        group.filter((_, i) => side[i]! < 0),
        group.filter((_, i) => side[i]! > 0),
      );
    }
  }
  return labels;
}

/** ±1 per unit of the group; null where no split raises Q. */
function split(
  graph: WeightedGraph,
  group: Int32Array,
  resolution: number,
  correction: boolean,
): Int8Array | null {
  const size = group.length;
  if (size < 2) return null;
  const matrix = groupModularity(graph, group, resolution, correction);
  const vector = leadingEigenvector(matrix, size);
  const side = Int8Array.from(vector, (value) => (value > 0 ? 1 : -1));
  // ΔQ = ½ (sᵀ B s − 1ᵀ B 1): what stands between the two halves goes.
  let gain = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (side[i] !== side[j]) gain -= matrix[i * size + j]!;
  }
  return gain > EPSILON && side.includes(1) && side.includes(-1) ? side : null;
}

/** The group's modularity matrix, [size, size]; generalised, where it is to be, by taking the row sums from its diagonal. */
function groupModularity(
  { weights, degrees, size: all }: WeightedGraph,
  group: Int32Array,
  resolution: number,
  correction: boolean,
): Float64Array {
  const size = group.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const unit = group[i]!;
    let sum = 0;
    for (let j = 0; j < size; j++) {
      const other = group[j]!;
      const value = weights[unit * all + other]! - resolution * degrees[unit]! * degrees[other]!;
      matrix[i * size + j] = value;
      sum += value;
    }
    if (correction) matrix[i * (size + 1)]! -= sum;
  }
  return matrix;
}
