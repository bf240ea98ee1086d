import { accumulate, type Engine, Scratch, transposeMatrix } from '../tensor/engine';

/** Rows per matrix product: its sums stay short enough for float32. */
const ROWS = 1024;

/** Sums of products over rows, in float32 over short stretches and in float64 beyond. */
export class Products {
  readonly #transposed = new Scratch();
  readonly #product = new Scratch();

  constructor(readonly engine: Engine) {}

  /** sum [m, n] += leftᵀ right, left [rows, m], right [rows, n]. */
  add(sum: Float64Array, left: Float32Array, right: Float32Array, rows: number, m: number, n: number): void {
    for (let first = 0; first < rows; first += ROWS) {
      const count = Math.min(ROWS, rows - first);
      const piece = left.subarray(first * m, (first + count) * m);
      const transposed = transposeMatrix(piece, count, m, this.#transposed.take(count * m));
      const product = this.#product.take(m * n);
      this.engine.multiply(transposed, right.subarray(first * n, (first + count) * n), m, count, n, product);
      accumulate(sum, product);
    }
  }
}
