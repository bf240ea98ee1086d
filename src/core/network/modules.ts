import type { ModuleNode } from '../checkpoint/checkpoint';
import { activationNamed } from './activation-names';
import { flattening, type ChainLayer } from './chain';
import type { LayerTensors, Pair } from './layer-tensors';
import type { ModuleAttributes } from './module-attributes';
import type { Activation } from './operations/activation';
import type { Pool } from './operations/pool';
import { pooling } from './pooling';

/** What a layer computes, read off its attributes and tensors. */
type Reader = (
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
) => ChainLayer['operation'];

const EPSILON = 1e-5;

const LAYERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Linear', (_, tensors, prefix) => tensors.dense(prefix)],
  ['Conv2d', conv],
  ['BatchNorm1d', batchNorm],
  ['BatchNorm2d', batchNorm],
  ['LayerNorm', layerNorm],
  ['GroupNorm', groupNorm],
  ['MaxPool2d', maxPool],
  ['AvgPool2d', averagePool],
  ['AdaptiveAvgPool2d', (attributes) => adaptivePool('average', attributes)],
  ['AdaptiveMaxPool2d', (attributes) => adaptivePool('max', attributes)],
  ['Flatten', flatten],
]);

/** For messages, beside the nonlinearities. */
export const KNOWN_LAYERS = [...LAYERS.keys(), 'Dropout', 'Identity'].join(', ');

/** The class of a standard layer, e.g. "Conv2d"; null for every other class, whatever its name. */
export function standardClass({ className }: ModuleNode): string | null {
  return /^torch\.nn\.modules\.\w+\.(\w+)$/.exec(className)?.[1] ?? null;
}

/**
 * @param prefix of its tensors
 * @returns null for a class that is not known
 * @throws InputError for attributes that cannot be analyzed, and tensors that are not there
 */
export function moduleOperation(
  kind: string,
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] | null {
  const activation = activationOf(kind, attributes);
  if (activation !== null) return { kind: 'activation', activation };
  return LAYERS.get(kind)?.(attributes, tensors, prefix) ?? null;
}

function activationOf(kind: string, attributes: ModuleAttributes): Activation | null {
  const activation = activationNamed(kind);
  switch (activation?.name) {
    case 'leaky_relu':
      return { ...activation, negativeSlope: attributes.number('negative_slope', activation.negativeSlope) };
    case 'gelu':
      return { ...activation, approximate: attributes.choice('approximate', 'none', 'tanh') };
    case 'clip':
      return {
        ...activation,
        min: attributes.number('min_val', activation.min),
        max: attributes.number('max_val', activation.max),
      };
    default:
      return activation;
  }
}

function conv(attributes: ModuleAttributes, tensors: LayerTensors, prefix: string): ChainLayer['operation'] {
  attributes.choice('padding_mode', 'zeros');
  return tensors.conv(prefix, {
    strides: attributes.pair('stride', 1, 1),
    padding: attributes.padding(),
    dilations: attributes.pair('dilation', 1, 1),
    groups: attributes.size('groups', 1),
  });
}

function batchNorm(
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] {
  attributes.choice('track_running_stats', true);
  return tensors.batchNorm(prefix, attributes.number('eps', EPSILON));
}

function layerNorm(
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] {
  const epsilon = attributes.number('eps', EPSILON);
  if (attributes.choice('elementwise_affine', true, false)) return tensors.layerNorm(prefix, epsilon);
  const dimensions = attributes.length('normalized_shape');
  return { kind: 'layer_norm', dimensions, weight: null, bias: null, epsilon };
}

function groupNorm(
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] {
  const groups = attributes.size('num_groups', 1);
  const epsilon = attributes.number('eps', EPSILON);
  if (attributes.choice('affine', true, false)) return tensors.groupNorm(prefix, groups, epsilon);
  return { kind: 'group_norm', groups, weight: null, bias: null, epsilon };
}

function maxPool(attributes: ModuleAttributes): ChainLayer['operation'] {
  attributes.choice('return_indices', false);
  const { kernel, ...windows } = windowsOf(attributes);
  return pooling('max', kernel, { ...windows, dilations: attributes.pair('dilation', 1, 1) });
}

function averagePool(attributes: ModuleAttributes): ChainLayer['operation'] {
  attributes.choice('divisor_override', null);
  const { kernel, ...windows } = windowsOf(attributes);
  return pooling('average', kernel, {
    ...windows,
    countPads: attributes.choice('count_include_pad', true, false),
  });
}

function windowsOf(attributes: ModuleAttributes): {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly padding: Pair;
  readonly ceil: boolean;
} {
  const kernel = attributes.pair('kernel_size', 1);
  return {
    kernel,
    strides: attributes.pair('stride', 1, kernel),
    padding: attributes.pair('padding', 0, 0),
    ceil: attributes.choice('ceil_mode', false, true),
  };
}

/** Only where the windows are all of one size and do not overlap. */
function adaptivePool(mode: Pool['mode'], attributes: ModuleAttributes): ChainLayer['operation'] {
  const [rows, columns] = attributes.pair('output_size', 1);
  return (input) => {
    const [, height = NaN, width = NaN] = input;
    if (height % rows !== 0 || width % columns !== 0)
      return attributes.fail('output_size', `sizes that divide those of its input, [${input.join(', ')}],`);
    return pooling(mode, [height / rows, width / columns]);
  };
}

function flatten(attributes: ModuleAttributes): ChainLayer['operation'] {
  attributes.choice('start_dim', 1);
  attributes.choice('end_dim', -1);
  return flattening;
}
