import { InputError } from '../base/error';
import type { SquareMatrix } from '../base/matrix';

/**
 * An undirected weighted graph as a dense matrix, scaled so that all weights, self-loops included, sum to 1:
 * every difference of modularity is then a difference of its entries.
 */
export interface WeightedGraph {
  readonly size: number;
  /** Row-major, symmetric, zero diagonal: a self-loop moves with its unit and never enters a difference. */
  readonly weights: Float64Array;
  /** Row sums, self-loops included. */
  readonly degrees: Float64Array;
}

export interface Adjacency extends WeightedGraph {
  /** ΣA before scaling; 0 where there is nothing to cluster. */
  readonly total: number;
  /** Units with a degree of at least DEAD_SHARE of the total, ascending; the others are dead. */
  readonly live: Int32Array;
}

/** Below this share of the total weight, a degree is rounding. */
const DEAD_SHARE = 1e-15;

/**
 * The difference between (i, j) and (j, i) that float32 sums over thousands of samples leave, relative to the largest
 * entry.
 */
const SYMMETRY_TOLERANCE = 1e-5;

/** Side of the square blocks in which a matrix is read along rows and columns at once. Two blocks fit the L1 cache. */
const BLOCK = 32;

/**
 * The graph of an association matrix: (M + Mᵀ)/2 with its diagonal set to zero. The diagonal says how strong a unit is, not
 * what it goes with: it would add to the degrees, and so to what chance expects. Negative entries are refused, since Q has
 * another definition where there are any, and whether their size or their absence counts is for the user to say.
 *
 * @param name what the matrix is called in an error
 * @throws InputError on an entry that is negative or not finite, or that differs from its mirror image
 */
export function adjacency(matrix: SquareMatrix, name = 'matrix'): Adjacency {
  const { size, data } = matrix;
  if (data.length !== size * size) {
    throw new InputError(name, `${data.length} entries are not a square of ${size} × ${size}`);
  }
  const largest = checkedMaximum(matrix, name);
  const weights = symmetrised(matrix, SYMMETRY_TOLERANCE * largest, name);
  // Scaling by the largest entry first keeps the sum of the largest float64 numbers finite.
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]! / largest;
  const degrees = new Float64Array(size);
  if (!(total > 0)) return { size, weights, degrees, total: 0, live: new Int32Array() };
  for (let i = 0; i < size; i++) {
    let degree = 0;
    for (let k = i * size; k < (i + 1) * size; k++) {
      const weight = weights[k]! / largest / total;
      weights[k] = weight;
      degree += weight;
    }
    degrees[i] = degree;
  }
  const live = Int32Array.from(degrees.keys()).filter((i) => degrees[i]! >= DEAD_SHARE);
  return { size, weights, degrees, total: total * largest, live };
}

/** The largest entry. @throws InputError where an entry is negative or not finite */
function checkedMaximum({ size, data }: SquareMatrix, name: string): number {
  let largest = 0;
  for (let k = 0; k < data.length; k++) {
    const value = data[k]!;
    if (!(value >= 0 && value < Infinity)) {
      throw new InputError(
        name,
        `entry ${place(k, size)} is ${value}`,
        value < 0
          ? 'No association may be negative: save the matrix anew with absolute values, or with 0 where it is negative'
          : 'Every association must be a finite number: save the matrix anew without this entry’s unit, or with 0 in its place',
      );
    }
    if (value > largest) largest = value;
  }
  return largest;
}

/** (M + Mᵀ)/2 with a zero diagonal. @throws InputError where the two differ by more than the tolerance */
function symmetrised({ size, data }: SquareMatrix, tolerance: number, name: string): Float64Array {
  const weights = new Float64Array(size * size);
  for (let top = 0; top < size; top += BLOCK) {
    for (let left = top; left < size; left += BLOCK) {
      for (let i = top; i < Math.min(top + BLOCK, size); i++) {
        for (let j = Math.max(left, i + 1); j < Math.min(left + BLOCK, size); j++) {
          const upper = data[i * size + j]!;
          const lower = data[j * size + i]!;
          if (Math.abs(upper - lower) > tolerance) {
            throw new InputError(
              name,
              `entry (${i}, ${j}) is ${upper} but entry (${j}, ${i}) is ${lower}`,
              'The matrix must be symmetric: save (M + Mᵀ) / 2 instead, if that is what you mean',
            );
          }
          const mean = upper / 2 + lower / 2;
          weights[i * size + j] = mean;
          weights[j * size + i] = mean;
        }
      }
    }
  }
  return weights;
}

function place(index: number, size: number): string {
  return `(${Math.floor(index / size)}, ${index % size})`;
}

/** The graph of some of the units; the graph itself where they are all of them. */
export function subgraph(graph: WeightedGraph, units: Int32Array): WeightedGraph {
  if (units.length === graph.size) return graph;
  const size = units.length;
  const weights = new Float64Array(size * size);
  units.forEach((unit, i) => {
    for (let j = 0; j < size; j++) weights[i * size + j] = graph.weights[unit * graph.size + units[j]!]!;
  });
  return { size, weights, degrees: Float64Array.from(units, (unit) => graph.degrees[unit]!) };
}

/** One unit per label 0 … count − 1, with the weights between the units of two labels added up. */
export function aggregate(graph: WeightedGraph, labels: Int32Array, count: number): WeightedGraph {
  const weights = new Float64Array(count * count);
  const degrees = new Float64Array(count);
  for (let i = 0; i < graph.size; i++) {
    const row = labels[i]! * count;
    degrees[labels[i]!]! += graph.degrees[i]!;
    for (let j = 0; j < graph.size; j++) weights[row + labels[j]!]! += graph.weights[i * graph.size + j]!;
  }
  for (let c = 0; c < count; c++) weights[c * (count + 1)] = 0;
  return { size: count, weights, degrees };
}
