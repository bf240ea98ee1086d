import type { Checkpoint } from '../checkpoint/checkpoint';
import { networkFromModules } from './from-modules';
import { networkFromSpec, type LayerSpec } from './from-spec';
import { activationFromHyperParameters, networkFromTensors } from './from-tensors';
import type { Network } from './network';

/**
 * The graph of a checkpoint's network: the user's own description first, then what the file itself holds, then
 * what its tensors' names and shapes allow to be told.
 * @throws InputError when none of them tells
 */
export function findNetwork(checkpoint: Checkpoint, spec?: readonly LayerSpec[]): Network {
  if (spec !== undefined) return networkFromSpec(checkpoint, spec);
  return (
    networkFromModules(checkpoint) ??
    networkFromTensors(checkpoint, activationFromHyperParameters(checkpoint))
  );
}
