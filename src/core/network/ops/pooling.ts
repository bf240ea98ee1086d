import { outputLength, Scratch } from '../../tensor/engine';
import { type Shape, sizeOf } from '../../tensor/shape';
import { depthwise } from './conv';
import { type Kernel, linearKernel, type Rules, ShapeError } from './rules';
import { Largest, selection } from './selection';
import { type ImageShape, imageShapeOf, sidesOf, tapsOf, type Window } from './window';

/** Pooling over windows of [channels, height, width]. */
export interface Pool extends Window {
  readonly kind: 'pool';
  readonly mode: 'max' | 'average';
  /** Whether a window may hang over the end, as ceil_mode lets it. */
  readonly ceil: boolean;
  /** Whether padding counts in the average. */
  readonly countPads: boolean;
}

export const pool: Rules<Pool> = {
  parameters: () => [],

  shape(operation, [input]) {
    const window = hanging(operation, input);
    const [inputs, outputs] = sidesOf(window, input);
    const [rows, columns] = [new Set<number>(), new Set<number>()];
    for (const { top, bottom, left, right } of tapsOf(window, inputs, outputs)) {
      for (let row = top; row < bottom; row++) rows.add(row);
      for (let column = left; column < right; column++) columns.add(column);
    }
    // Their value would be −∞, or 0 / 0.
    if (rows.size < outputs[0] || columns.size < outputs[1])
      throw new ShapeError('has windows with nothing but padding in them');
    return [imageShapeOf(input)[0], ...outputs];
  },

  kernel(operation, { inputs: [input], output }) {
    const window = hanging(operation, input);
    const [image, result] = [imageShapeOf(input), imageShapeOf(output)];
    return operation.mode === 'max' ? maximum(window, image, result) : average(operation, image, result);
  },
};

/** The window with as much more padding behind the image as the last one hangs over. */
function hanging({ kernel, strides, pads, dilations, ceil }: Pool, input: Shape | undefined): Window {
  const [, height = 0, width = 0] = input ?? [];
  const [top, left, bottom, right] = pads;
  const behind = (side: 0 | 1, length: number, before: number, after: number): number => {
    const [taps, stride, dilation] = [kernel[side], strides[side], dilations[side]];
    // As in PyTorch, the last window begins before the end of the image.
    const reach = outputLength(length, taps, before + after + stride - 1, stride, dilation);
    const places = (reach - 1) * stride >= length + before ? reach - 1 : reach;
    return Math.max(after, (places - 1) * stride + dilation * (taps - 1) + 1 - length - before);
  };
  if (!ceil) return { kernel, strides, pads, dilations };
  const [below, beside] = [behind(0, height, top, bottom), behind(1, width, left, right)];
  return { kernel, strides, pads: [top, left, below, beside], dilations };
}

function maximum(
  window: Window,
  [channels, height, width]: ImageShape,
  [, rows, columns]: ImageShape,
): Kernel {
  const taps = tapsOf(window, [height, width], [rows, columns]);
  const [vertical, horizontal] = window.strides;
  const largest = new Largest(channels * rows * columns);
  return selection(channels * height * width, largest.picks, (x, start) => {
    largest.clear();
    for (let c = 0; c < channels; c++) {
      for (const { top, bottom, left, right, origin } of taps) {
        for (let row = top; row < bottom; row++) {
          const first = c * height * width + origin + row * vertical * width;
          for (let column = left; column < right; column++) {
            const place = first + column * horizontal;
            largest.offer((c * rows + row) * columns + column, x[start + place]!, place);
          }
        }
      }
    }
  });
}

/** A depthwise convolution with ones, over the number of values in the window. */
function average(operation: Pool, image: ImageShape, result: ImageShape): Kernel {
  const window = hanging(operation, image);
  const [channels, rows, columns] = result;
  const ones = new Float32Array(channels * window.kernel[0] * window.kernel[1]).fill(1);
  const sum = depthwise(ones, window, image, result);
  const [high, wide] = [counts(operation, 0, image[1], rows), counts(operation, 1, image[2], columns)];
  const share = Float32Array.from(
    { length: sizeOf(result) },
    (_, i) => 1 / (high[Math.floor(i / columns) % rows]! * wide[i % columns]!),
  );
  const scratch = new Scratch();
  return linearKernel({
    apply(x, count, out) {
      sum.apply(x, count, out);
      for (let row = 0, at = 0; row < count; row++) {
        for (let i = 0; i < share.length; i++, at++) out[at]! *= share[i]!;
      }
    },
    applyTransposed(y, count, into) {
      const shares = scratch.take(count * share.length);
      for (let row = 0, at = 0; row < count; row++) {
        for (let i = 0; i < share.length; i++, at++) shares[at] = y[at]! * share[i]!;
      }
      sum.applyTransposed(shares, count, into);
    },
  });
}

/** Along one side, for each of the windows: taps in the image, or in the image and its padding, but not beyond. */
function counts(
  { kernel, strides, pads, dilations, countPads }: Pool,
  side: 0 | 1,
  length: number,
  results: number,
): number[] {
  const [from, end] = countPads ? [-pads[side], length + pads[side === 0 ? 2 : 3]] : [0, length];
  return Array.from({ length: results }, (_, result) => {
    let count = 0;
    for (let tap = 0; tap < kernel[side]; tap++) {
      const at = result * strides[side] + tap * dilations[side] - pads[side];
      if (at >= from && at < end) count++;
    }
    return count;
  });
}
