import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { type Activation, KNOWN_ACTIVATIONS, PLAIN_ACTIVATIONS } from '../ops/activation';
import { parseActivation } from '../ops/activation-text';
import { type Glu, gluAlong } from '../ops/glu';
import type { Pool } from '../ops/pooling';
import type { Steps } from '../ops/window';
import { type Chain, type ChainLayer, flattening } from './chain';
import { EPSILON, LayerTensors, pooling } from './layer-tensors';

/** The "model" of modscope.json. */
export interface NetworkSpec {
  /** The shape of a sample, channels first; that of the data by default. */
  readonly input?: Shape;
  readonly layers: readonly LayerSpec[];
}

export const PLAIN_LAYERS = [
  'flatten',
  'dropout',
  'global_avg_pool',
  'glu',
  'relu',
  'relu6',
  'elu',
  'selu',
  'celu',
  'gelu',
  'quick_gelu',
  'silu',
  'mish',
  'softplus',
  'softsign',
  'tanh',
  'tanhshrink',
  'sigmoid',
  'log_sigmoid',
  'hardtanh',
  'hardsigmoid',
  'hardswish',
] as const;

/** One layer; those with tensors are named by the prefix of theirs. Sizes hold for height and width. */
export type LayerSpec =
  | (typeof PLAIN_LAYERS)[number]
  | { readonly leaky_relu: number }
  | { readonly gelu: 'tanh' }
  | { readonly prelu: string }
  | ({ readonly glu: string } & GluOptions)
  | { readonly gate: string; readonly up: string; readonly activation?: string }
  | { readonly activation: string }
  | { readonly dense: string }
  | {
      readonly conv: string;
      readonly stride?: number;
      readonly padding?: number;
      readonly dilation?: number;
      readonly groups?: number;
    }
  | { readonly batch_norm: string; readonly epsilon?: number }
  | { readonly layer_norm: string; readonly epsilon?: number }
  | { readonly group_norm: string; readonly groups: number; readonly epsilon?: number }
  | ({ readonly max_pool: number } & Windows)
  | ({ readonly avg_pool: number } & Windows);

/** As nn.GLU: the last dimension, the second half being the gate, by default. */
interface GluOptions {
  readonly dim?: number;
  readonly gate_half?: Glu['gate'];
}

/** Windows lie beside each other by default. */
interface Windows {
  readonly stride?: number;
  readonly padding?: number;
}

/** The layers that modscope.json describes. @throws InputError where the tensors don't bear it out */
export function chainFromSpec(checkpoint: Checkpoint, { input, layers: specs }: NetworkSpec): Chain {
  const tensors = new LayerTensors(checkpoint);
  const layers = specs.flatMap((spec, index) => layerOf(spec, `model.layers.${index}`, tensors) ?? []);
  const kinds = layers.map(({ operation }) => (typeof operation === 'object' ? operation.kind : null));
  if (!kinds.includes('dense') && !kinds.includes('conv'))
    throw new InputError(
      'model.layers',
      'names no layer with weights',
      'Add {"dense": "<tensor name prefix>"}',
    );
  return { input: input ?? null, layers, source: 'modscope.json', assumptions: [], notes: [] };
}

/** @param place what a layer without tensors is called */
function layerOf(spec: LayerSpec, place: string, tensors: LayerTensors): ChainLayer | null {
  if (typeof spec === 'string') return plainLayer(spec, place);
  if ('leaky_relu' in spec)
    return activationLayer(place, { name: 'leaky_relu', negativeSlope: spec.leaky_relu });
  if ('gelu' in spec) return activationLayer(place, { name: 'gelu', approximate: spec.gelu });
  if ('prelu' in spec) return { name: spec.prelu, operation: tensors.prelu(spec.prelu) };
  if ('glu' in spec) return gluLayer(place, activationOf(place, spec.glu), spec);
  if ('gate' in spec) {
    const { gate: name, up, activation: written = 'silu' } = spec;
    const gate = { name, operation: tensors.dense(name), activation: activationOf(place, written) };
    return { name: up, operation: tensors.dense(up), gate };
  }
  if ('activation' in spec) return activationLayer(place, activationOf(place, spec.activation));
  if ('dense' in spec) return { name: spec.dense, operation: tensors.dense(spec.dense) };
  if ('conv' in spec) {
    const { conv: name, stride = 1, padding = 0, dilation = 1, groups = 1 } = spec;
    const sizes = { strides: both(stride), padding: both(padding), dilations: both(dilation), groups };
    return { name, operation: tensors.conv(name, sizes) };
  }
  if ('max_pool' in spec) return { name: place, operation: pool('max', spec.max_pool, spec) };
  if ('avg_pool' in spec) return { name: place, operation: pool('average', spec.avg_pool, spec) };
  const { epsilon = EPSILON } = spec;
  if ('batch_norm' in spec)
    return { name: spec.batch_norm, operation: tensors.batchNorm(spec.batch_norm, epsilon) };
  if ('layer_norm' in spec)
    return { name: spec.layer_norm, operation: tensors.layerNorm(spec.layer_norm, epsilon) };
  return { name: spec.group_norm, operation: tensors.groupNorm(spec.group_norm, spec.groups, epsilon) };
}

function plainLayer(name: (typeof PLAIN_LAYERS)[number], place: string): ChainLayer | null {
  if (name === 'dropout') return null; // it is off
  if (name === 'glu') return gluLayer(place, { name: 'sigmoid' }, {});
  if (name === 'flatten') return { name: place, operation: flattening };
  if (name === 'global_avg_pool')
    return { name: place, operation: { kind: 'reduce', mode: 'average', axes: [1, 2], keep: false } };
  return activationLayer(place, PLAIN_ACTIVATIONS[name]);
}

function activationLayer(name: string, activation: Activation): ChainLayer {
  return { name, operation: { kind: 'activation', activation } };
}

function gluLayer(
  place: string,
  activation: Activation,
  { dim = -1, gate_half: gate = 'second' }: GluOptions,
): ChainLayer {
  return {
    name: place,
    operation(input) {
      const operation = gluAlong(dim, input, activation, gate);
      if (operation !== null) return operation;
      throw new InputError(
        place,
        `halves dimension ${dim} of [samples, ${input.join(', ')}]`,
        'Choose a "dim" that is there, other than 0, the samples',
      );
    },
  };
}

function activationOf(place: string, written: string): Activation {
  const activation = parseActivation(written);
  if (activation !== null) return activation;
  throw new InputError(
    place,
    `${quote(written)} is no nonlinearity that is known`,
    `${KNOWN_ACTIVATIONS} are, with parameters as in "elu(alpha=0.5)"`,
  );
}

function both(size: number): Steps {
  return [size, size];
}

function pool(mode: Pool['mode'], size: number, { stride = size, padding = 0 }: Windows): Pool {
  return pooling(mode, both(size), { strides: both(stride), padding: both(padding) });
}
