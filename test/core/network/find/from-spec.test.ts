import { describe, expect, it } from 'vitest';
import { findNetwork } from '../../../../src/core/network/find/find';
import type { LayerSpec } from '../../../../src/core/network/find/from-spec';
import { checkpointOf, networkOf } from '../../../support/checkpoint';
import { describeNetwork } from '../../../support/describe-network';

describe('a network from modscope.json', () => {
  const checkpoint = checkpointOf({
    'module.a.weight': [8, 4],
    'module.a.bias': [8],
    'module.b.weight': [3, 8],
  });

  it('is what it says', () => {
    const layers: LayerSpec[] = ['flatten', { dense: 'a' }, { leaky_relu: 0.1 }, 'dropout', { dense: 'b' }];
    const network = networkOf(checkpoint, { layers });
    expect(describeNetwork(network)).toBe('4 a:8 leaky_relu b:3');
    expect(network.nodes[2]).toMatchObject({
      name: 'a',
      operation: { activation: { name: 'leaky_relu', negativeSlope: 0.1 } },
    });
    expect(network.hidden).toEqual([2]);
    expect(network.source).toBe('modscope.json');
  });

  it.each<[LayerSpec[], RegExp]>([
    [[{ dense: 'c' }], /^net\.pt: no tensor of 2 dimensions c\.weight for the dense layer c.*a\.weight/],
    [[{ dense: 'b' }, 'relu', { dense: 'a' }], /^net\.pt: a takes 4 inputs and is given \[3\]/],
    [['relu', { dense: 'a' }], /^net\.pt: model\.layers\.0, its first layer, is a nonlinearity/],
    [['flatten'], /names no layer with weights/],
    [[{ conv: 'a' }], /no tensor of 4 dimensions a\.weight for the convolution a/],
    [[{ dense: 'a' }, { batch_norm: 'b' }], /no tensor b\.running_mean for the batch norm b/],
    [[{ dense: 'a' }, { group_norm: 'c', groups: 2 }], /no tensor c\.weight for the group norm c/],
    [[{ dense: 'a' }, { max_pool: 2 }], /^net\.pt: model\.layers\.1 takes /],
  ])('%j is an error', (layers, message) => {
    expect(() => networkOf(checkpoint, { layers })).toThrow(message);
  });

  it('names hidden layers by the layers whose units they show, all differently', () => {
    const square = checkpointOf({ 'a.weight': [4, 4], 'n.weight': [4], 'b.weight': [3, 4] });
    const layers: LayerSpec[] = [
      { dense: 'a' },
      { layer_norm: 'n' },
      'gelu',
      { dense: 'a' },
      'tanh',
      { layer_norm: 'n' },
      { gelu: 'tanh' },
      'silu',
      { dense: 'b' },
    ];
    const { nodes, hidden } = networkOf(square, { layers });
    expect(hidden.map((index) => nodes[index]?.name)).toEqual(['a', 'model.layers.4', 'n', 'model.layers.7']);
  });
});

describe('nonlinearities with tensors, parameters or gates', () => {
  const checkpoint = checkpointOf({
    ...{ 'a.weight': [8, 4], 'p.weight': [8], 'b.weight': [3, 8], 'h.weight': [3, 4] },
    ...{ 'w1.weight': [6, 4], 'w1.bias': [6], 'w3.weight': [6, 4], 'w2.weight': [3, 6] },
  });
  const between = (...specs: LayerSpec[]) =>
    networkOf(checkpoint, { layers: [{ dense: 'a' }, ...specs, { dense: 'b' }] });

  it.each<[LayerSpec, object]>([
    ['elu', { name: 'elu', alpha: 1, scale: 1, rate: 1 }],
    ['hardswish', { name: 'hardswish' }],
    [{ activation: 'elu(alpha=0.5)' }, { name: 'elu', alpha: 0.5, scale: 1, rate: 1 }],
    [{ activation: 'softplus(beta=2)' }, { name: 'softplus', beta: 2, threshold: 20 }],
  ])('%j', (spec, activation) => {
    expect(between(spec).nodes[2]).toMatchObject({
      name: 'a',
      operation: { kind: 'activation', activation },
    });
  });

  it('PReLU by the prefix of its slopes', () => {
    expect(between({ prelu: 'p' }).nodes[2]).toMatchObject({
      name: 'a',
      operation: { kind: 'prelu', weight: 'p.weight' },
    });
  });

  it('GLU halves the units, SwiGLU of one layer too', () => {
    const halved = (spec: LayerSpec) =>
      networkOf(checkpoint, { layers: [{ dense: 'a' }, spec, { dense: 'h' }] }).nodes[2];
    expect(halved('glu')).toMatchObject({
      shape: [4],
      operation: { kind: 'glu', axis: 0, activation: { name: 'sigmoid' }, gate: 'second' },
    });
    expect(halved({ glu: 'silu', gate_half: 'first' })).toMatchObject({
      operation: { kind: 'glu', axis: 0, activation: { name: 'silu' }, gate: 'first' },
    });
    expect(() => halved({ glu: 'silu', dim: 0 })).toThrow(
      /model\.layers\.1: halves dimension 0 of \[samples, 8\]/,
    );
  });

  it('SwiGLU of two layers: the units are their product', () => {
    const network = networkOf(checkpoint, { layers: [{ gate: 'w1', up: 'w3' }, { dense: 'w2' }] });
    const names = network.nodes.map(({ name, operation: { kind }, inputs }) => [name, kind, ...inputs]);
    expect(names).toEqual([
      ['input', 'input'],
      ['w3', 'dense', 0],
      ['w1', 'dense', 0],
      ['w1', 'activation', 2],
      ['w3', 'multiply', 3, 1],
      ['w2', 'dense', 4],
    ]);
    expect(network.nodes[3]?.operation).toMatchObject({ activation: { name: 'silu' } });
    expect(network.hidden).toEqual([4]);
  });

  it('a nonlinearity that is not known is an error', () => {
    expect(() => between({ activation: 'maxout' })).toThrow(/model\.layers\.1: "maxout" is no nonlinearity/);
  });
});

describe('a convolutional network from modscope.json', () => {
  const checkpoint = checkpointOf({
    ...{ 'conv1.weight': [8, 1, 5, 5], 'conv1.bias': [8], 'conv2.weight': [12, 4, 3, 3] },
    ...{ 'bn.weight': [8], 'bn.bias': [8], 'bn.running_mean': [8], 'bn.running_var': [8] },
    ...{ 'gn.weight': [12], 'gn.bias': [12], 'fc.weight': [10, 12], 'fc.bias': [10] },
  });
  const layers: LayerSpec[] = [
    { conv: 'conv1', padding: 2, stride: 2 },
    { batch_norm: 'bn', epsilon: 1e-3 },
    'relu',
    { max_pool: 3, stride: 2, padding: 1 },
    { conv: 'conv2', groups: 2, dilation: 2 },
    { group_norm: 'gn', groups: 3 },
    'silu',
    'global_avg_pool',
    'flatten',
    { dense: 'fc' },
  ];

  it('has the shapes that follow from the data', () => {
    const network = findNetwork(checkpoint, { layers }, [28, 28]);
    expect(describeNetwork(network)).toBe(
      '1×28×28 conv1:8×14×14 bn:8×14×14 relu model.layers.3:8×7×7 conv2:12×3×3 gn:12×3×3 silu ' +
        'model.layers.7:12 fc:10',
    );
    expect(network.hidden.map((index) => network.nodes[index]?.name)).toEqual(['conv1', 'conv2']);
    expect(network.nodes[2]?.operation).toMatchObject({ kind: 'batch_norm', epsilon: 1e-3 });
    expect(network.nodes[5]?.operation).toEqual({
      ...{ kind: 'conv', weight: 'conv2.weight', bias: null, strides: [1, 1], pads: [0, 0, 0, 0] },
      ...{ dilations: [2, 2], groups: 2 },
    });
  });

  it('has channels first, however the data are stored', () => {
    const colours = checkpointOf({ 'c.weight': [4, 3, 3, 3], 'fc.weight': [10, 4] });
    const layers: LayerSpec[] = [{ max_pool: 2 }, { conv: 'c' }, 'relu', 'global_avg_pool', { dense: 'fc' }];
    const inputOf = (shape: number[]) => findNetwork(colours, { layers }, shape).nodes[0]?.shape;
    expect(inputOf([32, 24, 3])).toEqual([3, 32, 24]);
    expect(inputOf([3, 32, 24])).toEqual([3, 32, 24]);
  });

  it('needs the shape of a sample, from the data or itself', () => {
    expect(findNetwork(checkpoint, { layers })).toBeNull();
    expect(findNetwork(checkpoint, { layers, input: [1, 28, 28] })?.nodes[0]?.shape).toEqual([1, 28, 28]);
    expect(() => findNetwork(checkpoint, { layers }, [3, 32, 32])).toThrow(/^net\.pt: conv1 /);
    expect(() => findNetwork(checkpoint, { layers }, [784])).toThrow(/^net\.pt: conv1 takes .*\[784\]/);
  });
});
