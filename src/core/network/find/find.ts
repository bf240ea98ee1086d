import { InputError } from '../../base/error';
import { listed } from '../../base/text';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { openCheckpoint } from '../../checkpoint/formats/open';
import { asideSentence } from '../../checkpoint/set-aside';
import { TENSORFLOW } from '../../checkpoint/formats/tensorflow-graph';
import type { Shape } from '../../tensor/shape';
import { withoutEnding } from '../ending';
import { networkFromKeras } from '../keras/from-keras';
import { type Network, selectHidden } from '../network';
import { networkFromOnnx, networkFromOnnxFor } from '../onnx/from-onnx';
import { rulesOf } from '../ops/operation';
import { networkFromTensorflow } from '../tensorflow/from-tensorflow';
import { networkOfChain } from './chain';
import { cifar10Fast } from './cifar10-fast';
import { chainFromModules } from './from-modules';
import { networkFromPerceptron } from './from-perceptron';
import { chainFromSpec, type NetworkSpec } from './from-spec';
import { type NetworkHints, readingsOfTensors } from './from-tensors';
import { networkFromTorch, networkFromTorchFor } from './from-torch';
import { chainFromTree } from './from-tree';
import { resNet } from './resnet';
import { vggOrAlexNet } from './vgg';

/** What the user says of a network. */
export interface NetworkDescription {
  /** Its graph: layer by layer, or an ONNX model's, or what the tensors do not tell; found in the checkpoint by default. */
  readonly network?: NetworkSpec | NetworkHints | { readonly graph: string } | undefined;
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
  const alone = await find(checkpoint, network, sampleShape);
  if (alone === null) return null;
  const found = { ...alone, notes: [...(checkpoint.notes ?? []), ...alone.notes] };
  const chosen = (one: Network): Network =>
    layers === undefined ? withoutEnding(one) : selectHidden(withoutEnding(one), layers);
  return eachReading(found, chosen);
}

/** A change of a network, made in all of its readings. */
function eachReading(
  { otherReadings = [], ...network }: Network,
  change: (one: Network) => Network,
): Network {
  const changed = change(network);
  return otherReadings.length === 0 ? changed : { ...changed, otherReadings: otherReadings.map(change) };
}

async function find(
  checkpoint: Checkpoint,
  described: NetworkDescription['network'],
  sampleShape: Shape | undefined,
): Promise<Network | null> {
  if (described === undefined && checkpoint.perceptron !== undefined)
    return networkFromPerceptron(checkpoint, checkpoint.perceptron);
  if (described === undefined && checkpoint.graph !== undefined) {
    const isTensorflow = checkpoint.graph.nodes[0]?.domain === TENSORFLOW;
    return isTensorflow ? networkFromTensorflow(checkpoint) : networkFromOnnx(checkpoint);
  }
  const hasProgram = checkpoint.script !== undefined || checkpoint.exported !== undefined;
  if (described === undefined && hasProgram) return networkFromTorch(checkpoint, sampleShape);
  if (described !== undefined && 'graph' in described) {
    const graph = await openCheckpoint(described.graph);
    try {
      return await networkFromGraph(checkpoint, graph, sampleShape);
    } finally {
      await graph.close();
    }
  }
  return sampleShape === undefined
    ? findNetwork(checkpoint, described)
    : findNetwork(checkpoint, described, sampleShape);
}

/** The network whose graph another file holds. @throws InputError where that file holds none */
async function networkFromGraph(
  checkpoint: Checkpoint,
  graph: Checkpoint,
  sampleShape: Shape | undefined,
): Promise<Network | null> {
  if (graph.graph !== undefined) return networkFromOnnxFor(checkpoint, graph);
  if (graph.script !== undefined || graph.exported !== undefined)
    return networkFromTorchFor(checkpoint, graph, sampleShape);
  throw new InputError(
    graph.path,
    `is of the format ${graph.format}, which holds no graph`,
    '"model" names an ONNX model, a torch.export archive (.pt2) or a TorchScript file',
  );
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
  return network && eachReading(network, (one) => withTensors(checkpoint, one));
}

function fromTold(
  checkpoint: Checkpoint,
  told: NetworkSpec | NetworkHints | undefined,
  sampleShape: Shape | undefined,
): Network | null {
  if (told !== undefined && 'layers' in told)
    return networkOfChain(checkpoint, chainFromSpec(checkpoint, told), sampleShape);
  if (told === undefined) {
    if (checkpoint.keras !== undefined)
      return networkFromKeras(checkpoint, checkpoint.keras.config, sampleShape);
    const modules = chainFromModules(checkpoint);
    if (modules !== null) return networkOfChain(checkpoint, modules, sampleShape);
    const known = cifar10Fast(checkpoint);
    if (known !== null) return known;
    const build = resNet(checkpoint) ?? vggOrAlexNet(checkpoint);
    if (build !== null) return sampleShape === undefined ? null : build(sampleShape);
  }
  const tree = chainFromTree(checkpoint, told, sampleShape);
  if (tree !== null) return networkOfChain(checkpoint, tree, sampleShape);
  const readings = readingsOfTensors(checkpoint, told, sampleShape);
  if (readings === null) return null;
  const [network = null, ...otherReadings] = readings.chains.map((chain) =>
    networkOfChain(checkpoint, chain, sampleShape),
  );
  return (
    network && {
      ...network,
      otherReadings: otherReadings.filter((other) => other !== null),
      ...(readings.refusal !== null && { refusal: readings.refusal }),
    }
  );
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
