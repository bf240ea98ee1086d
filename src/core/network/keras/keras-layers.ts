import { type Shape, sizeOf } from '../../tensor/shape';
import { activationLayer } from './keras-activation';
import { convolutionLayers } from './keras-images';
import { normLayers } from './keras-norms';
import type { KerasGraph, KerasValue } from './keras-value';
import { activated, type KerasLayer, type LayerCall, logicalShape, onlyInput } from './layer-call';

const dense: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const weight = config.tensor('kernel');
  const bias = config.truth('use_bias', true) ? config.tensor('bias') : null;
  const node = graph.add(config.name, { kind: 'dense', weight, bias, layout: 'in_out' }, [
    graph.inOrder(input, config.name),
  ]);
  const shape = graph.shapeOf(node);
  return activated(call, { node, shape, turned: false, units: config.name });
};

const activation: KerasLayer = (call) => activated(call, onlyInput(call));

const advanced: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const operation = activationLayer(config, config.className, config.values, input.shape.length);
  if (operation === null) throw config.refuse('cannot be analyzed');
  if (operation.kind !== 'softmax') return graph.addNonlinearity(input, operation, config.name);
  const node = graph.add(config.name, operation, [graph.inOrder(input, config.name)]);
  return { ...input, node, turned: false, units: null };
};

/** Off in evaluation. */
const inert: KerasLayer = onlyInput;

const flatten: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  if (config.value('data_format') === 'channels_first') return config.fail('data_format', 'channels_last');
  return reshaped(graph, input, [sizeOf(input.shape)], config.name);
};

const reshape: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const target = config.whole('target_shape', []);
  const rest = target.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const shape = target.map((size) => (size === -1 ? sizeOf(input.shape) / rest : size));
  return reshaped(graph, input, shape, config.name);
};

/** In Keras's order, which is that of the values in its flattened vector. */
function reshaped(graph: KerasGraph, input: KerasValue, shape: Shape, name: string): KerasValue {
  if (String(shape) === String(input.shape)) return input;
  const flat = graph.inOrderAs(input, shape, name);
  return { node: flat, shape, turned: false, units: input.units };
}

const permute: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const permutation = config.whole('dims', []).map((axis) => axis - 1);
  const node = graph.add(config.name, { kind: 'transpose', permutation }, [
    graph.inOrder(input, config.name),
  ]);
  return { node, shape: graph.shapeOf(node), turned: false, units: null };
};

/** Values of several branches, all turned or none. */
function together({ graph, inputs, config }: LayerCall): { nodes: number[]; turned: boolean; rank: number } {
  const [first, second] = inputs;
  if (first === undefined || second === undefined)
    throw config.refuse(`takes ${inputs.length} values, not several`);
  const rank = first.shape.length;
  const turned = inputs.every((value) => value.turned && value.shape.length === rank);
  const nodes = inputs.map((value) => (turned ? value.node : graph.inOrder(value, config.name)));
  return { nodes, turned, rank };
}

const merge = (kind: 'add' | 'multiply', sign = 1): KerasLayer => {
  return (call) => {
    const { graph, config } = call;
    const { nodes, turned } = together(call);
    const [first = 0, ...others] = nodes;
    let node = first;
    for (const other of others) {
      const right = sign === 1 ? other : scaled(call, other, sign);
      node = graph.add(config.name, { kind }, [node, right]);
    }
    return { node, shape: logicalShape(graph.shapeOf(node), turned), turned, units: null };
  };
};

const average: KerasLayer = (call) => {
  const sum = merge('add')(call);
  return { ...sum, node: scaled(call, sum.node, 1 / call.inputs.length) };
};

/** A value times a number. */
function scaled({ graph, config }: LayerCall, node: number, factor: number): number {
  const constant = graph.addConstant(`${config.name}:factor`, [], Float64Array.of(factor));
  return graph.add(config.name, { kind: 'multiply' }, [node, constant]);
}

const concatenate: KerasLayer = (call) => {
  const { graph, config } = call;
  const { nodes, turned, rank } = together(call);
  const [given = -1] = config.whole('axis', [-1]);
  const axis = given < 0 ? rank + given : given - 1;
  if (axis < 0 || axis >= rank) return config.fail('axis', 'that of values');
  const own = !turned ? axis : axis === rank - 1 ? 0 : axis + 1;
  const node = graph.add(config.name, { kind: 'concat', axis: own }, nodes);
  return { node, shape: logicalShape(graph.shapeOf(node), turned), turned, units: null };
};

/** Pixels of 0 to 255 are divided by 255 when data are loaded: a factor near 1 / 255 is for pixels as they are stored. */
const RAW_PIXELS = 1 / 64;

const rescaling: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  let factor = config.number('scale', 1);
  const offset = config.number('offset', 0);
  if (graph.isInput(input) && Math.abs(factor) <= RAW_PIXELS) {
    factor *= 255;
    graph.rescaled(config.name);
  }
  if (Math.abs(factor - 1) < 1e-6) factor = 1;
  let node = factor === 1 ? input.node : scaled(call, input.node, factor);
  if (offset !== 0) {
    const constant = graph.addConstant(`${config.name}:offset`, [], Float64Array.of(offset));
    node = graph.add(config.name, { kind: 'add' }, [node, constant]);
  }
  return { ...input, node, units: null };
};

/** What every class of layers means. What is not here is refused by name. */
export const KERAS_LAYERS: ReadonlyMap<string, KerasLayer> = new Map<string, KerasLayer>([
  ['Dense', dense],
  ['Activation', activation],
  ...['ReLU', 'LeakyReLU', 'ELU', 'PReLU', 'Softmax'].map((name): [string, KerasLayer] => [name, advanced]),
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Permute', permute],
  ['Add', merge('add')],
  ['Subtract', merge('add', -1)],
  ['Multiply', merge('multiply')],
  ['Average', average],
  ['Concatenate', concatenate],
  ['Rescaling', rescaling],
  ...[
    ...[
      'Dropout',
      'SpatialDropout1D',
      'SpatialDropout2D',
      'AlphaDropout',
      'GaussianDropout',
      'GaussianNoise',
    ],
    ...['ActivityRegularization', 'Identity', 'RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomContrast'],
    ...['RandomTranslation', 'RandomBrightness'],
  ].map((name): [string, KerasLayer] => [name, inert]),
  ...Object.entries(convolutionLayers),
  ...Object.entries(normLayers),
]);
