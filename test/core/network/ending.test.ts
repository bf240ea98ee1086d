import { describe, expect, it } from 'vitest';
import { withEnding, withoutEnding } from '../../../src/core/network/ending';
import { GraphBuilder, type Network } from '../../../src/core/network/network';
import type { Computed } from '../../../src/core/network/ops/operation';

const DENSE: Computed = { kind: 'dense', weight: 'w', bias: null, layout: 'out_in' };
const activation = (name: 'relu' | 'sigmoid' | 'tanh'): Computed => ({
  kind: 'activation',
  activation: { name },
});
const SOFTMAX: Computed = { kind: 'softmax', axis: 0 };

/** Two dense layers of three units with a ReLU between them, and what comes after. */
function network(...after: readonly Computed[]): Network {
  const builder = new GraphBuilder('a.pt', new Map([['w', { shape: [3, 3] }]]), [3]);
  [DENSE, activation('relu'), DENSE, ...after].forEach((operation, i) => builder.add(`n${i + 1}`, operation));
  return builder.finish({ source: 'a test', assumptions: [], notes: [] });
}

describe('what stands behind the logits', () => {
  it.each([
    [[activation('sigmoid')], 'Sigmoid'],
    [[SOFTMAX], 'Softmax'],
    [[{ kind: 'reshape', shape: [3] } as const, SOFTMAX], 'Softmax'],
  ])('is left off and noted: %j', (after, ending) => {
    const left = withoutEnding(network(...after));
    expect(left.nodes.at(-1)?.name).toBe('n3');
    expect(left.hidden).toEqual([2]);
    expect(left.ending).toBe(ending);
    expect(left.notes).toEqual([`The final ${ending} was left off: its inputs are the logits.`]);
  });

  it('comes back for a regression, and its note goes', () => {
    const whole = withEnding(withoutEnding(network(activation('sigmoid'))));
    expect(whole.nodes.at(-1)).toMatchObject({ operation: activation('sigmoid'), inputs: [3], shape: [3] });
    expect([whole.hidden, whole.notes]).toEqual([[2], []]);
  });

  it('stays where it is no probability, and is no hidden layer', () => {
    const { nodes, hidden, ending, notes } = withoutEnding(network(activation('tanh')));
    expect([nodes.length, hidden, ending, notes]).toEqual([5, [2], undefined, []]);
  });

  it('leaves other networks as they are', () => {
    const plain = network();
    expect(withoutEnding(plain)).toEqual(plain);
    expect(withEnding(plain)).toBe(plain);
  });
});
