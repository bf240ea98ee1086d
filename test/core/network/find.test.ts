import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/core/checkpoint/checkpoint';
import { findNetwork } from '../../../src/core/network/find';
import type { Network } from '../../../src/core/network/network';
import { checkpointOf, moduleOf } from '../../support/checkpoint';

/** "64 fc1 relu 10 fc2": the sizes with the names, and the nonlinearities between. */
function describeNetwork({ nodes }: Network): string {
  return nodes
    .map(({ name, operation, shape }) => {
      if (operation.kind === 'input') return shape.join('×');
      if (operation.kind === 'activation') return operation.activation.name;
      return `${name}:${shape.join('×')}`;
    })
    .join(' ');
}

const found = (checkpoint: Checkpoint) => describeNetwork(findNetwork(checkpoint));

describe('a dense stack from tensor names and shapes', () => {
  it.each([
    [
      'PyTorch',
      { 'fc1.weight': [8, 4], 'fc1.bias': [8], 'fc2.weight': [3, 8], 'fc2.bias': [3] },
      'fc1',
      'fc2',
    ],
    ['Sequential', { '0.weight': [8, 4], '0.bias': [8], '3.weight': [3, 8], '3.bias': [3] }, '0', '3'],
    ['wrapped', { 'module.model.a.weight': [8, 4], 'module.model.b.weight': [3, 8] }, 'a', 'b'],
    ['Keras', { 'a.kernel': [4, 8], 'a.bias': [8], 'b.kernel': [8, 3], 'b.bias': [3] }, 'a', 'b'],
    ['by hand', { W1: [4, 8], b1: [8], W2: [8, 3], b2: [3] }, 'W1', 'W2'],
    ['underscores', { fc1_weight: [8, 4], fc1_bias: [8], fc2_weight: [3, 8], fc2_bias: [3] }, 'fc1', 'fc2'],
  ])('%s', (_, shapes, first, second) => {
    expect(found(checkpointOf(shapes))).toBe(`4 ${first}:8 relu ${second}:3`);
  });

  it('of any depth, in the order in which people count', () => {
    const shapes: Record<string, number[]> = {};
    // As safetensors sorts them: fc10 before fc2.
    for (const i of [1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9]) shapes[`fc${i}.weight`] = [i === 11 ? 3 : 6, 6];
    const names = found(checkpointOf(shapes)).match(/fc\d+/g);
    expect(names).toEqual(Array.from({ length: 11 }, (_, i) => `fc${i + 1}`));
  });

  it('in the only order that fits, where the names say none', () => {
    const shapes = { 'hidden.weight': [6, 8], 'input.weight': [8, 4], 'output.weight': [3, 6] };
    expect(found(checkpointOf(shapes))).toBe('4 input:8 relu hidden:6 relu output:3');
  });

  it('says what it assumed', () => {
    const network = findNetwork(checkpointOf({ 'fc1.weight': [8, 4], 'fc2.weight': [3, 8] }));
    expect(network.source).toBe('tensor names and shapes');
    expect(network.assumptions).toEqual(['ReLU was assumed between the layers.']);
    const unnumbered = { 'a.weight': [4, 4], 'b.weight': [4, 4], 'c.weight': [3, 4], 'd.weight': [3, 3] };
    expect(findNetwork(checkpointOf(unnumbered)).assumptions[0]).toBe(
      'The layers were taken in the order a → b → c → d.',
    );
  });

  it('takes the nonlinearity from the hyper-parameters', () => {
    const shapes = { 'fc1.weight': [8, 4], 'fc2.weight': [3, 8] };
    const leaky = { hyperParameters: { model_args: { activation: 'LeakyReLU' } } };
    expect(found(checkpointOf(shapes, leaky))).toBe('4 fc1:8 leaky_relu fc2:3');
    const tanh = checkpointOf(shapes, { hyperParameters: { activation: 'tanh' } });
    expect(() => findNetwork(tanh)).toThrow(/hyper-parameter activation is tanh/);
  });

  it('names the tensors it has no place for, and how to describe the network', () => {
    const shapes = { 'conv.weight': [8, 3, 3, 3], 'conv.bias': [8], 'fc.weight': [10, 8] };
    expect(() => findNetwork(checkpointOf(shapes))).toThrow(
      /^net\.pt: unknown architecture: no place found for conv\.weight \[8, 3, 3, 3\], conv\.bias \[8\].*modscope\.json/,
    );
    const unconnected = { 'a.weight': [8, 4], 'b.weight': [3, 7] };
    expect(() => findNetwork(checkpointOf(unconnected))).toThrow(
      /no place found for a\.weight \[8, 4\], b\.weight/,
    );
    expect(() => findNetwork(checkpointOf({}))).toThrow(/no weights/);
  });
});

describe('a network from its pickled modules', () => {
  const shapes = { '1.weight': [8, 4], '1.bias': [8], '4.weight': [3, 8], '4.bias': [3] };
  const nn = 'torch.nn.modules';
  const layers = [
    moduleOf(`${nn}.flatten.Flatten`, '0'),
    moduleOf(`${nn}.linear.Linear`, '1'),
    moduleOf(`${nn}.activation.LeakyReLU`, '2', [], { negative_slope: 0.3 }),
    moduleOf(`${nn}.dropout.Dropout`, '3'),
    moduleOf(`${nn}.linear.Linear`, '4'),
  ];

  it('is what an nn.Sequential says, even inside another module', () => {
    const sequential = moduleOf(`${nn}.container.Sequential`, '', layers);
    expect(found(checkpointOf(shapes, { modules: sequential }))).toBe('4 1:8 leaky_relu 4:3');
    const network = findNetwork(checkpointOf(shapes, { modules: moduleOf('my.Net', '', [sequential]) }));
    expect(network.nodes[2]?.operation).toEqual({
      kind: 'activation',
      activation: { name: 'leaky_relu', negativeSlope: 0.3 },
    });
    expect(network.assumptions).toEqual([]);
  });

  it('ends at the logits', () => {
    const modules = moduleOf('Sequential', '', [...layers, moduleOf(`${nn}.activation.LogSoftmax`, '5')]);
    const network = findNetwork(checkpointOf(shapes, { modules }));
    expect(describeNetwork(network)).toBe('4 1:8 leaky_relu 4:3');
    expect(network.assumptions).toEqual(['The final LogSoftmax was left off: its inputs are the logits.']);
  });

  it('is told from the tensors where the class is the user’s own', () => {
    expect(found(checkpointOf(shapes, { modules: moduleOf('my.Net', '', layers) }))).toBe('4 1:8 relu 4:3');
  });

  it('names a module that cannot be analyzed', () => {
    const modules = moduleOf('Sequential', '', [...layers, moduleOf(`${nn}.activation.Tanh`, '5')]);
    expect(() => findNetwork(checkpointOf(shapes, { modules }))).toThrow(/module 5 is a Tanh/);
  });
});

describe('a network from modscope.json', () => {
  const checkpoint = checkpointOf({
    'module.a.weight': [8, 4],
    'module.a.bias': [8],
    'module.b.weight': [3, 8],
  });

  it('is what it says', () => {
    const network = findNetwork(checkpoint, [
      'flatten',
      { dense: 'a' },
      { leaky_relu: 0.1 },
      'dropout',
      { dense: 'b' },
    ]);
    expect(describeNetwork(network)).toBe('4 a:8 leaky_relu b:3');
    expect(network.source).toBe('modscope.json');
  });

  it.each([
    [[{ dense: 'c' }], /no two-dimensional tensor c\.weight.*a\.weight/],
    [[{ dense: 'b' }, 'relu' as const, { dense: 'a' }], /dense layer a takes 4 inputs and is given 3/],
    [['relu' as const, { dense: 'a' }], /starts with a nonlinearity/],
    [['flatten' as const], /names no dense layer/],
  ])('%j is an error', (layers, message) => {
    expect(() => findNetwork(checkpoint, layers)).toThrow(message);
  });
});
