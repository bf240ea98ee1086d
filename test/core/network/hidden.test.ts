import { expect, test } from 'vitest';
import { type Network, selectHidden } from '../../../src/core/network/network';

const at = (name: string, operation: Network['nodes'][number]['operation'], ...inputs: number[]) => ({
  ...{ name, operation, inputs, shape: [4] },
});
const dense = { kind: 'dense', weight: 'w', bias: null, layout: 'out_in' } as const;
const relu = { kind: 'activation', activation: { name: 'relu' } } as const;
const network: Network = {
  nodes: [
    at('input', { kind: 'input' }),
    at('fc1', dense, 0),
    at('fc1', relu, 1),
    at('/Add', { kind: 'add' }, 1, 2),
    at('fc2', dense, 3),
  ],
  hidden: [2],
  constants: new Map(),
  source: 'a test',
  assumptions: [],
  notes: [],
};

test('chooses hidden layers by name, in network order', () => {
  expect(selectHidden(network, ['/Add', 'fc1', '/Add']).hidden).toEqual([2, 3]);
  expect(selectHidden({ ...network, hidden: [] }, ['fc1']).hidden).toEqual([2]);
  expect(selectHidden({ ...network, hidden: [1] }, ['fc1']).hidden).toEqual([1]);
});

test('names what there is where a name is none', () => {
  expect(() => selectHidden(network, ['fc3'])).toThrow(
    'layer fc3: the network has no node of this name; fc1 is near. There are fc1, /Add',
  );
  for (const name of ['input', 'fc2', 'something else'])
    expect(() => selectHidden(network, [name])).toThrow('There are fc1, /Add');
});
