import type { LinearMap } from './kernel';
import type { ImageShape } from './channels-last';
import { type Sides, tapsOf, type Window } from './window';

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
