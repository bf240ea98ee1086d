import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { type Engine, outputLength } from '../../core/tensor/engine';

type Padding = [[number, number], [number, number], [number, number], [number, number]];

/** The part of tfjs that is used; every tfjs package carries a tfjs-core of its own. */
export interface Tfjs {
  tensor2d(values: Float32Array, shape: [number, number]): Tensor2D;
  tensor4d(values: Float32Array, shape: [number, number, number, number]): Tensor4D;
  matMul(a: Tensor2D, b: Tensor2D): Tensor2D;
  conv2d(
    x: Tensor4D,
    filter: Tensor4D,
    strides: [number, number],
    pad: Padding,
    dataFormat: 'NHWC',
    dilations: [number, number],
  ): Tensor4D;
}

/**
 * The engine over any tfjs backend: arrays are copied in and out, which costs about a tenth of a product's time.
 * @param read a tensor's values, valid until the next operation
 */
export function tfjsEngine(name: string, tf: Tfjs, read: (tensor: Tensor) => Float32Array): Engine {
  const finish = (result: Tensor, out: Float32Array, ...operands: readonly Tensor[]): void => {
    out.set(read(result));
    for (const tensor of [result, ...operands]) tensor.dispose();
  };
  return {
    name,
    multiply(a, b, m, k, n, out) {
      if (m === 0 || n === 0) return;
      const left = tf.tensor2d(a.subarray(0, m * k), [m, k]);
      const right = tf.tensor2d(b.subarray(0, k * n), [k, n]);
      finish(tf.matMul(left, right), out, left, right);
    },
    convolve(x, filter, rows, of, out) {
      if (rows === 0) return;
      const { height, width, channels, filters, kernel, strides, dilations, pads } = of;
      const [top, left, bottom, right] = pads;
      const sides = [
        outputLength(height, kernel[0], top + bottom, strides[0], dilations[0]),
        outputLength(width, kernel[1], left + right, strides[1], dilations[1]),
      ];
      if (Math.min(...sides) < 1) throw new Error(`a convolution of ${height} × ${width} has no output`);
      const images = tf.tensor4d(x.subarray(0, rows * height * width * channels), [
        rows,
        height,
        width,
        channels,
      ]);
      const taps = tf.tensor4d(filter.subarray(0, kernel[0] * kernel[1] * channels * filters), [
        ...kernel,
        channels,
        filters,
      ]);
      const padding: Padding = [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ];
      const result = tf.conv2d(images, taps, [...strides], padding, 'NHWC', [...dilations]);
      finish(result, out, images, taps);
    },
  };
}
