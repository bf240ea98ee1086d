import { type Engine, Scratch, transposeMatrix } from '../../tensor/engine';
import { type Shape, sizeOf } from '../../tensor/shape';
import { gatherStrided, rowMajorStrides } from '../../tensor/strides';
import { convolution } from './convolution';
import { linearKernel, type LinearMap, type Parameter, type Rules, ShapeError } from './rules';
import { type ImageShape, imageShapeOf, type Sides, sidesOf, tapsOf, type Window } from './window';

/**
 * How a convolution's weight is stored: PyTorch keeps `oihw`, [filters, channels / groups, height, width]; Keras and
 * TensorFlow `hwio`, and for depthwise ones `hwcm`, [height, width, channels, filters per channel].
 */
export type ConvLayout = 'oihw' | 'hwio' | 'hwcm';

/** A two-dimensional convolution of [channels, height, width] as nn.Conv2d does. */
export interface Conv extends Omit<Window, 'kernel'> {
  readonly kind: 'conv';
  readonly weight: string;
  readonly bias: string | null;
  readonly groups: number;
  /** `oihw` where it says nothing. */
  readonly layout?: ConvLayout;
}

export const conv: Rules<Conv> = {
  parameters: ({ weight, bias }) => (bias === null ? [weight] : [weight, bias]),

  shape(operation, [input], parameter) {
    const shape = filterShape(operation, parameter(operation.weight));
    const [filters, channels, window] = filtersOf(operation, shape);
    const [, outputs] = sidesOf(window, input);
    const { groups, bias } = operation;
    if (input?.[0] !== channels * groups)
      throw new ShapeError(
        `takes ${groups === 1 ? '' : `${groups} groups of `}${channels} channels and is given [${String(input)}]`,
      );
    if (filters % groups !== 0) throw new ShapeError(`has ${filters} filters for ${groups} groups`);
    if (bias !== null && sizeOf(parameter(bias)) !== filters)
      throw new ShapeError(`has ${filters} filters and a bias of [${String(parameter(bias))}]`);
    return [filters, ...outputs];
  },

  kernel(operation, { inputs, output, engine, parameter }) {
    const stored = parameter(operation.weight);
    const weight = filterValues(operation, stored);
    const [, , window] = filtersOf(operation, filterShape(operation, stored.shape));
    const [before, after] = [imageShapeOf(inputs[0]), imageShapeOf(output)];
    const bias = operation.bias === null ? null : parameter(operation.bias).data;
    const positions = after[1] * after[2];
    return linearKernel({
      ...mapOf(engine, weight, window, before, after, operation.groups),
      offset:
        bias === null
          ? undefined
          : (y, rows) => {
              for (let plane = 0, at = 0; plane < rows * bias.length; plane++) {
                const value = bias[plane % bias.length]!;
                for (const end = at + positions; at < end; at++) y[at]! += value;
              }
            },
    });
  },
};

function mapOf(
  engine: Engine,
  weight: Float32Array,
  window: Window,
  input: ImageShape,
  output: ImageShape,
  groups: number,
): LinearMap {
  if (groups === input[0] && groups > 1) return depthwise(weight, window, input, output);
  const { kernel, strides, pads } = window;
  const pointwise = groups === 1 && Math.max(...kernel, ...strides) === 1 && Math.max(...pads) === 0;
  // With few positions, a product for every row would cost more in calls than rearranging does.
  if (pointwise && output[1] * output[2] >= 64) return products(engine, weight, input, output[0]);
  return convolution(engine, { weight, window, input, output, groups });
}

/** A convolution by one tap: a product of the weight with every row's values, as they lie. */
function products(
  engine: Engine,
  weight: Float32Array,
  [channels, height, width]: ImageShape,
  filters: number,
): LinearMap {
  const positions = height * width;
  const [before, after] = [channels * positions, filters * positions];
  const transposed = transposeMatrix(weight, filters, channels);
  const scratch = new Scratch();
  return {
    apply(x, rows, out) {
      for (let row = 0; row < rows; row++) {
        const own = x.subarray(row * before);
        engine.multiply(weight, own, filters, channels, positions, out.subarray(row * after));
      }
    },
    applyTransposed(y, rows, into) {
      const product = scratch.take(before);
      for (let row = 0, at = 0; row < rows; row++) {
        engine.multiply(transposed, y.subarray(row * after), channels, filters, positions, product);
        for (let i = 0; i < before; i++, at++) into[at]! += product[i]!;
      }
    },
  };
}

/** [filters, channels / groups, height, width] of a weight as it is stored. */
function filterShape({ layout = 'oihw' }: Conv, stored: Shape): Shape {
  const [a, b, c, d, ...rest] = stored;
  if (a === undefined || b === undefined || c === undefined || d === undefined || rest.length > 0)
    return stored;
  if (layout === 'oihw') return stored;
  return layout === 'hwio' ? [d, c, a, b] : [c * d, 1, a, b];
}

function filterValues({ layout = 'oihw' }: Conv, { shape, data }: Parameter): Float32Array {
  const [height = 1, width = 1, channels = 1, filters = 1] = shape;
  if (layout === 'oihw') return data;
  if (layout === 'hwcm') return transposeMatrix(data, height * width, channels * filters);
  const [row = 0, column = 0, channel = 0, filter = 0] = rowMajorStrides(shape);
  const turned = gatherStrided(data, [filters, channels, height, width], [filter, channel, row, column]);
  return Float32Array.from(turned);
}

function filtersOf(
  { strides, pads, dilations, groups }: Conv,
  shape: Shape,
): [filters: number, channels: number, Window] {
  const [filters, channels, height, width, ...rest] = shape;
  if (
    filters === undefined ||
    channels === undefined ||
    height === undefined ||
    width === undefined ||
    rest.length > 0 ||
    !(Number.isSafeInteger(groups) && groups > 0)
  )
    throw new ShapeError(`has a weight of [${String(shape)}], not of four dimensions`);
  return [filters, channels, { kernel: [height, width], strides, pads, dilations }];
}

/**
 * A convolution in which every filter sees one channel: too little work per value for a product of matrices.
 * @param weight [filters, kernel height, kernel width]; filter f sees channel ⌊f · channels / filters⌋
 */
export function depthwise(
  weight: Float32Array,
  window: Window,
  [channels, height, width]: ImageShape,
  [filters, rows, columns]: ImageShape,
): LinearMap {
  const inputs: Sides = [height, width];
  const taps = tapsOf(window, inputs, [rows, columns]);
  const [down, right] = [window.strides[0] * width, window.strides[1]];
  const [from, to] = [height * width, rows * columns];
  const multiplier = filters / channels;
  return {
    apply(x, count, out) {
      out.fill(0, 0, count * filters * to);
      for (let plane = 0; plane < count * filters; plane++) {
        const image = Math.floor(plane / multiplier) * from;
        for (let t = 0; t < taps.length; t++) {
          const tap = taps[t]!;
          const w = weight[(plane % filters) * taps.length + t]!;
          for (let r = tap.top; r < tap.bottom; r++) {
            let i = image + tap.origin + r * down + tap.left * right;
            const end = plane * to + r * columns + tap.right;
            for (let o = end - tap.right + tap.left; o < end; o++, i += right) out[o]! += w * x[i]!;
          }
        }
      }
    },
    applyTransposed(y, count, into) {
      for (let plane = 0; plane < count * filters; plane++) {
        const image = Math.floor(plane / multiplier) * from;
        for (let t = 0; t < taps.length; t++) {
          const tap = taps[t]!;
          const w = weight[(plane % filters) * taps.length + t]!;
          for (let r = tap.top; r < tap.bottom; r++) {
            let i = image + tap.origin + r * down + tap.left * right;
            const end = plane * to + r * columns + tap.right;
            for (let o = end - tap.right + tap.left; o < end; o++, i += right) into[i]! += w * y[o]!;
          }
        }
      }
    },
  };
}
