import { isArray, type PlainValue } from '../../base/plain-value';
import { recordOf } from '../../checkpoint/formats/keras/variable-names';
import { type Activation, activationNamed, KNOWN_ACTIVATIONS } from '../ops/activation';
import type { Computed } from '../ops/operation';
import { LayerConfig } from './keras-config';

/** The name of the activation that a layer was given, e.g. "relu"; null for none. @throws InputError for one that is no name */
function activationName(config: LayerConfig, key = 'activation'): string | null {
  const value = config.value(key) ?? null;
  if (value === null) return null;
  if (typeof value === 'string') return value === 'linear' ? null : value;
  const { class_name: className, config: inner } = recordOf(value);
  // A function of Keras's that is written as an object: its name is the config.
  if (className === 'function' && typeof inner === 'string') return inner;
  if (typeof className === 'string') return className;
  return config.fail(key, 'the name of an activation');
}

/** The activation that a layer of any kind was given; null for none. @throws InputError for one that is not known */
export function activationOperation(config: LayerConfig, rank: number): Computed | null {
  const value = config.value('activation');
  const name = activationName(config);
  if (name === null) return null;
  if (name === 'softmax') return { kind: 'softmax', axis: rank - 1 };
  // A layer given as an activation brings its own settings.
  const inner = isObject(value) ? recordOf(recordOf(value)['config']) : null;
  const own = inner === null ? null : activationLayer(config, name, inner, rank);
  return own ?? { kind: 'activation', activation: namedActivation(config, name) };
}

function namedActivation(config: LayerConfig, name: string): Activation {
  // Of Keras's own names, these differ from PyTorch's or have other defaults.
  if (name === 'leaky_relu') return { name: 'leaky_relu', negativeSlope: 0.2 };
  const known = activationNamed(name, undefined, config.version < '3' ? 'keras2' : 'keras');
  if (known === null)
    throw config.refuse(`has the activation ${name}, which cannot be analyzed`, `${KNOWN_ACTIVATIONS} can`);
  return known;
}

/** The operation of a layer that is an activation; null for a class that is none. @throws InputError for settings that are not known */
export function activationLayer(
  config: LayerConfig,
  className: string,
  values: Readonly<Record<string, PlainValue>>,
  rank: number,
): Computed | null {
  const own = new LayerConfig(config.checkpoint, className, values, config.path);
  switch (className) {
    case 'ReLU':
      return { kind: 'activation', activation: relu(own) };
    case 'LeakyReLU': {
      const negativeSlope = own.number('negative_slope', own.number('alpha', 0.3));
      return { kind: 'activation', activation: { name: 'leaky_relu', negativeSlope } };
    }
    case 'Softmax': {
      const [axis = -1, ...rest] = own.whole('axis', [-1]);
      if (rest.length > 0 || (axis !== -1 && axis !== rank)) return own.fail('axis', 'the last one');
      return { kind: 'softmax', axis: rank - 1 };
    }
    case 'ELU':
    case 'PReLU': {
      const known = activationNamed(className);
      if (known === null) throw own.refuse('cannot be analyzed', `${KNOWN_ACTIVATIONS} can`);
      if (own.number('alpha', 1) !== 1) return own.fail('alpha', '1');
      return { kind: 'activation', activation: known };
    }
    default:
      return null;
  }
}

function relu(config: LayerConfig): Activation {
  const most = config.value('max_value') ?? null;
  const slope = config.number('negative_slope', 0);
  if (config.number('threshold', 0) !== 0) return config.fail('threshold', '0');
  if (most === null) return slope === 0 ? { name: 'relu' } : { name: 'leaky_relu', negativeSlope: slope };
  if (slope !== 0) return config.fail('negative_slope', '0 beside a max_value');
  return { name: 'clip', min: 0, max: config.number('max_value', 6) };
}

function isObject(value: PlainValue | undefined): boolean {
  return typeof value === 'object' && value !== null && !isArray(value);
}
