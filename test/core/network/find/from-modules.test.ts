import { describe, expect, it } from 'vitest';
import type { PlainValue } from '../../../../src/core/base/plain-value';
import type { ModuleNode } from '../../../../src/core/checkpoint/checkpoint';
import { findNetwork } from '../../../../src/core/network/find/find';
import { checkpointOf, moduleOf, networkOf } from '../../../support/checkpoint';
import { SELU } from '../../../../src/core/network/ops/activation';
import { describeNetwork } from '../../../support/describe-network';

const shapes = { '1.weight': [8, 4], '1.bias': [8], '4.weight': [3, 8], '4.bias': [3] };
const nn = 'torch.nn.modules';
const sequential = (children: readonly ModuleNode[]) => moduleOf(`${nn}.container.Sequential`, '', children);
const layers = [
  moduleOf(`${nn}.flatten.Flatten`, '0'),
  moduleOf(`${nn}.linear.Linear`, '1'),
  moduleOf(`${nn}.activation.LeakyReLU`, '2', [], { negative_slope: 0.3 }),
  moduleOf(`${nn}.dropout.Dropout`, '3'),
  moduleOf(`${nn}.linear.Linear`, '4'),
];

describe('a network from its pickled modules', () => {
  it('is what an nn.Sequential says, even inside another module', () => {
    expect(describeNetwork(networkOf(checkpointOf(shapes, { modules: sequential(layers) })))).toBe(
      '4 1:8 leaky_relu 4:3',
    );
    const modules = moduleOf('my.Net', '', [sequential(layers)]);
    const network = networkOf(checkpointOf(shapes, { modules }));
    expect(network.nodes[2]?.operation).toEqual({
      kind: 'activation',
      activation: { name: 'leaky_relu', negativeSlope: 0.3 },
    });
    expect(network.assumptions).toEqual([]);
  });

  it.each(['Softmax', 'LogSoftmax', 'Sigmoid'])('ends at the logits, before a %s', (name) => {
    const modules = sequential([...layers, moduleOf(`${nn}.activation.${name}`, '5')]);
    const network = networkOf(checkpointOf(shapes, { modules }));
    expect(describeNetwork(network)).toBe('4 1:8 leaky_relu 4:3');
    expect(network.notes).toEqual([`The final ${name} was left off: its inputs are the logits.`]);
  });

  it('is told from the tensors where the class is the user’s own', () => {
    for (const className of ['my.Net', 'my.Sequential']) {
      const checkpoint = checkpointOf(shapes, { modules: moduleOf(className, '', layers) });
      expect(describeNetwork(networkOf(checkpoint))).toBe('4 1:8 relu 4:3');
    }
  });

  it('names a module that cannot be analyzed, whatever a class of the user’s own is called', () => {
    const withModule = (className: string) => {
      const modules = sequential([...layers, moduleOf(className, '5')]);
      return () => networkOf(checkpointOf(shapes, { modules }));
    };
    expect(withModule(`${nn}.activation.MultiheadAttention`)).toThrow(
      /^net\.pt: module 5 is a MultiheadAttention, which cannot be analyzed\. Linear, Conv2d, .* can$/,
    );
    expect(withModule(`${nn}.activation.constructor`)).toThrow(/module 5 is a constructor/);
    expect(withModule('my.Linear')).toThrow(/module 5 is a my\.Linear/);
  });

  it.each<[string, Record<string, PlainValue>, object]>([
    ['ReLU', {}, { name: 'relu' }],
    ['Tanh', {}, { name: 'tanh' }],
    ['Sigmoid', {}, { name: 'sigmoid' }],
    ['SiLU', {}, { name: 'silu' }],
    ['GELU', {}, { name: 'gelu', approximate: 'none' }],
    ['GELU', { approximate: 'tanh' }, { name: 'gelu', approximate: 'tanh' }],
    ['ReLU6', { min_val: 0, max_val: 6 }, { name: 'clip', min: 0, max: 6 }],
    ['ELU', { alpha: 0.5 }, { name: 'elu', alpha: 0.5, scale: 1, rate: 1 }],
    ['SELU', {}, SELU],
    ['CELU', { alpha: 0.5 }, { name: 'elu', alpha: 0.5, scale: 1, rate: 2 }],
    ['Mish', {}, { name: 'mish' }],
    ['Softplus', { beta: 2, threshold: 5 }, { name: 'softplus', beta: 2, threshold: 5 }],
    ['Softsign', {}, { name: 'softsign' }],
    ['LogSigmoid', {}, { name: 'log_sigmoid' }],
    ['Hardswish', {}, { name: 'hardswish' }],
    ['Hardsigmoid', {}, { name: 'hardsigmoid', alpha: 1 / 6, beta: 0.5 }],
    ['Hardshrink', { lambd: 0.25 }, { name: 'shrink', lambda: 0.25, bias: 0 }],
    ['Softshrink', { lambd: 0.25 }, { name: 'shrink', lambda: 0.25, bias: 0.25 }],
    ['Threshold', { threshold: 0.1, value: -1 }, { name: 'threshold', threshold: 0.1, value: -1 }],
    ['RReLU', { lower: 0.1, upper: 0.5 }, { name: 'leaky_relu', negativeSlope: 0.3 }],
    ['Hardtanh', { min_val: -2, max_val: 3 }, { name: 'clip', min: -2, max: 3 }],
  ])('%s %j', (name, attributes, activation) => {
    const other = moduleOf(`${nn}.activation.${name}`, '2', [], attributes);
    const modules = sequential(layers.map((layer) => (layer.path === '2' ? other : layer)));
    expect(networkOf(checkpointOf(shapes, { modules })).nodes[2]).toMatchObject({
      name: '1',
      operation: { activation },
    });
  });
});

describe('nonlinearities with tensors or two inputs', () => {
  const chain = (other: ModuleNode) =>
    sequential(layers.map((layer) => (layer.path === '2' ? other : layer)));

  it('PReLU has its slopes from the checkpoint', () => {
    const modules = chain(moduleOf(`${nn}.activation.PReLU`, '2', [], { num_parameters: 8 }));
    const network = networkOf(checkpointOf({ ...shapes, '2.weight': [8] }, { modules }));
    expect(network.nodes[2]).toMatchObject({
      name: '1',
      operation: { kind: 'prelu', weight: '2.weight', aligned: 'first' },
    });
    expect(network.hidden).toEqual([2]);
    expect(() => networkOf(checkpointOf(shapes, { modules }))).toThrow(/no tensor of 1 dimensions 2\.weight/);
    expect(() => networkOf(checkpointOf({ ...shapes, '2.weight': [3] }, { modules }))).toThrow(
      /has slopes of \[3\] and is given \[8\]/,
    );
  });

  it('GLU halves the units', () => {
    const gated = (dim: number) => chain(moduleOf(`${nn}.activation.GLU`, '2', [], { dim }));
    const halved = { ...shapes, '4.weight': [3, 4] };
    for (const dim of [-1, 1]) {
      const network = networkOf(checkpointOf(halved, { modules: gated(dim) }));
      expect(network.nodes[2]).toMatchObject({
        name: '1',
        shape: [4],
        operation: { kind: 'glu', axis: 0, gate: 'second', activation: { name: 'sigmoid' } },
      });
      expect(network.hidden).toEqual([2]);
    }
    for (const dim of [0, 2, -2])
      expect(() => networkOf(checkpointOf(halved, { modules: gated(dim) }))).toThrow(
        /dim of module 2 is -?\d; only a dimension of \[samples, 8\] other than the samples/,
      );
  });
});

describe('a convolutional nn.Sequential', () => {
  const norm = (name: string, channels: number) =>
    Object.fromEntries(
      ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]),
    );
  const checkpoint = (children: readonly ModuleNode[]) =>
    checkpointOf(
      {
        ...{ '0.weight': [8, 3, 3, 4], '0.bias': [8], ...norm('1', 8), '4.weight': [8, 2, 3, 3] },
        ...{ '5.weight': [8], '5.bias': [8], '9.weight': [10, 32], '9.bias': [10] },
      },
      { modules: sequential(children) },
    );
  const conv = (path: string, attributes: Record<string, PlainValue>) =>
    moduleOf(`${nn}.conv.Conv2d`, path, [], { padding_mode: 'zeros', ...attributes });
  const pooling = (name: string, path: string, attributes: Record<string, PlainValue>) =>
    moduleOf(`${nn}.pooling.${name}`, path, [], attributes);
  const children = [
    conv('0', { stride: [1, 1], padding: 'same', dilation: [2, 1], groups: 1 }),
    moduleOf(`${nn}.batchnorm.BatchNorm2d`, '1', [], { eps: 0.001, track_running_stats: true }),
    moduleOf(`${nn}.activation.ReLU`, '2', [], { inplace: true }),
    pooling('MaxPool2d', '3', { kernel_size: 3, stride: 2, padding: 1, dilation: 1, ceil_mode: true }),
    conv('4', { stride: [2, 1], padding: [0, 1], dilation: [1, 1], groups: 4 }),
    moduleOf(`${nn}.normalization.GroupNorm`, '5', [], { num_groups: 2, eps: 1e-5, affine: true }),
    moduleOf(`${nn}.activation.GELU`, '6', [], { approximate: 'none' }),
    pooling('AdaptiveAvgPool2d', '7', { output_size: [1, 4] }),
    moduleOf(`${nn}.flatten.Flatten`, '8', [], { start_dim: 1, end_dim: -1 }),
    moduleOf(`${nn}.linear.Linear`, '9'),
  ];

  it('has the attributes of its modules and the shapes that follow from the data', () => {
    const network = findNetwork(checkpoint(children), undefined, [3, 15, 15]);
    expect(describeNetwork(network)).toBe(
      '3×15×15 0:8×15×15 1:8×15×15 relu 3:8×8×8 4:8×3×8 5:8×3×8 gelu 7:8×1×4 8:32 9:10',
    );
    expect(network.hidden.map((index) => network.nodes[index]?.name)).toEqual(['0', '4']);
    const operations = network.nodes.map(({ operation }) => operation);
    expect(operations[1]).toMatchObject({
      pads: [2, 1, 2, 2],
      strides: [1, 1],
      dilations: [2, 1],
      groups: 1,
    });
    expect(operations[2]).toMatchObject({
      mean: '1.running_mean',
      variance: '1.running_var',
      epsilon: 0.001,
    });
    expect(operations[4]).toMatchObject({ mode: 'max', kernel: [3, 3], strides: [2, 2], ceil: true });
    expect(operations[5]).toMatchObject({ pads: [0, 1, 0, 1], strides: [2, 1], groups: 4, bias: null });
    expect(operations[8]).toMatchObject({ mode: 'average', kernel: [3, 2], strides: [3, 2] });
  });

  it('needs the shape of a sample', () => {
    expect(findNetwork(checkpoint(children))).toBeNull();
    expect(() => findNetwork(checkpoint(children), undefined, [28, 28])).toThrow(/^net\.pt: 0 /);
    expect(() => findNetwork(checkpoint(children), undefined, [3, 15, 13])).toThrow(
      'net.pt: output_size of module 7 is [1,4]; only sizes that divide those of its input, [8, 3, 7], can be analyzed',
    );
  });

  it.each<[ModuleNode, string]>([
    [
      conv('0', { padding_mode: 'reflect' }),
      'padding_mode of module 0 is "reflect"; only zeros can be analyzed',
    ],
    [conv('0', { stride: [0, 1] }), 'stride of module 0 is [0,1]; only one or two sizes can be analyzed'],
    [conv('0', { groups: '<x>' }), 'groups of module 0 is "<x>"; only a size can be analyzed'],
    [
      moduleOf(`${nn}.batchnorm.BatchNorm2d`, '1', [], { track_running_stats: false }),
      'track_running_stats of module 1 is false; only true can be analyzed',
    ],
    [
      pooling('AvgPool2d', '3', { kernel_size: 2, divisor_override: 3 }),
      'divisor_override of module 3 is 3; only null can be analyzed',
    ],
    [pooling('MaxPool2d', '3', {}), 'kernel_size of module 3 is null; only one or two sizes can be analyzed'],
    [
      moduleOf(`${nn}.flatten.Flatten`, '8', [], { start_dim: 2 }),
      'start_dim of module 8 is 2; only 1 can be analyzed',
    ],
  ])('%o is an error', (module, message) => {
    const changed = children.map((child) => (child.path === module.path ? module : child));
    expect(() => findNetwork(checkpoint(changed))).toThrow(`net.pt: ${message}`);
  });
});
