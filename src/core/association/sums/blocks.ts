import type { SquareMatrix } from '../../base/matrix';

/**
 * A symmetric matrix over the units of all hidden layers, as blocks: (a, b) with a ≤ b holds the entries of layer a's
 * units with layer b's, [sizes[a], sizes[b]] row-major. Without the combined matrix only the diagonal blocks exist.
 */
export interface Blocks {
  readonly sizes: readonly number[];
  /** Per layer, the places whose values are added up in it; 1 for dense layers. */
  readonly positions: readonly number[];
  /** Block (a, b) at b (b + 1) / 2 + a; null where only the diagonal is kept. */
  readonly data: readonly (Float64Array | null)[];
}

/** What was summed up of a measure over samples. */
export interface MeasureSums {
  readonly products: Blocks;
  /** Of the entries that were estimated with random probes, zero for exact ones; null where all are exact. */
  readonly variance: Blocks | null;
}

export function zeroBlocks(
  sizes: readonly number[],
  combined: boolean,
  positions: readonly number[] = sizes.map(() => 1),
): Blocks {
  const data: (Float64Array | null)[] = [];
  for (let b = 0; b < sizes.length; b++) {
    for (let a = 0; a <= b; a++) {
      data.push(combined || a === b ? new Float64Array(sizes[a]! * sizes[b]!) : null);
    }
  }
  return { sizes, positions, data };
}

/** Block (a, b), a ≤ b; null where it is not kept. */
export function block(blocks: Blocks, a: number, b: number): Float64Array | null {
  return blocks.data[(b * (b + 1)) / 2 + a] ?? null;
}

/** sum += addend; both of one layout. */
export function addBlocks(sum: Blocks, addend: Blocks): void {
  sum.data.forEach((target, index) => {
    const source = addend.data[index];
    if (target === null || !source) return;
    for (let i = 0; i < target.length; i++) target[i]! += source[i]!;
  });
}

/** Layer a's own matrix, the mean over its positions, times `scale`; made exactly symmetric, which rounding in float32 leaves it short of. */
export function layerMatrix(blocks: Blocks, a: number, scale: number): SquareMatrix {
  const size = blocks.sizes[a] ?? 0;
  const source = block(blocks, a, a) ?? new Float64Array(0);
  const data = new Float64Array(size * size);
  const half = (0.5 * scale) / (blocks.positions[a] ?? 1);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const value = half * (source[i * size + j]! + source[j * size + i]!);
      data[i * size + j] = value;
      data[j * size + i] = value;
    }
  }
  return { size, data };
}

/** The matrix over the units of all layers, in network order, times `scale`. */
export function combinedMatrix(blocks: Blocks, scale: number): SquareMatrix {
  const { sizes } = blocks;
  const size = sizes.reduce((sum, units) => sum + units, 0);
  const data = new Float64Array(size * size);
  let column = 0;
  for (let b = 0; b < sizes.length; b++) {
    let row = 0;
    for (let a = 0; a <= b; a++) {
      const own = a === b;
      const source = own ? layerMatrix(blocks, a, scale).data : block(blocks, a, b);
      const columns = sizes[b]!;
      for (let i = 0; source !== null && i < sizes[a]!; i++) {
        for (let j = 0; j < columns; j++) {
          const value = own ? source[i * columns + j]! : scale * source[i * columns + j]!;
          data[(row + i) * size + column + j] = value;
          data[(column + j) * size + row + i] = value;
        }
      }
      row += sizes[a]!;
    }
    column += sizes[b]!;
  }
  return { size, data };
}
