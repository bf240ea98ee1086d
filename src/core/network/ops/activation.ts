/** A nonlinearity of one number, by the name it has in PyTorch's functional interface where it has one. */
export type Activation =
  | { readonly name: 'identity' | 'relu' | 'sigmoid' | 'tanh' | 'silu' | 'erf' | 'mish' }
  | { readonly name: 'softsign' | 'tanhshrink' | 'log_sigmoid' | 'hardswish' }
  /** `learned` where the slope is a parameter, PReLU's: an untrained network has another. */
  | { readonly name: 'leaky_relu'; readonly negativeSlope: number; readonly learned?: true }
  | { readonly name: 'gelu'; readonly approximate: 'none' | 'tanh' }
  /** As nn.Hardtanh and nn.ReLU6; slope 1 inside, 0 outside. */
  | { readonly name: 'clip'; readonly min: number; readonly max: number }
  /** scale · a right of 0, scale · alpha · (exp(rate · a) − 1) left of it: ELU, SELU and CELU. */
  | { readonly name: 'elu'; readonly alpha: number; readonly scale: number; readonly rate: number }
  /** log(1 + exp(beta · a)) / beta; a itself where beta · a is above the threshold. */
  | { readonly name: 'softplus'; readonly beta: number; readonly threshold: number }
  /** alpha · a + beta between 0 and 1. */
  | { readonly name: 'hardsigmoid'; readonly alpha: number; readonly beta: number }
  /** a · sigmoid(beta · a): QuickGELU. */
  | { readonly name: 'swish'; readonly beta: number }
  /** 0 where |a| ≤ lambda, else a, moved towards 0 by the bias: Hardshrink and Softshrink. */
  | { readonly name: 'shrink'; readonly lambda: number; readonly bias: number }
  /** a above the threshold, the value elsewhere. */
  | { readonly name: 'threshold'; readonly threshold: number; readonly value: number };

/**
 * Where a name comes from: one name may stand for different functions. jax.nn.gelu is the approximation by tanh unless told
 * otherwise, hard_sigmoid has another slope in Keras 2, and leaky ReLU another default in Keras.
 */
export type Dialect = 'torch' | 'jax' | 'keras' | 'keras2';

/**
 * The parameters that a nonlinearity was given, by PyTorch's names and asked for in PyTorch's order. A pickled module's
 * attributes are some, the arguments of a call are others.
 */
export interface ActivationParameters {
  number(name: string, otherwise: number): number;
  /** One of what it may be, the default first. */
  choice<const T extends string>(name: string, ...known: readonly [T, ...T[]]): T;
}

/** SELU's, as PyTorch, Keras and JAX write them; ONNX rounds them to float32. */
export const SELU = {
  name: 'elu',
  alpha: 1.6732632423543772,
  scale: 1.0507009873554805,
  rate: 1,
} as const satisfies Activation;

/** 0 below −3, 1 above 3. */
export const HARD_SIGMOID = { name: 'hardsigmoid', alpha: 1 / 6, beta: 0.5 } as const satisfies Activation;

/** The factor in QuickGELU, x · sigmoid(1.702 x). */
export const QUICK_GELU = 1.702;

/** What a name stands for; null where the parameters make no function of it. */
type Meaning = (given: ActivationParameters, dialect: Dialect) => Activation | null;

const plain = (activation: Activation): Meaning => {
  return () => activation;
};

const LEAKY_SLOPES: Readonly<Record<Dialect, number>> = { torch: 0.01, jax: 0.01, keras: 0.2, keras2: 0.2 };

/** By PyTorch's names, without case and underscores. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['relu', plain({ name: 'relu' })],
  ['relu6', plain({ name: 'clip', min: 0, max: 6 })],
  ['sigmoid', plain({ name: 'sigmoid' })],
  ['tanh', plain({ name: 'tanh' })],
  ['silu', plain({ name: 'silu' })],
  ['mish', plain({ name: 'mish' })],
  ['erf', plain({ name: 'erf' })],
  ['softsign', plain({ name: 'softsign' })],
  ['tanhshrink', plain({ name: 'tanhshrink' })],
  ['logsigmoid', plain({ name: 'log_sigmoid' })],
  ['hardswish', plain({ name: 'hardswish' })],
  ['quickgelu', plain({ name: 'swish', beta: QUICK_GELU })],
  ['gelutanh', plain({ name: 'gelu', approximate: 'tanh' })],
  ['selu', plain(SELU)],
  [
    'hardsigmoid',
    (given, dialect) =>
      checked({
        name: 'hardsigmoid',
        alpha: given.number('alpha', dialect === 'keras2' ? 0.2 : HARD_SIGMOID.alpha),
        beta: given.number('beta', HARD_SIGMOID.beta),
      }),
  ],
  [
    'swish',
    (given) => {
      const beta = given.number('beta', 1);
      return beta === 1 ? { name: 'silu' } : checked({ name: 'swish', beta });
    },
  ],
  [
    'leakyrelu',
    (given, dialect) =>
      checked({
        name: 'leaky_relu',
        negativeSlope: given.number('negative_slope', LEAKY_SLOPES[dialect]),
      }),
  ],
  // In evaluation mode its slope is the middle of those it draws while training.
  [
    'rrelu',
    (given) =>
      checked({
        name: 'leaky_relu',
        negativeSlope: (given.number('lower', 1 / 8) + given.number('upper', 1 / 3)) / 2,
      }),
  ],
  [
    'gelu',
    (given, dialect) => ({
      name: 'gelu',
      approximate:
        dialect === 'jax'
          ? given.choice('approximate', 'tanh', 'none')
          : given.choice('approximate', 'none', 'tanh'),
    }),
  ],
  [
    'hardtanh',
    (given) => checked({ name: 'clip', min: given.number('min_val', -1), max: given.number('max_val', 1) }),
  ],
  // The scales are aten's, which has SELU and CELU so.
  [
    'elu',
    (given) =>
      checked({
        name: 'elu',
        alpha: given.number('alpha', 1),
        scale: given.number('scale', 1),
        rate: given.number('input_scale', 1),
      }),
  ],
  [
    'celu',
    (given) => {
      const alpha = given.number('alpha', 1);
      return alpha > 0 ? checked({ name: 'elu', alpha, scale: 1, rate: 1 / alpha }) : null;
    },
  ],
  [
    'softplus',
    (given, dialect) =>
      checked({
        name: 'softplus',
        beta: given.number('beta', 1),
        threshold: given.number('threshold', dialect === 'torch' ? 20 : Infinity),
      }),
  ],
  [
    'softshrink',
    (given) => {
      const lambda = given.number('lambd', 0.5);
      return checked({ name: 'shrink', lambda, bias: lambda });
    },
  ],
  // ONNX's, of which the other two are cases.
  [
    'shrink',
    (given) => checked({ name: 'shrink', lambda: given.number('lambd', 0.5), bias: given.number('bias', 0) }),
  ],
  ['hardshrink', (given) => checked({ name: 'shrink', lambda: given.number('lambd', 0.5), bias: 0 })],
  [
    'threshold',
    (given) =>
      checked({
        name: 'threshold',
        threshold: given.number('threshold', NaN),
        value: given.number('value', NaN),
      }),
  ],
]);

/** Other names of the same: of Keras, JAX, Flax, scikit-learn, transformers and timm. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['siluactivation', 'silu'],
  ['hardsilu', 'hardswish'],
  ['logistic', 'sigmoid'],
  ['lrelu', 'leakyrelu'],
  ['softrelu', 'softplus'],
  ['mishactivation', 'mish'],
  ['geluactivation', 'gelu'],
  ['gelupython', 'gelu'],
  ['quickgeluactivation', 'quickgelu'],
  ['gelunew', 'gelutanh'],
  ['gelufast', 'gelutanh'],
  ['geluaccurate', 'gelutanh'],
  ['gelupytorchtanh', 'gelutanh'],
  ['gelupythontanh', 'gelutanh'],
  ['pytorchgelutanh', 'gelutanh'],
  ['newgeluactivation', 'gelutanh'],
  ['fastgeluactivation', 'gelutanh'],
  ['accurategeluactivation', 'gelutanh'],
]);

/** Whether parameters make a function: numbers are finite but for bounds, which are in order. */
function checked(activation: Activation): Activation | null {
  return isFunction(activation) ? activation : null;
}

function isFunction(activation: Activation): boolean {
  switch (activation.name) {
    case 'leaky_relu':
      return Number.isFinite(activation.negativeSlope);
    case 'clip':
      return activation.min <= activation.max;
    case 'elu':
      return [activation.alpha, activation.scale, activation.rate].every(Number.isFinite);
    case 'softplus':
      return activation.beta > 0 && activation.beta < Infinity && activation.threshold > 0;
    case 'hardsigmoid':
      return [activation.alpha, activation.beta].every(Number.isFinite);
    case 'swish':
      return Number.isFinite(activation.beta);
    case 'shrink':
      return activation.lambda >= 0 && [activation.lambda, activation.bias].every(Number.isFinite);
    case 'threshold':
      return [activation.threshold, activation.value].every(Number.isFinite);
    default:
      return true;
  }
}

/** For messages: what has no tensors of its own. */
export const KNOWN_ACTIVATIONS =
  'ReLU, LeakyReLU, RReLU, ReLU6, Hardtanh, Threshold, ELU, SELU, CELU, GELU, QuickGELU, SiLU, Mish, Softplus, Softsign, Tanh, Sigmoid, LogSigmoid, Hardswish, Hardsigmoid, Tanhshrink, Softshrink and Hardshrink';

/** Those that modscope.json names by a word. */
export const PLAIN_ACTIVATIONS = {
  relu: { name: 'relu' },
  relu6: { name: 'clip', min: 0, max: 6 },
  tanh: { name: 'tanh' },
  sigmoid: { name: 'sigmoid' },
  log_sigmoid: { name: 'log_sigmoid' },
  hardtanh: { name: 'clip', min: -1, max: 1 },
  hardsigmoid: HARD_SIGMOID,
  hardswish: { name: 'hardswish' },
  elu: { name: 'elu', alpha: 1, scale: 1, rate: 1 },
  selu: SELU,
  celu: { name: 'elu', alpha: 1, scale: 1, rate: 1 },
  gelu: { name: 'gelu', approximate: 'none' },
  quick_gelu: { name: 'swish', beta: QUICK_GELU },
  silu: { name: 'silu' },
  mish: { name: 'mish' },
  softplus: { name: 'softplus', beta: 1, threshold: 20 },
  softsign: { name: 'softsign' },
  tanhshrink: { name: 'tanhshrink' },
} as const satisfies Readonly<Record<string, Activation>>;

/** None given: the defaults of all. */
const DEFAULTS: ActivationParameters = {
  number: (_name, otherwise) => otherwise,
  choice: (_name, ...known) => known[0],
};

/**
 * The nonlinearity of this name, e.g. "LeakyReLU", "leaky_relu", "hard_silu" or "logistic", with its parameters.
 * @param given the defaults by default
 * @returns null for a name that is not known and parameters that make no function. "linear" and "identity" are not known:
 * they are the names of layers, too
 */
export function activationNamed(
  name: string,
  given: ActivationParameters = DEFAULTS,
  dialect: Dialect = 'torch',
): Activation | null {
  const key = name.toLowerCase().replaceAll('_', '');
  return MEANINGS.get(OTHER_NAMES.get(key) ?? key)?.(given, dialect) ?? null;
}
