import { type Engine, Scratch } from '../../tensor/engine';
import { block, type MeasureSums, zeroBlocks } from './blocks';
import { Products } from './products';

/**
 * Sums of centred products, Σ_b (h_i − mean_i)(h_j − mean_j) over the positions too, mergeable without cancellation (Chan,
 * Golub and LeVeque 1983).
 */
export interface Moments extends MeasureSums {
  /** Samples in it. */
  count: number;
  /** Per hidden layer, [positions, units]. */
  readonly means: readonly Float64Array[];
}

function zeroMoments(sizes: readonly number[], combined: boolean, positions: readonly number[]): Moments {
  const means = sizes.map((size, l) => new Float64Array(size * positions[l]!));
  return { count: 0, means, products: zeroBlocks(sizes, combined, positions), variance: null };
}

/** a becomes the moments of both sets of samples. */
export function mergeMoments(a: Moments, b: Moments): void {
  const count = a.count + b.count;
  if (b.count === 0) return;
  const weight = (a.count * b.count) / count;
  const { sizes } = a.products;
  const shifts = a.means.map((mean, layer) => mean.map((value, i) => b.means[layer]![i]! - value));
  shifts.forEach((left, l) => {
    for (let r = l; r < shifts.length; r++) {
      const target = block(a.products, l, r);
      const source = block(b.products, l, r);
      if (target === null || source === null) continue;
      for (let at = 0; at < target.length; at++) target[at]! += source[at]!;
      addOuter(target, left, shifts[r]!, sizes[l]!, sizes[r]!, weight);
    }
  });
  a.means.forEach((mean, layer) => {
    const shift = shifts[layer]!;
    for (let i = 0; i < mean.length; i++) mean[i]! += (shift[i]! * b.count) / count;
  });
  a.count = count;
}

/** target [m, n] += weight Σ_p leftₚ rightₚᵀ, left [positions, m], right [positions, n]. */
function addOuter(
  target: Float64Array,
  left: Float64Array,
  right: Float64Array,
  m: number,
  n: number,
  weight: number,
): void {
  for (let p = 0; p * m < left.length; p++) {
    for (let i = 0, at = 0; i < m; i++) {
      const shift = weight * left[p * m + i]!;
      for (let j = 0; j < n; j++, at++) target[at]! += shift * right[p * n + j]!;
    }
  }
}

/** Covariance of the hidden units at each position: every tile is centred on its own means. */
export class Covariance {
  readonly moments: Moments;
  readonly #centred: readonly Scratch[];
  readonly #products: Products;

  constructor(
    engine: Engine,
    readonly sizes: readonly number[],
    readonly combined: boolean,
    readonly positions: readonly number[],
  ) {
    this.moments = zeroMoments(sizes, combined, positions);
    this.#centred = sizes.map(() => new Scratch());
    this.#products = new Products(engine);
  }

  /** @param values per hidden layer, [samples, positions, units] */
  add({ samples, values }: { readonly samples: number; readonly values: readonly Float32Array[] }): void {
    const { sizes, positions } = this;
    const tile = zeroMoments(sizes, this.combined, positions);
    tile.count = samples;
    const centred = values.map((h, layer) => {
      const mean = tile.means[layer]!;
      return centre(h, samples, mean, this.#centred[layer]!.take(samples * mean.length));
    });
    centred.forEach((left, l) => {
      for (let r = l; r < centred.length; r++) {
        const target = block(tile.products, l, r);
        const rows = samples * positions[l]!;
        if (target !== null) this.#products.add(target, left, centred[r]!, rows, sizes[l]!, sizes[r]!);
      }
    });
    mergeMoments(this.moments, tile);
  }
}

/** out = h − mean over the samples, the mean left in `mean`. */
function centre(h: Float32Array, samples: number, mean: Float64Array, out: Float32Array): Float32Array {
  const width = mean.length;
  for (let b = 0, at = 0; b < samples; b++) {
    for (let i = 0; i < width; i++, at++) mean[i]! += h[at]!;
  }
  for (let i = 0; i < width; i++) mean[i]! /= samples;
  for (let b = 0, at = 0; b < samples; b++) {
    for (let i = 0; i < width; i++, at++) out[at] = h[at]! - mean[i]!;
  }
  return out;
}
