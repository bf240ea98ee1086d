import type { Kernel } from './kernel';

/**
 * y = scale ∘ (x − mean) / √(variance + epsilon) + shift, of vectors of `length` values that follow on each other in a
 * sample of `size`; scale and shift have one value for each of a sample's, null being 1 and 0.
 *
 * With x̂ = (x − mean) / σ, σ = √(variance + epsilon), P the projection that takes the mean off and ⟨a, b⟩ the mean of
 * a ∘ b: ∂x̂/∂x · t = (P t − ⟨x̂, t⟩ x̂) / σ, a symmetric matrix. Its derivative along r, applied to u, is
 * (x̂ (3 ⟨x̂, r⟩ ⟨x̂, u⟩ − ⟨P r, u⟩) − ⟨x̂, r⟩ P u − ⟨x̂, u⟩ P r) / σ².
 */
export function standardize({
  size,
  length,
  epsilon,
  scale,
  shift,
}: {
  readonly size: number;
  readonly length: number;
  readonly epsilon: number;
  readonly scale: Float32Array | null;
  readonly shift: Float32Array | null;
}): Kernel {
  const factors = scale ?? new Float32Array(size).fill(1);
  const addends = shift ?? new Float32Array(size);
  const standard = new Float64Array(size);
  const deviations = new Float64Array(size / length);
  const cotangents = new Float64Array(size);

  /** Fills `standard` and `deviations`, x̂ and every vector's σ, of one sample. */
  function take(x: Float32Array, start: number): void {
    for (let from = 0, vector = 0; from < size; from += length, vector++) {
      let mean = 0;
      for (let i = from; i < from + length; i++) mean += x[start + i]!;
      mean /= length;
      let variance = 0;
      for (let i = from; i < from + length; i++) variance += (x[start + i]! - mean) ** 2;
      const deviation = Math.sqrt(variance / length + epsilon);
      deviations[vector] = deviation;
      for (let i = from; i < from + length; i++) standard[i] = (x[start + i]! - mean) / deviation;
    }
  }

  return {
    forward(inputs, samples, out) {
      for (let s = 0, at = 0; s < samples; s++) {
        take(inputs[0]!, s * size);
        for (let i = 0; i < size; i++, at++) out[at] = standard[i]! * factors[i]! + addends[i]!;
      }
    },

    jvp({ samples, inputs }, [tangent], perSample, out) {
      if (!tangent) return;
      for (let s = 0; s < samples; s++) {
        take(inputs[0]!, s * size);
        for (let row = s * perSample; row < (s + 1) * perSample; row++) {
          for (let from = 0, vector = 0; from < size; from += length, vector++) {
            const at = row * size;
            let [mean, along] = [0, 0];
            for (let i = from; i < from + length; i++) {
              const t = tangent[at + i]!;
              mean += t;
              along += t * standard[i]!;
            }
            mean /= length;
            along /= length;
            const inverse = 1 / deviations[vector]!;
            for (let i = from; i < from + length; i++)
              out[at + i] = (tangent[at + i]! - mean - along * standard[i]!) * inverse * factors[i]!;
          }
        }
      }
    },

    vjp({ samples, inputs }, cotangent, perSample, [into]) {
      if (!into) return;
      for (let s = 0; s < samples; s++) {
        take(inputs[0]!, s * size);
        for (let row = s * perSample; row < (s + 1) * perSample; row++) {
          for (let from = 0, vector = 0; from < size; from += length, vector++) {
            const at = row * size;
            let [mean, along] = [0, 0];
            for (let i = from; i < from + length; i++) {
              const u = cotangent[at + i]! * factors[i]!;
              mean += u;
              along += u * standard[i]!;
            }
            mean /= length;
            along /= length;
            const inverse = 1 / deviations[vector]!;
            for (let i = from; i < from + length; i++)
              into[at + i]! += (cotangent[at + i]! * factors[i]! - mean - along * standard[i]!) * inverse;
          }
        }
      }
    },

    hvp({ samples, inputs }, delta, [direction], perSample, [into]) {
      if (!direction || !into) return;
      for (let s = 0; s < samples; s++) {
        take(inputs[0]!, s * size);
        for (let i = 0; i < size; i++) cotangents[i] = delta[s * size + i]! * factors[i]!;
        for (let from = 0, vector = 0; from < size; from += length, vector++) {
          let [mean, along] = [0, 0]; // of u
          for (let i = from; i < from + length; i++) {
            mean += cotangents[i]!;
            along += cotangents[i]! * standard[i]!;
          }
          mean /= length;
          along /= length;
          const inverse = 1 / deviations[vector]! ** 2;
          for (let row = s * perSample; row < (s + 1) * perSample; row++) {
            const at = row * size;
            let [meanR, alongR, both] = [0, 0, 0];
            for (let i = from; i < from + length; i++) {
              const r = direction[at + i]!;
              meanR += r;
              alongR += r * standard[i]!;
              both += r * (cotangents[i]! - mean);
            }
            meanR /= length;
            alongR /= length;
            const straight = 3 * along * alongR - both / length;
            for (let i = from; i < from + length; i++) {
              const sideways = alongR * (cotangents[i]! - mean) + along * (direction[at + i]! - meanR);
              into[at + i]! += (straight * standard[i]! - sideways) * inverse;
            }
          }
        }
      }
    },
  };
}
