import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Shape } from '../tensor/shape';
import { networkOfChain } from './chain';
import { cifar10Fast } from './cifar10-fast';
import { activationFromHyperParameters } from './from-hyper-parameters';
import { chainFromModules } from './from-modules';
import { chainFromSpec, type NetworkSpec } from './from-spec';
import { chainFromTensors } from './from-tensors';
import type { Network } from './network';

/**
 * The graph of a checkpoint's network: the user's own description first, then what the file itself holds, then
 * what its tensors' names and shapes allow to be told.
 * @param sampleShape of the data, e.g. [28, 28] or [3, 32, 32]; convolutions and pools need it
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError when nothing tells
 */
export function findNetwork(checkpoint: Checkpoint, spec?: NetworkSpec): Network | null;
export function findNetwork(
  checkpoint: Checkpoint,
  spec: NetworkSpec | undefined,
  sampleShape: Shape,
): Network;
export function findNetwork(checkpoint: Checkpoint, spec?: NetworkSpec, sampleShape?: Shape): Network | null {
  const told = spec === undefined ? chainFromModules(checkpoint) : chainFromSpec(checkpoint, spec);
  if (told === null) {
    const known = cifar10Fast(checkpoint);
    if (known !== null) return known;
  }
  const chain = told ?? chainFromTensors(checkpoint, activationFromHyperParameters(checkpoint));
  return networkOfChain(checkpoint, chain, sampleShape);
}
