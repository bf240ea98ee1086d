import { describe, expect, it } from 'vitest';
import {
  type Activation,
  activationNamed,
  type Dialect,
  KNOWN_ACTIVATIONS,
  SELU,
} from '../../../../src/core/network/ops/activation';
import {
  activationText,
  parseActivation,
  WrittenParameters,
} from '../../../../src/core/network/ops/activation-text';

describe('a nonlinearity in words', () => {
  it.each<[string, string]>([
    ['tanh', 'tanh'],
    ['nn.Tanh', 'tanh'],
    ['torch.nn.functional.leaky_relu', 'leaky_relu'],
    ['leaky_relu(0.2)', 'leaky_relu(negative_slope=0.2)'],
    ['LeakyReLU(negative_slope=.3, inplace=True)', 'leaky_relu(negative_slope=0.3)'],
    ['LeakyReLU(alpha=0.3)', 'leaky_relu(negative_slope=0.3)'],
    ['leaky relu', 'leaky_relu'],
    ['elu(alpha=0.5)', 'elu(alpha=0.5)'],
    ['ELU()', 'elu'],
    ['SELU(inplace=True)', 'selu'],
    ['nn.CELU(0.7)', 'celu(alpha=0.7)'],
    ['nn.Softplus(beta=2)', 'softplus(beta=2)'],
    ['Softplus(1, 5)', 'softplus(threshold=5)'],
    ['hard-swish', 'hardswish'],
    ['hard_silu', 'hardswish'],
    ['hard_sigmoid', 'hardsigmoid'],
    ['hard_tanh', 'hardtanh'],
    ['Hardtanh(-2, 2)', 'hardtanh(min_val=-2, max_val=2)'],
    ['Hardtanh(min_val=0, max_val=6)', 'relu6'],
    ['soft_sign', 'softsign'],
    ['log_sigmoid', 'log_sigmoid'],
    ['LogSigmoid', 'log_sigmoid'],
    ['logistic', 'sigmoid'],
    ['identity', 'identity'],
    ['linear', 'identity'],
    ['nn.Identity()', 'identity'],
    ['swish', 'silu'],
    ['Swish(beta=1.702)', 'quick_gelu'],
    ['QuickGELU', 'quick_gelu'],
    ['gelu_new', "gelu(approximate='tanh')"],
    ["GELU(approximate='tanh')", "gelu(approximate='tanh')"],
    ['gelu(approximate=False)', 'gelu'],
    ['Softshrink(0.25)', 'softshrink(lambd=0.25)'],
    ['Hardshrink(lambd=0.25)', 'hardshrink(lambd=0.25)'],
    ['Threshold(0.1, 20)', 'threshold(threshold=0.1, value=20)'],
    ["<class 'torch.nn.modules.activation.Mish'>", 'mish'],
    ['<function elu at 0x7f3e5c0d1a60>', 'elu'],
    ['<built-in function softplus>', 'softplus'],
    ['<built-in method tanh of type object at 0x7f3e5c0d1a60>', 'tanh'],
    ['jax.nn.gelu', "gelu(approximate='tanh')"],
    ['nn.gelu', "gelu(approximate='tanh')"],
    ['jax.nn.gelu(approximate=False)', 'gelu'],
    ['keras.activations.leaky_relu', 'leaky_relu(negative_slope=0.2)'],
  ])('%s is %s', (written, expected) => {
    const found = parseActivation(written);
    expect(found && activationText(found)).toBe(expected);
    expect(parseActivation(expected)).toEqual(found);
  });

  it.each([
    ...[
      '',
      '()',
      'prelu',
      'PReLU()',
      'glu',
      'maxout',
      'relu, tanh',
      'leaky_relu(x)',
      'leaky_relu(0.2, 0.3, 4)',
    ],
    ...[
      'elu(beta=1)',
      'celu(alpha=0)',
      'celu(alpha=-1)',
      'softplus(beta=0)',
      'Threshold()',
      'Hardtanh(2, 1)',
    ],
    ...['leaky_relu(inf)', 'gelu(approximate="erf")', 'relu(tanh(1))', 'constructor', '__proto__', 'tanh(1)'],
    ...[
      'softplus(threshold=-1)',
      'softshrink(-1)',
      `relu${' '.repeat(300)}`,
      'elu(alpha=)',
      'elu(alpha="1")',
    ],
  ])('%j is not understood', (written) => {
    expect(parseActivation(written)).toBeNull();
  });

  it.each<[string, Dialect, Activation]>([
    ['gelu', 'jax', { name: 'gelu', approximate: 'tanh' }],
    ['gelu', 'keras', { name: 'gelu', approximate: 'none' }],
    ['leaky_relu', 'jax', { name: 'leaky_relu', negativeSlope: 0.01 }],
    ['leaky_relu', 'keras', { name: 'leaky_relu', negativeSlope: 0.2 }],
    ['hard_sigmoid', 'keras', { name: 'hardsigmoid', alpha: 1 / 6, beta: 0.5 }],
    ['hard_sigmoid', 'keras2', { name: 'hardsigmoid', alpha: 0.2, beta: 0.5 }],
    ['softplus', 'keras', { name: 'softplus', beta: 1, threshold: Infinity }],
    ['selu', 'jax', SELU],
  ])('%s of %s is what it is there', (written, dialect, expected) => {
    expect(parseActivation(written, dialect)).toEqual(expected);
    expect(activationNamed(written, new WrittenParameters([], {}), dialect)).toEqual(expected);
  });

  it('a text is read as what was written, to the last digit', () => {
    const unusual: Activation[] = [
      { name: 'leaky_relu', negativeSlope: 1 / 3 },
      { name: 'elu', alpha: 1 / 3, scale: 1 / 7, rate: 1e-7 },
      { name: 'elu', alpha: 0.7, scale: 1, rate: 1 / 0.7 },
      { name: 'softplus', beta: 1 / 3, threshold: Infinity },
      { name: 'clip', min: -1 / 3, max: Infinity },
      { name: 'hardsigmoid', alpha: 0.2, beta: 0.5 },
      { name: 'swish', beta: 1 / 3 },
      { name: 'shrink', lambda: 0.25, bias: 0.125 },
      { name: 'threshold', threshold: -1e-20, value: 1e21 },
      { name: 'erf' },
    ];
    for (const each of unusual) expect(parseActivation(activationText(each))).toEqual(each);
  });

  it('takes the names of layers for none', () => {
    expect(activationNamed('Linear')).toBeNull();
    expect(activationNamed('Identity')).toBeNull();
  });

  it('knows what it says it knows', () => {
    for (const name of KNOWN_ACTIVATIONS.split(/, | and /)) {
      const written = name === 'Threshold' ? 'Threshold(0, 1)' : name;
      expect(parseActivation(written), name).not.toBeNull();
    }
  });
});
