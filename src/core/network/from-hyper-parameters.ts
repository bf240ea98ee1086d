import { InputError } from '../base/error';
import type { Checkpoint, PlainValue } from '../checkpoint/checkpoint';
import { activationNamed, KNOWN_ACTIVATIONS } from './activation-names';
import type { Activation } from './operations/activation';

export interface NamedActivation {
  readonly activation: Activation;
  /** Where the name stood, e.g. "hyper-parameter activation". */
  readonly source: string;
}

const KEYS = ['activation', 'activation_fn', 'act_fn', 'act', 'nonlinearity', 'non_linearity'];

/**
 * The nonlinearity a hyper-parameter names, looked for at the top and one level down; null where none does.
 * @throws InputError for one that cannot be analyzed
 */
export function activationFromHyperParameters(checkpoint: Checkpoint): NamedActivation | null {
  const levels: Readonly<Record<string, PlainValue>>[] = [checkpoint.hyperParameters];
  for (const value of Object.values(checkpoint.hyperParameters)) {
    if (typeof value === 'object' && value !== null && !isList(value)) levels.push(value);
  }
  for (const level of levels) {
    for (const key of KEYS) {
      const value = level[key];
      if (typeof value !== 'string') continue;
      const source = `hyper-parameter ${key}`;
      const activation = activationWritten(value);
      if (activation !== null) return { activation, source };
      throw new InputError(
        checkpoint.path,
        `${source} is ${value}, which cannot be analyzed`,
        `${KNOWN_ACTIVATIONS} can`,
      );
    }
  }
  return null;
}

/** "tanh", "torch.nn.Tanh", "LeakyReLU(0.2)", "GELU(approximate='tanh')", "<class 'torch.nn.modules.activation.Tanh'>". */
function activationWritten(value: string): Activation | null {
  const [, name = '', given = ''] = /(\w+)(?:\(([^)]*)\))?\W*$/.exec(value) ?? [];
  const activation = activationNamed(name);
  if (activation?.name === 'gelu' && given.includes('tanh')) return { ...activation, approximate: 'tanh' };
  const slope = /^(?:negative_slope=)?(\d*\.?\d+(?:e-?\d+)?)\b/.exec(given)?.[1];
  return activation?.name === 'leaky_relu' && slope !== undefined
    ? { ...activation, negativeSlope: Number(slope) }
    : activation;
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
