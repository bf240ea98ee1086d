import { createRequire } from 'node:module';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Engine } from '../../core/tensor/engine';
import { type Tfjs, tfjsEngine } from './tfjs-engine';

const PACKAGE = '@tensorflow/tfjs-node';

/**
 * The native backend, where the user has installed @tensorflow/tfjs-node beside the program. It is never required, because
 * its own installer downloads from outside the registry; and never looked for in the folder that is being worked on,
 * whose code is not to be run.
 * @returns null where it cannot be loaded
 */
export function tensorflowEngine(): Engine | null {
  try {
    // What the package exports is tfjs-core's interface, of which Tfjs is a part.
    const tf = createRequire(__filename)(PACKAGE) as Tfjs & { readonly version_core: string };
    return tfjsEngine(`tfjs-node ${tf.version_core}`, tf, (tensor: Tensor) => tensor.dataSync<'float32'>());
  } catch {
    return null; // not installed, or its native library does not load: the embedded backend serves
  }
}
