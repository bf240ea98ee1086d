import { sizeOf } from '../../tensor/shape';
import type { LayerConfig } from './keras-config';
import type { KerasValue } from './keras-value';
import { type KerasLayer, onlyInput } from './layer-call';

/** Keras's, of batch and layer norm. */
const EPSILON = 1e-3;

/** The axes that a norm is over, from 0 and without the samples', ascending. */
function axesOf(config: LayerConfig, { shape }: KerasValue): number[] {
  const rank = shape.length;
  const axes = config.whole('axis', [-1]).map((axis) => (axis < 0 ? rank + axis : axis - 1));
  if (axes.length === 0 || axes.some((axis) => axis < 0 || axis >= rank))
    return config.fail('axis', 'axes of values');
  return axes.sort((a, b) => a - b);
}

function optional(config: LayerConfig, key: string, variable: string): string | null {
  return config.truth(key, true) ? config.tensor(variable) : null;
}

/** Of channels: the last axis, or the first where the convolutions have them so. */
const batchNormalization: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const rank = input.shape.length;
  const [axis, ...others] = axesOf(config, input);
  const operation = {
    kind: 'batch_norm',
    weight: optional(config, 'scale', 'gamma'),
    bias: optional(config, 'center', 'beta'),
    mean: config.tensor('moving_mean'),
    variance: config.tensor('moving_variance'),
    epsilon: config.number('epsilon', EPSILON),
  } as const;
  if (others.length > 0 || (axis !== rank - 1 && axis !== 0)) return config.fail('axis', 'that of channels');
  const last = axis === rank - 1;
  const from = last ? graph.channelsFirst(input, config.name) : graph.inOrder(input, config.name);
  return { ...input, node: graph.add(config.name, operation, [from]), turned: last && rank > 1 };
};

const layerNormalization: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const axes = axesOf(config, input);
  const rank = input.shape.length;
  const dimensions = axes.length;
  if (axes.some((axis, i) => axis !== rank - dimensions + i)) return config.fail('axis', 'the last ones');
  if (config.truth('rms_scaling', false)) return config.fail('rms_scaling', 'false');
  const operation = {
    kind: 'layer_norm',
    dimensions,
    weight: optional(config, 'scale', 'gamma'),
    bias: optional(config, 'center', 'beta'),
    epsilon: config.number('epsilon', EPSILON),
  } as const;
  const node = graph.add(config.name, operation, [graph.inOrder(input, config.name)]);
  return { ...input, node, turned: false };
};

const groupNormalization: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const [axis, ...others] = axesOf(config, input);
  if (others.length > 0 || axis !== input.shape.length - 1) return config.fail('axis', 'the last one');
  const given = config.number('groups', 32);
  const operation = {
    kind: 'group_norm',
    groups: given === -1 ? (input.shape.at(-1) ?? 1) : given,
    weight: optional(config, 'scale', 'gamma'),
    bias: optional(config, 'center', 'beta'),
    epsilon: config.number('epsilon', EPSILON),
  } as const;
  const node = graph.add(config.name, operation, [graph.channelsFirst(input, config.name)]);
  return { ...input, node, turned: input.shape.length > 1 };
};

/** Features minus their mean over their deviation, as they were measured in training or given. */
const normalization: KerasLayer = (call) => {
  const { config, graph } = call;
  const input = onlyInput(call);
  const [axis, ...others] = axesOf(config, input);
  if (others.length > 0 || axis !== input.shape.length - 1) return config.fail('axis', 'the last one');
  if (config.truth('invert', false)) return config.fail('invert', 'false');
  const channels = input.shape.at(-1) ?? 1;
  const statistics = (name: 'mean' | 'variance'): string => {
    const given = config.value(name) ?? null;
    if (given === null) return measured(config, name, channels);
    const numbers = config.numbers(name);
    if (numbers.length !== 1 && numbers.length !== channels)
      return config.fail(name, `one number or ${channels}`);
    const data = Float64Array.from(
      { length: channels },
      (_, c) => numbers[numbers.length === 1 ? 0 : c] ?? 0,
    );
    return graph.parameter(`${config.name}:${name}`, [channels], data);
  };
  const operation = {
    kind: 'batch_norm',
    ...{ weight: null, bias: null },
    mean: statistics('mean'),
    variance: statistics('variance'),
    epsilon: 0,
  } as const;
  const node = graph.add(config.name, operation, [graph.channelsFirst(input, config.name)]);
  return { ...input, node, turned: input.shape.length > 1 };
};

function measured(config: LayerConfig, name: string, channels: number): string {
  const tensor = config.tensor(name);
  if (sizeOf(config.shapeOf(tensor)) !== channels)
    throw config.refuse(`has a ${name} of [${config.shapeOf(tensor).join(', ')}] for ${channels} channels`);
  return tensor;
}

export const normLayers: Readonly<Record<string, KerasLayer>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  Normalization: normalization,
};
