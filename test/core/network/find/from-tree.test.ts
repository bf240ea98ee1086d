import { describe, expect, it } from 'vitest';
import type { ModuleNode } from '../../../../src/core/checkpoint/checkpoint';
import { findNetwork } from '../../../../src/core/network/find/find';
import type { NetworkHints } from '../../../../src/core/network/find/from-tensors';
import { checkpointOf, moduleOf } from '../../../support/checkpoint';
import { describeNetwork } from '../../../support/describe-network';

const nn = 'torch.nn.modules';
const linear = (path: string) => moduleOf(`${nn}.linear.Linear`, path);
const activation = (name: string, path: string) => moduleOf(`${nn}.activation.${name}`, path);
const sequential = (path: string, ...children: ModuleNode[]) =>
  moduleOf(`${nn}.container.Sequential`, path, children);
const norm = (path: string) => moduleOf(`${nn}.batchnorm.BatchNorm1d`, path);

/** [outputs, inputs] of dense layers, and the sizes of norms. */
function shapesOf(layers: Readonly<Record<string, readonly [number, number] | number>>) {
  return Object.fromEntries(
    Object.entries(layers).flatMap(([name, size]): [string, number[]][] =>
      typeof size === 'number'
        ? ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [size]])
        : [
            [`${name}.weight`, [...size]],
            [`${name}.bias`, [size[0]]],
          ],
    ),
  );
}

function found(layers: Parameters<typeof shapesOf>[0], children: ModuleNode[], hints?: NetworkHints) {
  const checkpoint = checkpointOf(shapesOf(layers), { modules: moduleOf('my.Net', '', children) });
  const network = findNetwork(checkpoint, hints);
  if (network === null) throw new Error('the shape of a sample is needed');
  return network;
}

const TWO = { fc1: [8, 4], fc2: [6, 8], out: [3, 6] } as const;

describe('a network of the modules in a class of one’s own', () => {
  it('has the one kind of nonlinearity that they are of, however often it is registered', () => {
    const once = found(TWO, [linear('fc1'), linear('fc2'), linear('out'), activation('Tanh', 'act')]);
    expect(describeNetwork(once)).toBe('4 fc1:8 tanh fc2:6 tanh out:3');
    expect(once.source).toBe('the pickled modules');
    expect(once.assumptions.map(({ name }) => name)).toEqual(['structure']);
    const twice = [
      linear('fc1'),
      activation('SiLU', 'a'),
      linear('fc2'),
      activation('SiLU', 'b'),
      linear('out'),
    ];
    expect(describeNetwork(found(TWO, twice))).toBe('4 fc1:8 silu fc2:6 silu out:3');
  });

  it('keeps the order of its Sequentials, kinds that differ included', () => {
    const net = sequential(
      'net',
      linear('fc1'),
      activation('ReLU', 'net.1'),
      linear('fc2'),
      activation('Tanh', 'net.3'),
    );
    expect(describeNetwork(found(TWO, [net, linear('out')]))).toBe('4 fc1:8 relu fc2:6 tanh out:3');
  });

  it('asks which of several kinds stands where, and takes the answer', () => {
    const children = [
      linear('fc1'),
      activation('ReLU', 'a'),
      linear('fc2'),
      activation('Tanh', 'b'),
      linear('out'),
    ];
    expect(() => found(TWO, children)).toThrow(
      /^net\.pt: its modules have several kinds of nonlinearities, a \(ReLU\), b \(Tanh\), .*\{"model": \{"activation": "relu"\}\} in modscope\.json/,
    );
    const told = found(TWO, children, { activation: 'tanh' });
    expect(describeNetwork(told)).toBe('4 fc1:8 tanh fc2:6 tanh out:3');
    expect(told.source).toBe('the pickled modules, activation of modscope.json');
  });

  it('assumes ReLU aloud where no module is a nonlinearity', () => {
    const network = found(TWO, [linear('fc1'), linear('fc2'), linear('out')]);
    expect(describeNetwork(network)).toBe('4 fc1:8 relu fc2:6 relu out:3');
    expect(network.assumptions.map(({ name }) => name)).toEqual(['structure', 'activation']);
  });

  it('has norms behind the layers that they are registered after, and before the nonlinearity', () => {
    const children = [
      linear('fc1'),
      norm('bn1'),
      linear('fc2'),
      norm('bn2'),
      linear('out'),
      activation('Tanh', 'act'),
    ];
    const network = found({ ...TWO, bn1: 8, bn2: 6 }, children);
    expect(network.nodes.map(({ name, operation }) => `${name} ${operation.kind}`)).toEqual([
      ...['input input', 'fc1 dense', 'bn1 batch_norm', 'fc1 activation'],
      ...['fc2 dense', 'bn2 batch_norm', 'fc2 activation', 'out dense'],
    ]);
  });

  it('leaves off what makes probabilities, and a loss', () => {
    const children = [
      linear('fc1'),
      activation('Tanh', 'act'),
      linear('fc2'),
      linear('out'),
      activation('Sigmoid', 'end'),
    ];
    const network = found(TWO, [...children, moduleOf(`${nn}.loss.BCELoss`, 'criterion')]);
    expect(describeNetwork(network)).toBe('4 fc1:8 tanh fc2:6 tanh out:3');
    expect(network.notes).toEqual(['The final Sigmoid was left off: its inputs are the logits.']);
  });

  it('is put in the only order that fits where another one was registered', () => {
    const network = found(TWO, [linear('out'), linear('fc1'), linear('fc2'), activation('Tanh', 'act')]);
    expect(describeNetwork(network)).toBe('4 fc1:8 tanh fc2:6 tanh out:3');
  });
});

describe('refuses', () => {
  const REMEDY = /torch\.export\.save\(.*\{"model": "model\.pt2"\} in modscope\.json/;

  it.each<[string, Parameters<typeof shapesOf>[0], ModuleNode[], RegExp]>([
    [
      'a norm before its layer',
      { ...TWO, bn1: 4 },
      [norm('bn1'), linear('fc1'), linear('fc2'), linear('out')],
      /module bn1 \(BatchNorm1d\) has no place/,
    ],
    [
      'a norm behind all layers',
      { ...TWO, bn1: 8 },
      [linear('fc1'), linear('fc2'), linear('out'), norm('bn1')],
      /module bn1 \(BatchNorm1d\) has no place/,
    ],
    [
      'a class that may be a nonlinearity',
      TWO,
      [linear('fc1'), linear('fc2'), linear('out'), moduleOf('my.Sine', 'act')],
      /module act is a my\.Sine, which is not known/,
    ],
    [
      'a parameter of the class itself',
      { ...TWO, scale: [1, 6] },
      [linear('fc1'), linear('fc2'), linear('out')],
      /no module of a known kind holds its scale\.weight \[1, 6\]/,
    ],
  ])('%s', (_, layers, children, message) => {
    expect(() => found(layers, children)).toThrow(message);
    expect(() => found(layers, children)).toThrow(REMEDY);
  });

  it('convolutions whose nonlinearities are not beside them', () => {
    const shapes = { 'conv1.weight': [4, 1, 3, 3], 'out.weight': [3, 64] };
    const conv = moduleOf(`${nn}.conv.Conv2d`, 'conv1', [], { padding: 0 });
    const modules = moduleOf('my.Net', '', [conv, linear('out'), activation('ReLU', 'act')]);
    expect(() => findNetwork(checkpointOf(shapes, { modules }), undefined, [1, 6, 6])).toThrow(REMEDY);
  });
});
