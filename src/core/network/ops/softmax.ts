import { sizeOf } from '../../tensor/shape';
import { type Rules, ShapeError } from './rules';

/** Softmax along an axis. */
export interface Softmax {
  readonly kind: 'softmax';
  /** From 0, without the samples' one. */
  readonly axis: number;
}

/** y = exp(x) / Σ exp(x) along an axis; ∂y/∂x · t = y ∘ (t − ⟨y, t⟩), a symmetric matrix. */
export const softmax: Rules<Softmax> = {
  parameters: () => [],

  shape({ axis }, [input]) {
    if (input?.[axis] === undefined)
      throw new ShapeError(`is over dimension ${axis} and is given [${String(input)}]`);
    return input;
  },

  kernel({ axis }, { output }) {
    const size = sizeOf(output);
    const length = output[axis]!;
    const apart = sizeOf(output.slice(axis + 1));
    /** Where each vector begins in a sample; its values are `apart` from each other. */
    const vectors = Array.from({ length: size / length }, (_, v) => {
      const [outer, inner] = [Math.floor(v / apart), v % apart];
      return outer * length * apart + inner;
    });
    const reach = length * apart;

    /** into += ∂y/∂x · t, in every row. */
    const add = (
      y: Float32Array,
      samples: number,
      t: Float32Array,
      perSample: number,
      into: Float32Array,
    ): void => {
      for (let row = 0; row < samples * perSample; row++) {
        const values = Math.floor(row / perSample) * size;
        for (const first of vectors) {
          let mean = 0;
          for (let i = first; i < first + reach; i += apart) mean += y[values + i]! * t[row * size + i]!;
          for (let i = first; i < first + reach; i += apart)
            into[row * size + i]! += y[values + i]! * (t[row * size + i]! - mean);
        }
      }
    };

    return {
      forward(inputs, samples, out) {
        const x = inputs[0]!;
        for (let start = 0; start < samples * size; start += size) {
          for (const first of vectors) {
            const [from, end] = [start + first, start + first + reach];
            let largest = -Infinity;
            for (let i = from; i < end; i += apart) largest = Math.max(largest, x[i]!);
            let sum = 0;
            for (let i = from; i < end; i += apart) sum += Math.exp(x[i]! - largest);
            for (let i = from; i < end; i += apart) out[i] = Math.exp(x[i]! - largest) / sum;
          }
        }
      },

      jvp({ samples, output: y }, [tangent], perSample, out) {
        if (!tangent) return;
        out.fill(0, 0, samples * perSample * size);
        add(y, samples, tangent, perSample, out);
      },

      vjp({ samples, output: y }, cotangent, perSample, [into]) {
        if (into) add(y, samples, cotangent, perSample, into);
      },

      /** With y′ = y ∘ (t − ⟨y, t⟩): y′ ∘ (δ − ⟨y, δ⟩) − y ⟨y′, δ⟩. */
      hvp({ samples, output: y }, delta, [tangent], perSample, [into]) {
        if (!tangent || !into) return;
        for (let row = 0; row < samples * perSample; row++) {
          const values = Math.floor(row / perSample) * size;
          for (const first of vectors) {
            let [meanDelta, mean, both] = [0, 0, 0];
            for (let i = first; i < first + reach; i += apart) {
              const own = y[values + i]!;
              meanDelta += own * delta[values + i]!;
              mean += own * tangent[row * size + i]!;
              both += own * delta[values + i]! * tangent[row * size + i]!;
            }
            both -= mean * meanDelta;
            for (let i = first; i < first + reach; i += apart) {
              const [d, t] = [delta[values + i]! - meanDelta, tangent[row * size + i]! - mean];
              into[row * size + i]! += y[values + i]! * (d * t - both);
            }
          }
        }
      },
    };
  },
};
