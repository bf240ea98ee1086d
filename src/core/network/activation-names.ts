import type { Activation } from './operations/activation';

/** Those whose name says all. */
export const PLAIN_ACTIVATIONS = {
  relu: { name: 'relu' },
  relu6: { name: 'clip', min: 0, max: 6 },
  tanh: { name: 'tanh' },
  sigmoid: { name: 'sigmoid' },
  gelu: { name: 'gelu', approximate: 'none' },
  silu: { name: 'silu' },
} as const satisfies Readonly<Record<string, Activation>>;

/** By the names of PyTorch's functions and classes, without case and underscores, with its defaults. */
const BY_NAME = new Map<string, Activation>([
  ...Object.entries(PLAIN_ACTIVATIONS),
  ['leakyrelu', { name: 'leaky_relu', negativeSlope: 0.01 }],
  ['hardtanh', { name: 'clip', min: -1, max: 1 }],
  ['gelutanh', { name: 'gelu', approximate: 'tanh' }],
  ['swish', { name: 'silu' }],
]);

/** For messages. */
export const KNOWN_ACTIVATIONS = 'ReLU, LeakyReLU, ReLU6, Hardtanh, Tanh, Sigmoid, GELU and SiLU';

/** The nonlinearity of this name, e.g. "LeakyReLU" or "leaky_relu"; null for one that is not known. */
export function activationNamed(name: string): Activation | null {
  return BY_NAME.get(name.toLowerCase().replaceAll('_', '')) ?? null;
}
