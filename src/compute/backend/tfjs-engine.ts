import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Engine } from '../../core/association/engine';

/** The part of tfjs that is used; every tfjs package carries a tfjs-core of its own. */
export interface Tfjs {
  tensor2d(values: Float32Array, shape: [number, number]): Tensor2D;
  matMul(a: Tensor2D, b: Tensor2D): Tensor2D;
}

/**
 * The engine over any tfjs backend: arrays are copied in and out, which costs about a tenth of a product's time.
 * @param read a tensor's values, valid until the next operation
 */
export function tfjsEngine(name: string, tf: Tfjs, read: (tensor: Tensor2D) => Float32Array): Engine {
  return {
    name,
    multiply(a, b, m, k, n, out) {
      if (m === 0 || n === 0) return;
      const left = tf.tensor2d(a.subarray(0, m * k), [m, k]);
      const right = tf.tensor2d(b.subarray(0, k * n), [k, n]);
      const product = tf.matMul(left, right);
      out.set(read(product));
      left.dispose();
      right.dispose();
      product.dispose();
    },
  };
}
