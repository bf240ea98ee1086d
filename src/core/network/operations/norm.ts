import { type Shape, sizeOf } from '../../tensor/shape';
import { linearKernel } from './kernel';
import { type Rules, ShapeError } from './rules';
import { standardize } from './standardize';

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
