import { describe, expect, it } from 'vitest';
import type { PlainValue } from '../../../../src/core/base/plain-value';
import { activationFromHyperParameters } from '../../../../src/core/network/find/from-tensors';
import { checkpointOf } from '../../../support/checkpoint';

const activation = (hyperParameters: Record<string, PlainValue>) =>
  activationFromHyperParameters(checkpointOf({}, { hyperParameters }))?.activation;

describe('the nonlinearity that hyper-parameters name', () => {
  it.each([
    ['relu', { name: 'relu' }],
    ['ReLU6', { name: 'clip', min: 0, max: 6 }],
    ['leaky_relu', { name: 'leaky_relu', negativeSlope: 0.01 }],
    ['LeakyReLU(negative_slope=0.2, inplace=True)', { name: 'leaky_relu', negativeSlope: 0.2 }],
    ['nn.LeakyReLU(.3)', { name: 'leaky_relu', negativeSlope: 0.3 }],
    ['tanh', { name: 'tanh' }],
    ['torch.nn.Sigmoid', { name: 'sigmoid' }],
    ["<class 'torch.nn.modules.activation.SiLU'>", { name: 'silu' }],
    ['swish', { name: 'silu' }],
    ['gelu', { name: 'gelu', approximate: 'none' }],
    ['softplus(beta=2)', { name: 'softplus', beta: 2, threshold: 20 }],
    ['logistic', { name: 'sigmoid' }],
    ['identity', { name: 'identity' }],
    ["GELU(approximate='tanh')", { name: 'gelu', approximate: 'tanh' }],
  ])('%s', (written, expected) => {
    expect(activation({ activation: written })).toEqual(expected);
    expect(activation({ model_args: { act_fn: written } })).toEqual(expected);
    const metadata = { nonlinearity: written };
    expect(activationFromHyperParameters(checkpointOf({}, { metadata }))?.activation).toEqual(expected);
  });

  it.each(['glu', 'PReLU', 'maxout', 'leaky_relu(x)', 'elu(beta=2)', ''])(
    '%j is an error that says what can be',
    (written) => {
      expect(() => activation({ nonlinearity: written })).toThrow(
        `net.pt: hyper-parameter nonlinearity is ${written}, which cannot be analyzed. ReLU, LeakyReLU`,
      );
    },
  );

  it('none where nothing is named', () => {
    expect(activation({ activation: null, lr: 0.1, layers: ['relu'] })).toBeUndefined();
  });
});
