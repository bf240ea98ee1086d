import type { Layer } from '../../network/model';
import { accumulate, type Engine, Scratch, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks } from './blocks';

/** Rows, or columns, per matrix product: its sums stay short enough for float32. */
const ROWS = 1024;
const COLUMNS = 512;

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

  /** sum [m, n] += left rightᵀ, left [m, columns], right [n, columns]. */
  addOfRows(
    sum: Float64Array,
    left: Float32Array,
    right: Float32Array,
    columns: number,
    m: number,
    n: number,
  ): void {
    for (let first = 0; first < columns; first += COLUMNS) {
      const count = Math.min(COLUMNS, columns - first);
      const piece = columnsOf(left, m, columns, first, count);
      const others = columnsOf(right, n, columns, first, count);
      const transposed = transposeMatrix(others, n, count, this.#transposed.take(count * n));
      const product = this.#product.take(m * n);
      this.engine.multiply(piece, transposed, m, count, n, product);
      accumulate(sum, product);
    }
  }
}

/** The columns first … first + count − 1 of a matrix [rows, columns]. */
function columnsOf(
  matrix: Float32Array,
  rows: number,
  columns: number,
  first: number,
  count: number,
): Float32Array {
  const piece = new Float32Array(rows * count);
  for (let i = 0; i < rows; i++) {
    const at = i * columns + first;
    piece.set(matrix.subarray(at, at + count), i * count);
  }
  return piece;
}

/** Turns what the nodes of hidden layers hold into rows whose columns are the units: as many as there are positions for each row. */
export class UnitRows {
  readonly #scratch: readonly Scratch[];

  /** @param together whether the rows of all layers are used at a time */
  constructor(
    readonly layers: readonly Layer[],
    together: boolean,
  ) {
    const shared = new Scratch();
    this.#scratch = layers.map(() => (together ? new Scratch() : shared));
  }

  /** @param values [rows, ...the layer's shape] @returns [rows, positions, units], valid until asked again */
  of(layer: number, values: Float32Array, rows: number): Float32Array {
    const { units, positions, unitsLast } = this.layers[layer]!;
    if (positions === 1 || unitsLast) return values;
    const size = units * positions;
    const out = this.#scratch[layer]!.take(rows * size);
    for (let row = 0; row < rows; row++) {
      const at = row * size;
      transposeMatrix(values.subarray(at, at + size), units, positions, out.subarray(at, at + size));
    }
    return out;
  }
}

/** Block (a, b) += leftᵀ right over the rows of the layers, for each two layers whose block is kept. */
export function addProducts(
  products: Products,
  sums: Blocks,
  left: readonly (Float32Array | null)[],
  right: readonly (Float32Array | null)[],
  rows: number,
): void {
  const { sizes, positions } = sums;
  for (let b = 0; b < sizes.length; b++) {
    for (let a = 0; a <= b; a++) {
      const [sum, x, y] = [block(sums, a, b), left[a], right[b]];
      if (sum && x && y) products.add(sum, x, y, rows * positions[a]!, sizes[a]!, sizes[b]!);
    }
  }
}
