import { Scratch } from '../../tensor/engine';
import { type Shape, sizeOf } from '../../tensor/shape';
import { broadcastStrides, stridedIndices } from '../../tensor/strides';
import { type Rules, ShapeError } from './rules';

/** a right of 0 and slope · a left of it, with learned slopes: as nn.PReLU. */
export interface Prelu {
  readonly kind: 'prelu';
  /** The slopes: one for all values, or one for each place along some dimensions. */
  readonly weight: string;
  /** Which dimensions of a sample those of the slopes are: PyTorch's the first, the channels; ONNX broadcasts from the last. */
  readonly aligned: 'first' | 'last';
}

export const prelu: Rules<Prelu> = {
  parameters: ({ weight }) => [weight],

  shape({ weight, aligned }, [input], parameter) {
    if (input === undefined) throw new ShapeError('takes one input');
    spreadShape(parameter(weight), aligned, input);
    return input;
  },

  kernel({ weight, aligned }, { output, parameter }) {
    const { shape, data } = parameter(weight);
    const spread = spreadShape(shape, aligned, output);
    const slopes = Float32Array.from(
      stridedIndices(output, broadcastStrides(spread, output)),
      (index) => data[index]!,
    );
    const size = sizeOf(output);
    const scratch = new Scratch();
    const slopesAt = (x: Float32Array, sample: number): Float32Array => {
      const factors = scratch.take(size);
      for (let i = 0, at = sample * size; i < size; i++, at++) factors[i] = x[at]! > 0 ? 1 : slopes[i]!;
      return factors;
    };
    return {
      forward(inputs, samples, out) {
        const x = inputs[0]!;
        for (let s = 0, at = 0; s < samples; s++) {
          for (let i = 0; i < size; i++, at++) out[at] = x[at]! > 0 ? x[at]! : slopes[i]! * x[at]!;
        }
      },
      jvp({ inputs, samples }, [tangent], perSample, out) {
        if (!tangent) return;
        for (let s = 0, at = 0; s < samples; s++) {
          const factors = slopesAt(inputs[0]!, s);
          for (let row = 0; row < perSample; row++) {
            for (let i = 0; i < size; i++, at++) out[at] = tangent[at]! * factors[i]!;
          }
        }
      },
      vjp({ inputs, samples }, cotangent, perSample, [into]) {
        if (!into) return;
        for (let s = 0, at = 0; s < samples; s++) {
          const factors = slopesAt(inputs[0]!, s);
          for (let row = 0; row < perSample; row++) {
            for (let i = 0; i < size; i++, at++) into[at]! += cotangent[at]! * factors[i]!;
          }
        }
      },
      hvp: null,
    };
  },
};

/** The shape in which the slopes can be broadcast to a sample's. */
function spreadShape(slopes: Shape, aligned: Prelu['aligned'], sample: Shape): Shape {
  if (sizeOf(slopes) === 1) return [];
  const own = aligned === 'first' ? [...slopes, ...sample.slice(slopes.length).map(() => 1)] : slopes;
  const offset = sample.length - own.length;
  if (offset < 0 || own.some((size, axis) => size !== 1 && size !== sample[axis + offset]))
    throw new ShapeError(`has slopes of [${String(slopes)}] and is given [${String(sample)}]`);
  return own;
}
