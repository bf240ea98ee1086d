import { InputError } from '../base/error';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Tensor } from '../tensor/dtype';
import { type Shape, sizeOf } from '../tensor/shape';
import { asDenseStack, type DenseStack } from './dense-stack';
import type { Network, Node } from './network';
import { rulesOf } from './ops/operation';
import type { Parameter } from './ops/rules';

/** The graph of a network that is no dense stack, with its parameters. Plain data: workers get a copy. */
export interface GraphModel {
  readonly kind: 'graph';
  /** The first is the input, the last the logits. */
  readonly nodes: readonly Node[];
  /** Indices of the hidden layers, in network order. */
  readonly hidden: readonly number[];
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** A network in float32, ready to be measured. */
export type Model = DenseStack | GraphModel;

/** A hidden layer: `units` at each of `positions` places, e.g. the channels of an image. */
export interface Layer {
  readonly name: string;
  readonly kind: 'dense' | 'conv';
  readonly shape: Shape;
  readonly units: number;
  readonly positions: number;
  /** Whether a sample's values are [...positions, units], as tokens are, and not [units, ...positions]. */
  readonly unitsLast: boolean;
}

/** Reads the parameters of a network. @throws InputError where one is not finite, or there is nothing to measure */
export async function loadModel(checkpoint: Checkpoint, network: Network): Promise<Model> {
  const { nodes, hidden } = network;
  const logits = nodes.at(-1);
  if (hidden.length === 0 || logits === undefined || hidden.includes(nodes.length - 1)) {
    throw new InputError(
      checkpoint.path,
      'there are no hidden layers, or no logits after them',
      'A network needs at least one hidden layer, and a layer without a nonlinearity at its end',
    );
  }
  if (logits.shape.length !== 1) {
    throw new InputError(
      checkpoint.path,
      `its output ${logits.name} has the shape [${logits.shape.join(', ')}], not one row of numbers for a sample`,
      'Classifiers and regressions of single samples can be analyzed',
    );
  }
  const parameters = await loadParameters(checkpoint, network);
  return asDenseStack(network, parameters) ?? { kind: 'graph', nodes, hidden, parameters };
}

/** The hidden layers, in network order. */
export function hiddenLayers(model: Model): Layer[] {
  if (model.kind === 'stack') {
    return model.hidden.map(({ name, outputs }) => ({
      ...{ name, kind: 'dense', shape: [outputs] },
      ...{ units: outputs, positions: 1, unitsLast: false },
    }));
  }
  return model.hidden.map((index) => layerOf(model.nodes, index));
}

function layerOf(nodes: readonly Node[], index: number): Layer {
  const { name, shape } = nodes[index]!;
  const axis = unitAxis(nodes, index);
  const units = shape[axis] ?? 1;
  const size = sizeOf(shape);
  const kind = shape.length === 3 && axis === 0 ? 'conv' : 'dense';
  return { name, kind, shape, units, positions: size / units, unitsLast: axis > 0 };
}

/** How many logits, or values of a regression, the network gives for a sample. */
export function outputsOf(model: Model): number {
  return model.kind === 'stack' ? model.readout.outputs : (model.nodes.at(-1)?.shape[0] ?? 0);
}

/**
 * The parameters of a network in float32, by name: the graph's own constants, and tensors of the checkpoint.
 * @throws InputError where one is not finite
 */
export async function loadParameters(
  checkpoint: Checkpoint,
  { nodes, constants }: Network,
): Promise<Map<string, Parameter>> {
  const parameters = new Map<string, Parameter>();
  const names = nodes.flatMap(({ operation }) =>
    operation.kind === 'input' ? [] : rulesOf(operation).parameters(operation),
  );
  for (const name of names) {
    if (parameters.has(name)) continue;
    const tensor = constants.get(name) ?? (await checkpoint.read(name));
    parameters.set(name, { shape: tensor.shape, data: toFloat32(checkpoint.path, name, tensor) });
  }
  return parameters;
}

/**
 * Weight decay leaves weights of 1e-20 and less in units it has switched off. Below this their products fall under the
 * smallest normal float32, where processors are up to a hundred times slower; as zeros they change no result.
 */
const NEGLIGIBLE = 2 ** -63;

function toFloat32(path: string, name: string, { data }: Tensor): Float32Array {
  return Float32Array.from(data, (value, index) => {
    const rounded = Math.fround(value);
    if (!Number.isFinite(rounded)) {
      throw new InputError(
        path,
        `${name} holds ${value} at element ${index}`,
        'Training diverged before this checkpoint was written; choose an earlier one',
      );
    }
    return Math.abs(rounded) < NEGLIGIBLE ? 0 : rounded;
  });
}

/**
 * Which dimension of a node's values its units are, the first or the last: the first of images and of sequences of a
 * convolution; the last of tokens, whose features dense layers and layer norms make, and of images that were turned to go through
 * those.
 */
function unitAxis(nodes: readonly Node[], index: number): number {
  const last = nodes[index]!.shape.length - 1;
  return last > 0 && axisOf(nodes, index) === last ? last : 0;
}

function axisOf(nodes: readonly Node[], index: number): number {
  const { operation, inputs, shape } = nodes[index]!;
  const last = shape.length - 1;
  const [input] = inputs;
  switch (operation.kind) {
    case 'conv':
    case 'batch_norm':
    case 'group_norm':
      return 0;
    case 'dense':
    case 'embedding':
      return last;
    case 'layer_norm':
      // Of one dimension, that of the units; those of whole images leave channels where they are.
      if (operation.dimensions === 1 || input === undefined) return last;
      return axisOf(nodes, input);
    default:
  }
  if (input === undefined) return last === 1 ? 1 : 0;
  const before = axisOf(nodes, input);
  if (operation.kind === 'transpose') return operation.permutation.indexOf(before);
  const rank = nodes[input]!.shape.length;
  // Dimensions are put together or taken apart: the first stays the first, the last the last.
  return shape.length === rank || before === 0 ? before : last;
}
