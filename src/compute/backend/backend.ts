import type { BackendName } from '../../core/engine';
import type { Engine } from '../../core/engine';
import { InputError } from '../../core/error';
import { tensorflowEngine } from './tensorflow';
import { wasmEngine } from './wasm';

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
        'the package @tensorflow/tfjs-node cannot be loaded',
        'Install it with "npm install @tensorflow/tfjs-node", or choose the backend wasm',
      );
    }
  }
  return wasmEngine(`${folder}/`);
}
