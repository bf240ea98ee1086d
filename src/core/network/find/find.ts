import { listed } from '../../base/text';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { openCheckpoint } from '../../checkpoint/formats/open';
import { asideSentence } from '../../checkpoint/set-aside';
import type { Shape } from '../../tensor/shape';
import { withoutEnding } from '../ending';
import { type Network, selectHidden } from '../network';
import { networkFromOnnx, networkFromOnnxFor } from '../onnx/from-onnx';
import { rulesOf } from '../ops/operation';
import { networkOfChain } from './chain';
import { cifar10Fast } from './cifar10-fast';
import { chainFromModules } from './from-modules';
import { chainFromSpec, type NetworkSpec } from './from-spec';
import { chainFromTensors, type NetworkHints } from './from-tensors';
import { resNet } from './resnet';
import { vggOrAlexNet } from './vgg';

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
  if (found === null) return null;
  const whole = withoutEnding(found);
  return layers === undefined ? whole : selectHidden(whole, layers);
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
  const network = fromTold(checkpoint, told, sampleShape);
  return network && withTensors(checkpoint, network);
}

function fromTold(
  checkpoint: Checkpoint,
  told: NetworkSpec | NetworkHints | undefined,
  sampleShape: Shape | undefined,
): Network | null {
  if (told !== undefined && 'layers' in told)
    return networkOfChain(checkpoint, chainFromSpec(checkpoint, told), sampleShape);
  if (told === undefined) {
    const modules = chainFromModules(checkpoint);
    if (modules !== null) return networkOfChain(checkpoint, modules, sampleShape);
    const known = cifar10Fast(checkpoint);
    if (known !== null) return known;
    const build = resNet(checkpoint) ?? vggOrAlexNet(checkpoint);
    if (build !== null) return sampleShape === undefined ? null : build(sampleShape);
  }
  const chain = chainFromTensors(checkpoint, told, sampleShape);
  return chain && networkOfChain(checkpoint, chain, sampleShape);
}

/** Says as well which tensors were set aside, which weights are computed, and what is assumed of those. */
function withTensors(checkpoint: Checkpoint, network: Network): Network {
  const used = new Set(
    network.nodes.flatMap(({ operation }) =>
      operation.kind === 'input' ? [] : rulesOf(operation).parameters(operation),
    ),
  );
  const computed = [...checkpoint.tensors.values()].flatMap(({ name, computed }) =>
    computed !== undefined && used.has(name) ? [{ name, ...computed }] : [],
  );
  const aside = asideSentence(checkpoint.tensors.values());
  const notes = [...network.notes];
  if (computed.length > 0) {
    const formulas = computed.map(({ name, formula }) => `${name} = ${formula}`);
    notes.push(`Computed from their parts, as in evaluation mode: ${listed(formulas, 3)}.`);
  }
  if (aside !== null) notes.push(aside);
  const assumptions = computed.flatMap(({ assumption }) => assumption ?? []);
  return { ...network, assumptions: [...network.assumptions, ...assumptions], notes };
}
