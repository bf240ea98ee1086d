import type { Labels } from '../base/matrix';
import type { Adjacency } from './adjacency';

/**
 * Newman's modularity of a partition (Newman, PNAS 103, 8577, 2006), with the resolution γ of Reichardt and
 * Bornholdt (Phys. Rev. E 74, 016110, 2006): Q = Σ_c e_cc − γ a_c², e = PᵀAP / ΣA, a the row sums of e. Units
 * labelled −1 are in no cluster.
 *
 * @param adjacency of a symmetric, non-negative matrix
 * @param labels one per unit
 * @returns null for a graph without any weight, where Q is undefined
 */
export function modularity(adjacency: Adjacency, labels: Labels, resolution = 1): number | null {
  const { size, weights, total } = adjacency;
  if (labels.length !== size) throw new RangeError(`${labels.length} labels for ${size} units`);
  if (total === 0) return null;
  const masses = new Float64Array(labels.reduce((highest, label) => Math.max(highest, label), -1) + 1);
  let q = 0;
  for (let i = 0; i < size; i++) {
    const label = labels[i]!;
    if (label < 0) continue;
    const row = i * size;
    let inside = 0;
    let mass = 0;
    for (let j = 0; j < size; j++) {
      const other = labels[j]!;
      if (other < 0) continue;
      const weight = weights[row + j]!;
      mass += weight;
      if (other === label) inside += weight;
    }
    masses[label]! += mass;
    q += inside;
  }
  for (const mass of masses) q -= resolution * mass ** 2;
  return q;
}

/** The same partition with its clusters numbered 0, 1, … by first appearance; −1 stays. */
export function canonical(labels: Labels): Labels {
  const numbers = new Map<number, number>([[-1, -1]]);
  return labels.map((label) => {
    const number = numbers.get(label) ?? numbers.size - 1;
    numbers.set(label, number);
    return number;
  });
}

/** Units per cluster of canonical labels. */
function sizes(labels: Labels): Int32Array {
  const counts = new Int32Array(labels.reduce((highest, label) => Math.max(highest, label), -1) + 1);
  for (const label of labels) if (label >= 0) counts[label]!++;
  return counts;
}

/** Number of clusters of canonical labels. */
export function clusterCount(labels: Labels): number {
  return sizes(labels).filter((size) => size > 0).length;
}

/** exp of the entropy of the clusters' shares of the live units: the number of equal clusters as uneven as these. */
export function softClusterCount(labels: Labels): number {
  const clusters = sizes(labels);
  const live = clusters.reduce((sum, size) => sum + size, 0);
  if (live === 0) return 0;
  let entropy = 0;
  for (const size of clusters) if (size > 0) entropy -= (size / live) * Math.log(size / live);
  return Math.exp(entropy);
}
