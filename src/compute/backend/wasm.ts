import {
  matMul,
  ready,
  setBackend,
  tensor2d,
  backend,
  version_core,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Engine } from '../../core/association/engine';
import { tfjsEngine } from './tfjs-engine';

/** The embedded backend. @param folder where the .wasm files lie, ending in a separator */
export async function wasmEngine(folder: string): Promise<Engine> {
  setWasmPaths(folder);
  await setBackend('wasm');
  await ready();
  const wasm = backend();
  if (!(wasm instanceof BackendWasm)) throw new Error('the WebAssembly backend of tfjs did not start');
  const read = (tensor: Tensor2D): Float32Array => {
    const values = wasm.typedArrayFromHeap(tensor);
    if (!(values instanceof Float32Array)) throw new Error(`a product of type ${tensor.dtype}`);
    return values;
  };
  return tfjsEngine(`tfjs-wasm ${version_core}`, { tensor2d, matMul }, read);
}
