import type { Checkpoint } from '../checkpoint/checkpoint';
import { openCheckpoint } from '../checkpoint/open';
import { findNetwork } from '../network/find';
import { networkFromOnnx, networkFromOnnxFor } from '../network/from-onnx/from-onnx';
import type { NetworkSpec } from '../network/from-spec';
import { selectHidden } from '../network/hidden';
import type { Network } from '../network/network';
import type { Shape } from '../tensor/shape';

/** What the user says of a network. */
export interface NetworkDescription {
  /** Its graph: layer by layer, or an ONNX model's; found in the checkpoint by default. */
  readonly network?: NetworkSpec | { readonly onnx: string } | undefined;
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
