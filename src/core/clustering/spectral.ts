import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Labels } from '../base/matrix';
import type { WeightedGraph } from './adjacency';

/** A split must raise Q by more than this, so that rounding splits nothing. */
const EPSILON = 1e-12;

/**
 * Newman's spectral method (PNAS 103, 8577, 2006). A group is split by the signs of the leading eigenvector of its
 * modularity matrix B_ij = A_ij − γ k_i k_j, and so are both halves, until no split raises Q. The row sums over the group
 * are subtracted from the diagonal, so that a split is judged by what it adds to Q of the whole. Deterministic.
 *
 * @param correction whether these row sums are subtracted. The code of Lange, Rolnick and Kording does not, and splits
 * further
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
  // ΔQ = ½ (sᵀ B s − 1ᵀ B 1): the entries between the two halves are lost.
  let gain = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (side[i] !== side[j]) gain -= matrix[i * size + j]!;
  }
  return gain > EPSILON && side.includes(1) && side.includes(-1) ? side : null;
}

/** The group's modularity matrix, [size, size]; with `correction`, less the row sums on its diagonal. */
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

/** Krylov dimensions between two checks of the residual. */
const CHECK_INTERVAL = 16;
/** Krylov dimensions in all. */
const MAX_DIMENSIONS = 192;
/** ‖Av − λv‖ relative to the largest |λ| at which v is done. */
const TOLERANCE = 1e-10;

/**
 * The eigenvector of the algebraically largest eigenvalue of a symmetric matrix, by the Lanczos method with full
 * reorthogonalisation (Golub and Van Loan, Matrix Computations, §10.1). The start is fixed, so that the same matrix gives
 * the same vector.
 * @param matrix [size, size]
 */
function leadingEigenvector(matrix: Float64Array, size: number): Float64Array {
  const limit = Math.min(size, MAX_DIMENSIONS);
  const basis: Float64Array[] = [startVector(size)];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  for (;;) {
    const k = diagonal.length;
    const next = multiply(matrix, basis[k]!, size);
    diagonal.push(dot(next, basis[k]!));
    // Two passes are enough (Parlett): the second removes what rounding leaves of the basis.
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of basis) subtract(next, vector, dot(next, vector));
    }
    const norm = Math.sqrt(dot(next, next));
    const last = k + 1 === limit;
    if (last || (k + 1) % CHECK_INTERVAL === 0 || norm < Number.EPSILON) {
      const { vector, residual, scale } = ritzVector(diagonal, offDiagonal, norm);
      if (last || residual <= TOLERANCE * scale) return combine(basis, vector, size);
    }
    offDiagonal.push(norm);
    for (let i = 0; i < size; i++) next[i]! /= norm;
    basis.push(next);
  }
}

/** A fixed unit vector without a pattern, so that no eigenvector is orthogonal to it. */
function startVector(size: number): Float64Array {
  const vector = Float64Array.from({ length: size }, (_, i) => Math.sin(1 + i * i));
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

/** The leading eigenvector of the tridiagonal matrix, its residual in the whole matrix, and the largest |λ|. */
function ritzVector(
  diagonal: readonly number[],
  offDiagonal: readonly number[],
  norm: number,
): { readonly vector: readonly number[]; readonly residual: number; readonly scale: number } {
  const size = diagonal.length;
  const tridiagonal = Matrix.zeros(size, size);
  diagonal.forEach((value, i) => tridiagonal.set(i, i, value));
  for (let i = 0; i + 1 < size; i++) {
    tridiagonal.set(i, i + 1, offDiagonal[i]!);
    tridiagonal.set(i + 1, i, offDiagonal[i]!);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(tridiagonal, {
    assumeSymmetric: true,
  });
  const lead = realEigenvalues.indexOf(Math.max(...realEigenvalues));
  const vector = eigenvectorMatrix.getColumn(lead);
  return {
    vector,
    residual: norm * Math.abs(vector[size - 1]!),
    scale: Math.max(...realEigenvalues.map(Math.abs)),
  };
}

/** Σ weight · basis vector. */
function combine(basis: readonly Float64Array[], weights: readonly number[], size: number): Float64Array {
  const vector = new Float64Array(size);
  weights.forEach((weight, k) => {
    subtract(vector, basis[k]!, -weight);
  });
  return vector;
}

function multiply(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size);
  for (let i = 0, at = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++, at++) sum += matrix[at]! * vector[j]!;
    product[i] = sum;
  }
  return product;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a -= factor · b */
function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! -= factor * b[i]!;
}
