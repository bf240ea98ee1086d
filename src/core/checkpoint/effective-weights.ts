import { type Shape, sizeOf } from '../tensor/shape';

// What parametrizations of torch.nn.utils compute in evaluation mode, in float64. All arrays are row-major.

/** Pruning: orig ∘ mask. */
export function maskedWeight(orig: ArrayLike<number>, mask: ArrayLike<number>): Float64Array {
  return Float64Array.from(orig, (value, i) => value * mask[i]!);
}

/**
 * Weight normalisation: g v / ‖v‖, the norm over all dimensions but `dim`. Salimans and Kingma (2016).
 * @param v of `shape`
 * @param g one value for each index of `dim`, or one where that is null
 */
export function normalizedWeight(
  v: ArrayLike<number>,
  g: ArrayLike<number>,
  shape: Shape,
  dim: number | null,
): Float64Array {
  const inner = dim === null ? v.length : sizeOf(shape.slice(dim + 1));
  const count = dim === null ? 1 : shape[dim]!;
  const slice = (i: number): number => Math.floor(i / inner) % count;
  const squares = new Float64Array(count);
  for (let i = 0; i < v.length; i++) squares[slice(i)]! += v[i]! ** 2;
  return Float64Array.from(v, (value, i) => (value * g[slice(i)]!) / Math.sqrt(squares[slice(i)]!));
}

/**
 * Spectral normalisation: W / σ, σ = uᵀ W v with the vectors of the power iteration as they were stored, W as a matrix
 * [first dimension, all others]. Miyato et al. (2018).
 */
export function spectralWeight(
  weight: ArrayLike<number>,
  u: ArrayLike<number>,
  v: ArrayLike<number>,
): Float64Array {
  let sigma = 0;
  for (let row = 0, at = 0; row < u.length; row++)
    for (let column = 0; column < v.length; column++, at++) sigma += u[row]! * weight[at]! * v[column]!;
  return Float64Array.from(weight, (value) => value / sigma);
}

/** Low-rank adaptation: W + scale B A. W [outputs, inputs], A [rank, inputs], B [outputs, rank]. Hu et al. (2021). */
export function adaptedWeight(
  weight: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rank: number,
  scale: number,
): Float64Array {
  const outputs = b.length / rank;
  const inputs = a.length / rank;
  const product = multiply(b, a, outputs, rank, inputs);
  return Float64Array.from(weight, (value, i) => value + scale * product[i]!);
}

/** How an orthogonal matrix is made of a free one. */
export type OrthogonalMap = 'matrix_exp' | 'householder';

/**
 * An orthogonal parametrization's matrix [rows, columns]: base · map(original), transposed where it is wider than high.
 * `matrix_exp` takes exp(L − Lᵀ) of the lower triangle L; `householder` the product of reflections along the columns below the
 * diagonal, whose signs the diagonal holds.
 * @param original of the same shape
 * @param base [n, n], n the longer side; null for the identity
 */
export function orthogonalWeight(
  original: ArrayLike<number>,
  base: ArrayLike<number> | null,
  [rows, columns]: readonly [rows: number, columns: number],
  map: OrthogonalMap,
): Float64Array {
  const [n, k] = [Math.max(rows, columns), Math.min(rows, columns)];
  const tall = rows < columns ? transposed(original, rows, columns) : Float64Array.from(original);
  const mapped = map === 'matrix_exp' ? exponentialMap(tall, n, k) : reflections(tall, n, k);
  const product = base === null ? mapped : multiply(base, mapped, n, n, k);
  return rows < columns ? transposed(product, n, k) : product;
}

function transposed(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!;
  return result;
}

/** The first k columns of exp(L − Lᵀ), L the lower triangle of a matrix [n, k], zero beyond. */
function exponentialMap(x: Float64Array, n: number, k: number): Float64Array {
  const skew = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < Math.min(i, k); j++) {
      skew[i * n + j] = x[i * k + j]!;
      skew[j * n + i] = -x[i * k + j]!;
    }
  }
  const exponential = matrixExponential(skew, n);
  const result = new Float64Array(n * k);
  for (let i = 0; i < n; i++) result.set(exponential.subarray(i * n, i * n + k), i * k);
  return result;
}

/** Terms of the series where the norm is at most 1/2: the remainder is below 2⁻⁵³. */
const TERMS = 14;

/** Scaling and squaring, with the Taylor series in between. */
function matrixExponential(matrix: Float64Array, n: number): Float64Array {
  let norm = 0;
  for (let i = 0; i < n; i++)
    norm = Math.max(
      norm,
      matrix.subarray(i * n, (i + 1) * n).reduce((sum, value) => sum + Math.abs(value), 0),
    );
  const squarings = norm > 0.5 && Number.isFinite(norm) ? Math.ceil(Math.log2(norm)) + 1 : 0;
  const scaled = matrix.map((value) => value / 2 ** squarings);
  let result = identity(n);
  // Horner: 1 + A (1 + A/2 (1 + A/3 (…)))
  for (let term = TERMS; term >= 1; term--) {
    result = multiply(scaled, result, n, n, n).map((value) => value / term);
    for (let i = 0; i < n; i++) result[i * n + i]! += 1;
  }
  for (let i = 0; i < squarings; i++) result = multiply(result, result, n, n, n);
  return result;
}

function identity(n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) result[i * n + i] = 1;
  return result;
}

/** H₁ H₂ … H_k, the first k columns, each times its sign; Hᵢ = I − τᵢ vᵢ vᵢᵀ, vᵢ 1 at i and the column of x below. */
function reflections(x: Float64Array, n: number, k: number): Float64Array {
  const result = new Float64Array(n * k);
  for (let i = 0; i < k; i++) result[i * k + i] = Math.trunc(x[i * k + i]!);
  for (let i = k - 1; i >= 0; i--) {
    const v = new Float64Array(n);
    v[i] = 1;
    for (let row = i + 1; row < n; row++) v[row] = x[row * k + i]!;
    const tau = 2 / v.reduce((sum, value) => sum + value * value, 0);
    for (let column = 0; column < k; column++) {
      let along = 0;
      for (let row = i; row < n; row++) along += v[row]! * result[row * k + column]!;
      for (let row = i; row < n; row++) result[row * k + column]! -= tau * v[row]! * along;
    }
  }
  return result;
}

/** a [rows, shared] times b [shared, columns]. */
function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  shared: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let l = 0; l < shared; l++) {
      const factor = a[i * shared + l]!;
      for (let j = 0; j < columns; j++) result[i * columns + j]! += factor * b[l * columns + j]!;
    }
  }
  return result;
}
