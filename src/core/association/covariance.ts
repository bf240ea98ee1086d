import { block, type Blocks, zeroBlocks } from './blocks';
import { accumulate, type Engine, Scratch, transpose } from '../engine';
import type { Activations } from './forward';

/** Sums of centred products, mergeable without cancellation (Chan, Golub and LeVeque 1983). */
export interface Moments {
  /** Samples in it. */
  count: number;
  /** Per hidden layer, [units]. */
  readonly means: readonly Float64Array[];
  /** Σ_b (h_i − mean_i)(h_j − mean_j). */
  readonly products: Blocks;
}

export function zeroMoments(sizes: readonly number[], combined: boolean): Moments {
  const means = sizes.map((size) => new Float64Array(size));
  return { count: 0, means, products: zeroBlocks(sizes, combined) };
}

/** a becomes the moments of both sets of samples. */
export function mergeMoments(a: Moments, b: Moments): void {
  const count = a.count + b.count;
  if (b.count === 0) return;
  const weight = (a.count * b.count) / count;
  const shifts = a.means.map((mean, layer) => mean.map((value, i) => b.means[layer]![i]! - value));
  shifts.forEach((left, l) => {
    for (let r = l; r < shifts.length; r++) {
      const target = block(a.products, l, r);
      const source = block(b.products, l, r);
      if (target === null || source === null) continue;
      const right = shifts[r]!;
      for (let i = 0, at = 0; i < left.length; i++) {
        const shift = weight * left[i]!;
        for (let j = 0; j < right.length; j++, at++) target[at]! += source[at]! + shift * right[j]!;
      }
    }
  });
  a.means.forEach((mean, layer) => {
    const shift = shifts[layer]!;
    for (let i = 0; i < mean.length; i++) mean[i]! += (shift[i]! * b.count) / count;
  });
  a.count = count;
}

/** Covariance of the hidden units: one matrix product per tile and pair of layers, each tile centred on its own mean. */
export class Covariance {
  readonly moments: Moments;
  readonly #centred: readonly Scratch[];
  readonly #transposed: readonly Scratch[];
  readonly #product = new Scratch();

  constructor(
    readonly engine: Engine,
    readonly sizes: readonly number[],
    readonly combined: boolean,
  ) {
    this.moments = zeroMoments(sizes, combined);
    this.#centred = sizes.map(() => new Scratch());
    this.#transposed = sizes.map(() => new Scratch());
  }

  add({ samples, values }: Activations): void {
    const tile = zeroMoments(this.sizes, this.combined);
    tile.count = samples;
    const centred = values.map((h, layer) =>
      centre(h, samples, tile.means[layer]!, this.#centred[layer]!.take(samples * this.sizes[layer]!)),
    );
    centred.forEach((left, l) => {
      const units = this.sizes[l]!;
      const transposed = transpose(left, samples, units, this.#transposed[l]!.take(samples * units));
      for (let r = l; r < centred.length; r++) {
        const target = block(tile.products, l, r);
        if (target === null) continue;
        const product = this.#product.take(target.length);
        this.engine.multiply(transposed, centred[r]!, units, samples, this.sizes[r]!, product);
        accumulate(target, product);
      }
    });
    mergeMoments(this.moments, tile);
  }
}

/** out = h − mean over the samples, the mean left in `mean`. */
function centre(h: Float32Array, samples: number, mean: Float64Array, out: Float32Array): Float32Array {
  const units = mean.length;
  for (let b = 0, at = 0; b < samples; b++) {
    for (let i = 0; i < units; i++, at++) mean[i]! += h[at]!;
  }
  for (let i = 0; i < units; i++) mean[i]! /= samples;
  for (let b = 0, at = 0; b < samples; b++) {
    for (let i = 0; i < units; i++, at++) out[at] = h[at]! - mean[i]!;
  }
  return out;
}
