import {
  backend,
  conv2d,
  matMul,
  ready,
  setBackend,
  tensor2d,
  tensor4d,
  type Tensor,
  version_core,
} from '@tensorflow/tfjs-core';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Engine } from '../../core/tensor/engine';
import { tfjsEngine } from './tfjs-engine';

/** The embedded backend. @param folder where the .wasm files lie, ending in a separator */
export async function wasmEngine(folder: string): Promise<Engine> {
  setWasmPaths(folder);
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
