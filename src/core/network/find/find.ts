import type { Checkpoint } from '../../checkpoint/checkpoint';
import { openCheckpoint } from '../../checkpoint/formats/open';
import type { Shape } from '../../tensor/shape';
import { type Network, selectHidden } from '../network';
import { networkFromOnnx, networkFromOnnxFor } from '../onnx/from-onnx';
import { networkOfChain } from './chain';
import { cifar10Fast } from './cifar10-fast';
import { chainFromModules } from './from-modules';
import { chainFromSpec, type NetworkSpec } from './from-spec';
import { chainFromTensors, type NetworkHints } from './from-tensors';

/** What the user says of a network. */
export interface NetworkDescription {
  /** Its graph: layer by layer, or an ONNX model's, or what the tensors do not tell; found in the checkpoint by default. */
  readonly network?: NetworkSpec | NetworkHints | { readonly onnx: string } | undefined;
  /** Names of the hidden layers to analyze; by default the nonlinearities. */
  readonly layers?: readonly string[] | undefined;
}

/**
 * The network of a checkpoint.
 * @param sampleShape of the data, where it is known
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError when nothing tells, or there is no layer of a name
 */
export async function networkOf(
  checkpoint: Checkpoint,
  { network, layers }: NetworkDescription,
  sampleShape?: Shape,
): Promise<Network | null> {
  const found = await find(checkpoint, network, sampleShape);
  return found === null || layers === undefined ? found : selectHidden(found, layers);
}

async function find(
  checkpoint: Checkpoint,
  described: NetworkDescription['network'],
  sampleShape: Shape | undefined,
): Promise<Network | null> {
  if (described === undefined && checkpoint.graph !== undefined) return networkFromOnnx(checkpoint);
  if (described !== undefined && 'onnx' in described) {
    const onnx = await openCheckpoint(described.onnx);
    try {
      return await networkFromOnnxFor(checkpoint, onnx);
    } finally {
      await onnx.close();
    }
  }
  return sampleShape === undefined
    ? findNetwork(checkpoint, described)
    : findNetwork(checkpoint, described, sampleShape);
}

/**
 * The graph of a checkpoint's network: the user's own description first, then what the file itself holds, then
 * what its tensors' names and shapes allow to be told.
 * @param sampleShape of the data, e.g. [28, 28] or [3, 32, 32]; convolutions and pools need it
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError when nothing tells
 */
export function findNetwork(checkpoint: Checkpoint, told?: NetworkSpec | NetworkHints): Network | null;
export function findNetwork(
  checkpoint: Checkpoint,
  told: NetworkSpec | NetworkHints | undefined,
  sampleShape: Shape,
): Network;
export function findNetwork(
  checkpoint: Checkpoint,
  told?: NetworkSpec | NetworkHints,
  sampleShape?: Shape,
): Network | null {
  if (told !== undefined) {
    const chain = 'layers' in told ? chainFromSpec(checkpoint, told) : chainFromTensors(checkpoint, told);
    return networkOfChain(checkpoint, chain, sampleShape);
  }
  const modules = chainFromModules(checkpoint);
  if (modules !== null) return networkOfChain(checkpoint, modules, sampleShape);
  return cifar10Fast(checkpoint) ?? networkOfChain(checkpoint, chainFromTensors(checkpoint), sampleShape);
}
