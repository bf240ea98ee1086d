import { describe, expect, it } from 'vitest';
import { cifar10Fast } from '../../../../src/core/network/find/cifar10-fast';
import { checkpointOf, networkOf } from '../../../support/checkpoint';
import { cifar10FastTensors } from '../../../support/cifar10-fast';

describe('the CIFAR-10 network of the paper', () => {
  it('is told from its tensors, with its six hidden layers', () => {
    const { nodes, hidden, assumptions } = networkOf(checkpointOf(cifar10FastTensors([8, 16, 24, 32], 64)));
    expect(hidden.map((index) => [nodes[index]!.name, nodes[index]!.shape])).toEqual([
      ['conv1', [8, 32, 32]],
      ['layer1', [8, 32, 32]],
      ['layer2', [16, 16, 16]],
      ['layer3', [24, 8, 8]],
      ['layer4', [32, 4, 4]],
      ['pool', [64, 1, 1]],
    ]);
    expect(nodes.at(-1)).toMatchObject({ name: 'proj', shape: [10] });
    expect(assumptions).toEqual([]);
  });

  it('adds what is activated: the identity or its projection, and the second convolution', () => {
    const { nodes } = networkOf(checkpointOf(cifar10FastTensors([8, 16, 16, 16], 32)));
    const read = (name: string, kind: string) =>
      nodes.find((node) => node.name === name && node.operation.kind === kind)?.inputs.map((i) => nodes[i]);
    expect(read('layer1.0', 'add')).toMatchObject([
      { name: 'layer1.0.bn1', operation: { kind: 'activation' } },
      { name: 'layer1.0.conv2', operation: { pads: [1, 1, 1, 1], strides: [1, 1] } },
    ]);
    expect(read('layer3.0', 'add')).toMatchObject([
      { name: 'layer3.0.proj', operation: { pads: [0, 0, 0, 0], strides: [2, 2] } },
      { name: 'layer3.0.conv2' },
    ]);
    expect(read('layer3.0.proj', 'conv')).toMatchObject([
      { name: 'layer3.0.bn1', operation: { kind: 'activation' } },
    ]);
    expect(read('layer3', 'add')).toMatchObject([{ name: 'layer3.1.bn1' }, { name: 'layer3.1.conv2' }]);
  });

  it('pools by the maximum alone where its readout takes that', () => {
    const { nodes, hidden } = networkOf(checkpointOf(cifar10FastTensors([8, 16, 16, 16], 16)));
    expect(nodes[hidden.at(-1) ?? -1]).toMatchObject({
      ...{ name: 'pool', shape: [16, 1, 1] },
      operation: { kind: 'pool', mode: 'max', kernel: [4, 4], strides: [4, 4] },
    });
  });

  it('is nothing else: a tensor more, less, or of another shape', () => {
    const shapes = cifar10FastTensors([8, 16, 16, 16], 32);
    expect(cifar10Fast(checkpointOf(shapes))).not.toBeNull();
    expect(cifar10Fast(checkpointOf({ ...shapes, 'model.scale': [1] }))).toBeNull();
    expect(
      cifar10Fast(checkpointOf({ ...shapes, 'model.layer4.1.conv2.weight': [16, 16, 5, 5] })),
    ).toBeNull();
    expect(cifar10Fast(checkpointOf({ ...shapes, 'model.proj.weight': [10, 48] }))).toBeNull();
    expect(cifar10Fast(checkpointOf({}))).toBeNull();
    delete shapes['model.layer1.0.bn1.running_var'];
    expect(cifar10Fast(checkpointOf(shapes))).toBeNull();
  });
});
