import type { Shape } from '../../tensor/shape';
import { activationOperation } from './keras-activation';
import type { LayerConfig } from './keras-config';
import type { KerasGraph, KerasValue } from './keras-value';

/** A layer with what it is given, and the graph that what it means is added to. */
export interface LayerCall {
  readonly config: LayerConfig;
  readonly graph: KerasGraph;
  readonly inputs: readonly KerasValue[];
}

export type KerasLayer = (call: LayerCall) => KerasValue;

/** The one value that a layer takes. @throws InputError where there are several */
export function onlyInput({ inputs, config }: Pick<LayerCall, 'inputs' | 'config'>): KerasValue {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) throw config.refuse(`takes ${inputs.length} values, not one`);
  return input;
}

/** The activation that a layer was given, behind its own values. */
export function activated(call: LayerCall, value: KerasValue): KerasValue {
  const { config, graph } = call;
  const operation = activationOperation(config, value.shape.length);
  if (operation === null) return value;
  if (operation.kind !== 'softmax') return graph.addNonlinearity(value, operation, config.name);
  const node = graph.add(config.name, operation, [graph.inOrder(value, config.name)]);
  return { ...value, node, turned: false, units: null };
}

/** A node's shape as Keras sees it. */
export function logicalShape(shape: Shape, turned: boolean): Shape {
  return turned && shape.length > 1 ? [...shape.slice(1), shape[0]!] : shape;
}
