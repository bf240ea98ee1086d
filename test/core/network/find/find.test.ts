import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/core/checkpoint/checkpoint';
import { findNetwork } from '../../../../src/core/network/find/find';
import type { NetworkHints } from '../../../../src/core/network/find/from-tensors';
import type { NetworkSpec } from '../../../../src/core/network/find/from-spec';
import { checkpointOf, networkOf } from '../../../support/checkpoint';
import { describeNetwork } from '../../../support/describe-network';

const found = (checkpoint: Checkpoint) => describeNetwork(networkOf(checkpoint));

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
    const network = networkOf(checkpointOf({ 'fc1.weight': [8, 4], 'fc2.weight': [3, 8] }));
    expect(network.source).toBe('tensor names and shapes');
    expect(network.assumptions.map(({ name }) => name)).toEqual(['structure', 'activation']);
    expect(network.assumptions[1]?.says).toBe('ReLU was assumed between the layers.');
    const unnumbered = { 'a.weight': [4, 4], 'b.weight': [4, 4], 'c.weight': [3, 4], 'd.weight': [3, 3] };
    expect(networkOf(checkpointOf(unnumbered)).assumptions[1]).toMatchObject({
      name: 'order',
      says: 'The layers were taken in the order a → b → c → d.',
    });
  });

  it('takes the nonlinearity from the hyper-parameters', () => {
    const shapes = { 'fc1.weight': [8, 4], 'fc2.weight': [3, 8] };
    const network = networkOf(checkpointOf(shapes, { hyperParameters: { activation: 'tanh' } }));
    expect(describeNetwork(network)).toBe('4 fc1:8 tanh fc2:3');
    expect(network.source).toBe('tensor names and shapes, hyper-parameter activation');
    expect(network.assumptions.map(({ name }) => name)).toEqual(['structure']);
  });

  describe('what modscope.json says of it', () => {
    const square = checkpointOf({ 'a.weight': [4, 4], 'b.weight': [4, 4], 'c.weight': [4, 4] });
    const told = (hints: NetworkHints) => {
      const network = findNetwork(square, hints, [4]);
      return [describeNetwork(network), ...network.assumptions.map(({ name }) => name)];
    };

    it('is taken', () => {
      expect(told({ activation: 'leaky_relu(0.2)', order: ['b', 'a', 'c'], kernels: 'in_out' })).toEqual([
        '4 b:4 leaky_relu a:4 leaky_relu c:4',
        'structure',
      ]);
      expect(told({ order: ['c', 'b', 'a'] })).toContain('activation');
    });

    it.each<[NetworkHints, string]>([
      [{ activation: 'sine' }, 'model.activation: sine cannot be analyzed. ReLU, LeakyReLU'],
      [{ order: ['a', 'b', 'd'] }, 'model.order: there is no layer d. There are a, b, c'],
      [{ order: ['a', 'b'] }, 'model.order: leaves out the layer c'],
      [{ order: ['a', 'b', 'c', 'a'] }, 'model.order: names a layer twice'],
    ])('is an error where it cannot be: %j', (hints, message) => {
      expect(() => told(hints)).toThrow(message);
    });
  });

  it('names the tensors it has no place for, and how to describe the network', () => {
    const extra = { 'fc1.weight': [8, 4], 'fc2.weight': [3, 8], scale: [8] };
    expect(() => networkOf(checkpointOf(extra))).toThrow(
      /^net\.pt: unknown architecture: no place found for scale \[8\]\. Export .*model\.onnx.*modscope\.json/,
    );
    const unconnected = { 'a.weight': [8, 4], 'b.weight': [3, 7] };
    expect(() => networkOf(checkpointOf(unconnected))).toThrow(
      /no place found for a\.weight \[8, 4\], b\.weight/,
    );
    expect(() => networkOf(checkpointOf({}))).toThrow(/no weights/);
  });

  it('says which readings of convolutions fit, and describes the first', () => {
    const shapes = {
      ...{ 'conv1.weight': [2, 1, 3, 3], 'conv1.bias': [2], 'conv2.weight': [3, 2, 3, 3], 'conv2.bias': [3] },
      ...{ 'fc.weight': [10, 432], 'fc.bias': [10] },
    };
    expect(findNetwork(checkpointOf(shapes))).toBeNull();
    expect(() => findNetwork(checkpointOf(shapes), undefined, [28, 28])).toThrow(
      'net.pt: unknown architecture: 2 readings of its convolutions fit their sizes: conv1 with padding 1 and a 2 × 2 max-pool, ' +
        'conv2 with padding 0; or conv1 with padding 0, conv2 with padding 0 and a 2 × 2 max-pool. Export the network to ONNX',
    );
    const described = /the first of these is (\{.*\})$/.exec(messageOf(shapes, [28, 28]))?.[1] ?? '';
    const { model } = JSON.parse(described) as { model: NetworkSpec };
    const network = findNetwork(checkpointOf(shapes), model, [28, 28]);
    expect(describeNetwork(network)).toMatch(
      /^1×28×28 conv1:2×28×28 relu .*:2×14×14 conv2:3×12×12 relu .*:432 fc:10$/,
    );
    expect(() => findNetwork(checkpointOf(shapes), undefined, [20, 20])).toThrow(
      'tensors and samples of [20, 20] do not tell the strides, padding and pooling around the convolutions conv1.weight',
    );
    expect(() => findNetwork(checkpointOf(shapes), undefined, [3, 28, 28])).toThrow(
      'its first convolution conv1 takes 1 channels, and samples are [3, 28, 28]',
    );
  });

  it('refuses many readings: where channels are averaged, no size tells the pools', () => {
    const shapes = { 'conv.weight': [8, 3, 3, 3], 'conv.bias': [8], 'fc.weight': [10, 8] };
    expect(() => findNetwork(checkpointOf(shapes), undefined, [3, 32, 32])).toThrow(
      '4 readings of its convolutions fit their sizes: conv with padding 1 and a 2 × 2 max-pool, averaged over the picture',
    );
  });
});

function messageOf(shapes: Readonly<Record<string, readonly number[]>>, sample: readonly number[]): string {
  try {
    findNetwork(checkpointOf(shapes), undefined, sample);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}
