import { InputError } from '../base/error';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { type Shape, sizeOf } from '../tensor/shape';
import { asDenseStack, type DenseStack } from './dense-stack';
import type { Network, Node } from './network';
import type { Parameter } from './operations/rules';
import { loadParameters } from './parameters';
import { unitAxis } from './units';

/** Any other network, with its parameters. Plain data: workers get a copy. */
export interface GraphModel {
  readonly kind: 'graph';
  /** The first is the input, the last the logits. */
  readonly nodes: readonly Node[];
  /** Indices of the hidden layers' nodes, in network order. */
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
      `its output ${logits.name} has the shape [${logits.shape.join(', ')}], not one logit per class`,
      'Classifiers of single samples can be analyzed',
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

/** The shape of one sample; [values] where only their number is known. */
export function inputShape(model: Model): Shape {
  return model.kind === 'stack' ? [model.hidden[0]?.inputs ?? 0] : (model.nodes[0]?.shape ?? []);
}

/** Logits. */
export function classesOf(model: Model): number {
  return model.kind === 'stack' ? model.readout.outputs : (model.nodes.at(-1)?.shape[0] ?? 0);
}
