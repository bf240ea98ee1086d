import { createRequire } from 'node:module';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  backend,
  conv2d,
  matMul,
  ready,
  setBackend,
  tensor2d,
  tensor4d,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  version_core,
} from '@tensorflow/tfjs-core';
import { InputError } from '../core/base/error';
import { type BackendName, type Engine, outputLength } from '../core/tensor/engine';

const NATIVE = '@tensorflow/tfjs-node';

/**
 * Starts a tensor backend; `auto` takes the native one where it can be loaded.
 * @param folder where the .wasm files lie
 * @throws InputError when the native one was asked for and cannot be loaded
 */
export async function startEngine(name: BackendName, folder: string): Promise<Engine> {
  if (name !== 'wasm') {
    const engine = tensorflowEngine();
    if (engine !== null) return engine;
    if (name === 'tensorflow') {
      throw new InputError(
        'backend tensorflow',
        `the package ${NATIVE} cannot be loaded`,
        `Install it with "npm install ${NATIVE}", or choose the backend wasm`,
      );
    }
  }
  return wasmEngine(folder);
}

/**
 * The native backend, where the user has installed @tensorflow/tfjs-node beside the program. It is never required, because
 * its own installer downloads from outside the registry; and never looked for in the folder that is being worked on,
 * whose code is not to be run.
 * @returns null where it cannot be loaded
 */
function tensorflowEngine(): Engine | null {
  try {
    // What the package exports is tfjs-core's interface, of which Tfjs is a part.
    const tf = createRequire(__filename)(NATIVE) as Tfjs & { readonly version_core: string };
    return tfjsEngine(`tfjs-node ${tf.version_core}`, tf, (tensor: Tensor) => tensor.dataSync<'float32'>());
  } catch {
    return null; // not installed, or its native library does not load: the embedded backend serves
  }
}

/** The embedded backend. @param folder where the .wasm files lie */
async function wasmEngine(folder: string): Promise<Engine> {
  setWasmPaths(`${folder}/`);
  await setBackend('wasm');
  await ready();
  const wasm = backend();
  if (!(wasm instanceof BackendWasm)) throw new Error('the WebAssembly backend of tfjs did not start');
  const read = (tensor: Tensor): Float32Array => {
    const values = wasm.typedArrayFromHeap(tensor);
    if (!(values instanceof Float32Array)) throw new Error(`a product of type ${tensor.dtype}`);
    return values;
  };
  return tfjsEngine(`tfjs-wasm ${version_core}`, { tensor2d, tensor4d, matMul, conv2d }, read);
}

type Padding = [[number, number], [number, number], [number, number], [number, number]];

/** The part of tfjs that is used; every tfjs package carries a tfjs-core of its own. */
interface Tfjs {
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
function tfjsEngine(name: string, tf: Tfjs, read: (tensor: Tensor) => Float32Array): Engine {
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
