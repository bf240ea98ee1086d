import { parentPort } from 'node:worker_threads';
import { startEngine } from '../src/compute/backends';
import type { Engine } from '../src/core/tensor/engine';
import { type Method, portOf, serve } from '../src/rpc';
import { evaluate, type Samples, train, type Trained, type TrainingRecipe } from './train';

// The entry of a worker thread, which trains one network after the other on an engine of its own.

/** A network that was trained, and how it does without dropout. */
export interface TrainedAndTried extends Omit<Trained, 'network'> {
  /** As in DenseNetwork. */
  readonly values: Float32Array;
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly test: { readonly loss: number; readonly accuracy: number };
}

/** The tasks of a worker. */
export interface TrainingMethods {
  /**
   * Starts the tensor backend and takes the samples, which are shared; the answer is the backend's name.
   * @see startEngine for `folder`
   */
  start: Method<{ folder: string; train: Samples; test: Samples }, string>;
  train: Method<TrainingRecipe, TrainedAndTried>;
}

if (parentPort === null) throw new Error('a worker thread is started by another');

let started: { readonly engine: Engine; readonly train: Samples; readonly test: Samples } | null = null;

serve<TrainingMethods>(portOf(parentPort), {
  start: async ({ folder, train, test }) => {
    // Always the embedded one, so that every machine trains the same networks.
    started = { engine: await startEngine('wasm', folder), train, test };
    return started.engine.name;
  },
  train: (recipe, { transfer }) => {
    if (started === null) throw new Error('train before start');
    const { engine } = started;
    const { network, ...trained } = train(recipe, started.train, engine);
    const { values } = network;
    transfer(values.buffer as ArrayBuffer); // it is made in train, and not shared
    return {
      ...trained,
      values,
      train: evaluate(network, started.train, engine),
      test: evaluate(network, started.test, engine),
    };
  },
});
