import type { Layer } from '../../network/model';
import { Scratch, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks } from '../blocks';
import type { Products } from '../products';

/** Turns what the nodes of hidden layers hold into rows whose columns are the units: a row per sample, direction and position. */
export class UnitRows {
  readonly #scratch: readonly Scratch[];

  /** @param together whether the rows of all layers are wanted at a time */
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
