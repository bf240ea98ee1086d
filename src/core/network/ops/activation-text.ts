import {
  type Activation,
  activationNamed,
  type ActivationParameters,
  type Dialect,
  HARD_SIGMOID,
  QUICK_GELU,
  SELU,
} from './activation';

/** What a parameter may be written as. */
export type WrittenValue = number | string | boolean;

/** Longer than any nonlinearity is written. */
const MAX_TEXT = 200;

/** Nothing between the layers, as scikit-learn and Keras say it. */
const IDENTITY = /^(identity|linear|linearactivation)$/i;

/**
 * A nonlinearity as people, constructors and Python's repr write it: "tanh", "nn.LeakyReLU(0.2)", "elu(alpha=0.5)",
 * "GELU(approximate='tanh')", "<class 'torch.nn.modules.activation.Tanh'>", "<function relu at 0x7f12>", "identity".
 * @param dialect what a name means where the text does not say by a module's name, as "jax.nn.gelu" does
 * @returns null for what is not understood in all its parts; PReLU, which has tensors; and GLU, which halves the units
 */
export function parseActivation(text: string, dialect: Dialect = 'torch'): Activation | null {
  const call = text.length > MAX_TEXT ? null : callOf(text.trim());
  if (call === null) return null;
  const name = call.path.slice(call.path.lastIndexOf('.') + 1);
  const given = call.given === '' ? new WrittenParameters([], {}) : writtenParameters(call.given);
  if (given === null) return null;
  const activation = IDENTITY.test(name)
    ? ({ name: 'identity' } as const)
    : activationNamed(name, given, dialectOf(call.path) ?? dialect);
  return given.isUnderstood ? activation : null;
}

/** The path of what is called, and what stands between its parentheses. */
function callOf(text: string): { path: string; given: string } | null {
  const object = /^<(?:class|(?:built-in )?(?:function|method)) '?([\w.]+)'?(?: [^>]*)?>$/.exec(text)?.[1];
  if (object !== undefined) return { path: object, given: '' };
  const [, path, given = ''] = /^(\w[\w. -]*)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  return path === undefined ? null : { path: path.replace(/[ -]/g, ''), given: given.trim() };
}

function dialectOf(path: string): Dialect | null {
  if (/(^|\.)(jax|flax|linen|haiku)\./.test(path)) return 'jax';
  if (/(^|\.)(keras|tf|tensorflow)\./.test(path)) return 'keras';
  if (/(^|\.)torch\./.test(path)) return 'torch';
  // torch.nn has classes, and flax's nn has functions.
  return /^nn\.[a-z]/.test(path) ? 'jax' : null;
}

/** Arguments as they stand between parentheses; null where they are not numbers, words and truth values. */
function writtenParameters(text: string): WrittenParameters | null {
  const [list, byName]: [WrittenValue[], [string, WrittenValue][]] = [[], []];
  for (const part of text.split(',')) {
    const [, name, written = ''] = /^\s*(?:(\w+)\s*=)?\s*(.*?)\s*$/.exec(part) ?? [];
    const value = valueOf(written);
    if (value === null) return null;
    if (name === undefined) list.push(value);
    else byName.push([name, value]);
  }
  return new WrittenParameters(list, Object.fromEntries(byName));
}

function valueOf(text: string): WrittenValue | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return /^(["']?)(\w+)\1$/.exec(text)?.[2] ?? null;
}

/** What Keras, TensorFlow, JAX and ONNX call PyTorch's parameters. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  negative_slope: ['alpha', 'slope'],
  lambd: ['lambda', 'threshold'],
  min_val: ['min', 'min_value'],
  max_val: ['max', 'max_value'],
  value: ['default_value'],
};
/** They change no value. */
const IGNORED = new Set(['inplace', 'name', 'dtype', 'trainable']);

/** Parameters by their place and by their name, as a call or a configuration gives them. */
export class WrittenParameters implements ActivationParameters {
  readonly #open: Set<string>;
  #asked = 0;
  #failed = false;

  constructor(
    private readonly list: readonly WrittenValue[],
    private readonly byName: Readonly<Record<string, WrittenValue>>,
  ) {
    this.#open = new Set(Object.keys(byName).filter((name) => !IGNORED.has(name)));
  }

  /** Whether all that was given was asked for, and was of the type it should be. */
  get isUnderstood(): boolean {
    return !this.#failed && this.#open.size === 0 && this.#asked >= this.list.length;
  }

  number(name: string, otherwise: number): number {
    const value = this.#take(name) ?? otherwise;
    if (typeof value === 'number') return value;
    this.#failed = true;
    return otherwise;
  }

  choice<const T extends string>(name: string, ...known: readonly [T, ...T[]]): T {
    const given = this.#take(name);
    // JAX and Keras ask by a truth value whether it is the approximation.
    const value = typeof given === 'boolean' ? (given ? 'tanh' : 'none') : given;
    const found = value === undefined ? known[0] : known.find((one) => one === value);
    if (found === undefined) this.#failed = true;
    return found ?? known[0];
  }

  #take(name: string): WrittenValue | undefined {
    const value = this.list[this.#asked++];
    if (value !== undefined) return value;
    const written = [name, ...(ALIASES[name] ?? [])].find((one) => this.#open.has(one));
    if (written === undefined) return undefined;
    this.#open.delete(written);
    return this.byName[written];
  }
}

/** A nonlinearity as PyTorch's functions write it; `parseActivation` reads it again. */
export function activationText(activation: Activation): string {
  switch (activation.name) {
    case 'leaky_relu':
      return written('leaky_relu', { negative_slope: [activation.negativeSlope, 0.01] });
    case 'gelu':
      return activation.approximate === 'none' ? 'gelu' : "gelu(approximate='tanh')";
    case 'clip': {
      const { min, max } = activation;
      if (min === 0 && max === 6) return 'relu6';
      return min === -1 && max === 1 ? 'hardtanh' : `hardtanh(min_val=${min}, max_val=${max})`;
    }
    case 'elu':
      return eluText(activation);
    case 'softplus':
      return written('softplus', { beta: [activation.beta, 1], threshold: [activation.threshold, 20] });
    case 'hardsigmoid':
      return written('hardsigmoid', {
        alpha: [activation.alpha, HARD_SIGMOID.alpha],
        beta: [activation.beta, HARD_SIGMOID.beta],
      });
    case 'swish':
      return activation.beta === QUICK_GELU ? 'quick_gelu' : `swish(beta=${activation.beta})`;
    case 'shrink': {
      const { lambda, bias } = activation;
      if (bias === lambda) return written('softshrink', { lambd: [lambda, 0.5] });
      return bias === 0
        ? written('hardshrink', { lambd: [lambda, 0.5] })
        : `shrink(lambd=${lambda}, bias=${bias})`;
    }
    case 'threshold':
      return `threshold(threshold=${activation.threshold}, value=${activation.value})`;
    default:
      return activation.name;
  }
}

function eluText({ alpha, scale, rate }: Extract<Activation, { name: 'elu' }>): string {
  if (alpha === SELU.alpha && scale === SELU.scale && rate === SELU.rate) return 'selu';
  if (scale === 1 && rate === 1 / alpha && rate !== 1) return `celu(alpha=${alpha})`;
  return written('elu', { alpha: [alpha, 1], scale: [scale, 1], input_scale: [rate, 1] });
}

/** Parameters that have their usual value are left out. */
function written(
  name: string,
  parameters: Readonly<Record<string, readonly [value: number, usual: number]>>,
): string {
  const unusual = Object.entries(parameters).filter(([, [value, usual]]) => value !== usual);
  if (unusual.length === 0) return name;
  return `${name}(${unusual.map(([key, [value]]) => `${key}=${value}`).join(', ')})`;
}
