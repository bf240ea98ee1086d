/** The tensor backends by name; `auto` takes the native one where it is installed. */
export const BACKENDS = ['auto', 'wasm', 'tensorflow'] as const;
export type BackendName = (typeof BACKENDS)[number];

/**
 * Dense linear algebra in float32, row-major: all that is asked of a tensor backend. Everything else is a fused loop
 * over typed arrays, which runs at memory speed. An array may be longer than the values in it.
 */
export interface Engine {
  /** e.g. "tfjs-wasm 4.22.0". */
  readonly name: string;
  /** out [m, n] = a [m, k] · b [k, n]. */
  multiply(a: Float32Array, b: Float32Array, m: number, k: number, n: number, out: Float32Array): void;
  /**
   * Two-dimensional cross-correlation, channels last.
   * @param x [rows, height, width, channels]
   * @param filter [kernel height, kernel width, channels, filters]
   * @param out [rows, output height, output width, filters]; see `outputLength` for its sides
   */
  convolve(x: Float32Array, filter: Float32Array, rows: number, of: Convolution, out: Float32Array): void;
}

/** Sizes of a convolution. Strides or dilations, one of the two, must be 1. */
export interface Convolution {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly dilations: readonly [vertical: number, horizontal: number];
  /** Zeros around the image. */
  readonly pads: readonly [top: number, left: number, bottom: number, right: number];
}

/** The length of a convolution's output along one side. @param padding zeros at both ends together */
export function outputLength(
  length: number,
  kernel: number,
  padding: number,
  stride: number,
  dilation: number,
): number {
  return Math.floor((length + padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/**
 * out [columns, rows] = matrixᵀ, in tiles that stay in the cache: the backends are slow to transpose while they
 * multiply.
 */
export function transposeMatrix(
  matrix: Float32Array,
  rows: number,
  columns: number,
  out: Float32Array = new Float32Array(rows * columns),
): Float32Array {
  const TILE = 32;
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    for (let j0 = 0; j0 < columns; j0 += TILE) {
      const i1 = Math.min(i0 + TILE, rows);
      const j1 = Math.min(j0 + TILE, columns);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) out[j * rows + i] = matrix[i * columns + j]!;
      }
    }
  }
  return out;
}

/** sum += addend, entry by entry, over the first sum.length entries of the addend. */
export function accumulate(sum: Float64Array, addend: Float32Array | Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += addend[i]!;
}

/** A float32 array that tiles of different sizes share. It grows when asked for more; its contents are undefined. */
export class Scratch {
  #buffer = new Float32Array(0);

  take(length: number): Float32Array {
    if (this.#buffer.length < length) this.#buffer = new Float32Array(length);
    return this.#buffer;
  }
}
