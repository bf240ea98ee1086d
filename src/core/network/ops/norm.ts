import { type Shape, sizeOf } from '../../tensor/shape';
import { type Kernel, linearKernel, type Rules, ShapeError } from './rules';

/** Batch norm in evaluation mode: a fixed scale and shift of every channel, the first dimension. */
export interface BatchNorm {
  readonly kind: 'batch_norm';
  readonly weight: string | null;
  readonly bias: string | null;
  readonly mean: string;
  readonly variance: string;
  readonly epsilon: number;
}

/** Layer norm over the last `dimensions` dimensions; weight and bias have their shape. */
export interface LayerNorm {
  readonly kind: 'layer_norm';
  readonly dimensions: number;
  readonly weight: string | null;
  readonly bias: string | null;
  readonly epsilon: number;
}

/** Group norm over channels, the first dimension; instance norm has as many groups as channels. */
export interface GroupNorm {
  readonly kind: 'group_norm';
  readonly groups: number;
  readonly weight: string | null;
  readonly bias: string | null;
  readonly epsilon: number;
}

export const batchNorm: Rules<BatchNorm> = {
  parameters: (operation) => present([operation.weight, operation.bias, operation.mean, operation.variance]),

  shape(operation, [input], parameter) {
    const [channels] = input ?? [];
    if (input === undefined || channels === undefined) throw new ShapeError('takes channels');
    for (const name of batchNorm.parameters(operation)) expectSize(name, parameter(name), channels);
    return input;
  },

  kernel({ weight, bias, mean, variance, epsilon }, { output, parameter }) {
    const channels = output[0]!;
    const positions = sizeOf(output) / channels;
    const [means, variances] = [parameter(mean).data, parameter(variance).data];
    const [scales, shifts] = [weight && parameter(weight).data, bias && parameter(bias).data];
    const scale = Float64Array.from(
      { length: channels },
      (_, c) => (scales ? scales[c]! : 1) / Math.sqrt(variances[c]! + epsilon),
    );
    const shift = scale.map((factor, c) => (shifts ? shifts[c]! : 0) - means[c]! * factor);
    const still = new Float64Array(channels);
    return {
      ...linearKernel({
        apply(x, rows, out) {
          affine(x, rows, positions, scale, still, out);
        },
        applyTransposed(y, rows, into) {
          for (let row = 0, at = 0; row < rows; row++) {
            for (let c = 0; c < channels; c++) {
              const factor = scale[c]!;
              for (const end = at + positions; at < end; at++) into[at]! += y[at]! * factor;
            }
          }
        },
      }),
      forward(inputs, samples, out) {
        affine(inputs[0]!, samples, positions, scale, shift, out);
      },
    };
  },
};

function affine(
  x: Float32Array,
  rows: number,
  positions: number,
  scale: Float64Array,
  shift: Float64Array,
  out: Float32Array,
): void {
  for (let row = 0, at = 0; row < rows; row++) {
    for (let c = 0; c < scale.length; c++) {
      const factor = scale[c]!;
      const addend = shift[c]!;
      for (const end = at + positions; at < end; at++) out[at] = x[at]! * factor + addend;
    }
  }
}

export const layerNorm: Rules<LayerNorm> = {
  parameters: ({ weight, bias }) => present([weight, bias]),

  shape(operation, [input], parameter) {
    const { dimensions } = operation;
    if (input === undefined || dimensions < 1 || dimensions > input.length)
      throw new ShapeError(`is over ${dimensions} dimensions and is given [${String(input)}]`);
    const length = sizeOf(input.slice(-dimensions));
    for (const name of layerNorm.parameters(operation)) expectSize(name, parameter(name), length);
    return input;
  },

  kernel({ dimensions, weight, bias, epsilon }, { output, parameter }) {
    const size = sizeOf(output);
    const length = sizeOf(output.slice(-dimensions));
    const spread = (name: string | null): Float32Array | null =>
      name === null ? null : spreadOver(size, parameter(name).data, (i) => i % length);
    return standardize({ size, length, epsilon, scale: spread(weight), shift: spread(bias) });
  },
};

export const groupNorm: Rules<GroupNorm> = {
  parameters: ({ weight, bias }) => present([weight, bias]),

  shape(operation, [input], parameter) {
    const { groups } = operation;
    const [channels] = input ?? [];
    if (input === undefined || channels === undefined || !(groups >= 1) || channels % groups !== 0)
      throw new ShapeError(`has ${groups} groups and is given [${String(input)}]`);
    for (const name of groupNorm.parameters(operation)) expectSize(name, parameter(name), channels);
    return input;
  },

  kernel({ groups, weight, bias, epsilon }, { output, parameter }) {
    const size = sizeOf(output);
    const positions = size / output[0]!;
    const spread = (name: string | null): Float32Array | null =>
      name === null ? null : spreadOver(size, parameter(name).data, (i) => Math.floor(i / positions));
    return standardize({ size, length: size / groups, epsilon, scale: spread(weight), shift: spread(bias) });
  },
};

function present(names: readonly (string | null)[]): readonly string[] {
  return names.filter((name) => name !== null);
}

function expectSize(name: string, shape: Shape, size: number): void {
  if (sizeOf(shape) !== size) throw new ShapeError(`has ${name} of [${String(shape)}] for ${size} values`);
}

/** One value of a parameter for every value of a sample. */
function spreadOver(size: number, values: Float32Array, index: (i: number) => number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => values[index(i)]!);
}

/**
 * y = scale ∘ (x − mean) / √(variance + epsilon) + shift, of vectors of `length` values that follow on each other in a
 * sample of `size`; scale and shift have one value for each of a sample's, null being 1 and 0.
 *
 * With x̂ = (x − mean) / σ, σ = √(variance + epsilon), P the projection that takes the mean off and ⟨a, b⟩ the mean of
 * a ∘ b: ∂x̂/∂x · t = (P t − ⟨x̂, t⟩ x̂) / σ, a symmetric matrix. Its derivative along t, applied to u, is
 * (x̂ (3 ⟨x̂, t⟩ ⟨x̂, u⟩ − ⟨P t, u⟩) − ⟨x̂, t⟩ P u − ⟨x̂, u⟩ P t) / σ².
 */
function standardize({
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

    hvp({ samples, inputs }, delta, [tangent], perSample, [into]) {
      if (!tangent || !into) return;
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
            let [meanT, alongT, both] = [0, 0, 0];
            for (let i = from; i < from + length; i++) {
              const t = tangent[at + i]!;
              meanT += t;
              alongT += t * standard[i]!;
              both += t * (cotangents[i]! - mean);
            }
            meanT /= length;
            alongT /= length;
            const straight = 3 * along * alongT - both / length;
            for (let i = from; i < from + length; i++) {
              const sideways = alongT * (cotangents[i]! - mean) + along * (tangent[at + i]! - meanT);
              into[at + i]! += (straight * standard[i]! - sideways) * inverse;
            }
          }
        }
      }
    },
  };
}
