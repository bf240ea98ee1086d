import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/core/checkpoint/checkpoint';
import type { LayerSpec } from '../../../src/core/network/find/from-spec';
import { loadModel } from '../../../src/core/network/model';
import { checkpointOf, networkOf } from '../../support/checkpoint';

function withWeights(checkpoint: Checkpoint, name: string, data: number[]): Checkpoint {
  const read: Checkpoint['read'] = async (wanted) => {
    const tensor = await checkpoint.read(wanted);
    return wanted === name ? { ...tensor, data: Float64Array.from(data) } : tensor;
  };
  return { ...checkpoint, read };
}

async function stackOf(checkpoint: Checkpoint) {
  const model = await loadModel(checkpoint, networkOf(checkpoint));
  if (model.kind !== 'stack') throw new Error('not a stack');
  return model;
}

describe('the weights of a dense stack', () => {
  const checkpoint = checkpointOf({ W1: [2, 3], b1: [3], W2: [3, 1], b2: [1] });

  it('are turned into [outputs, inputs]', async () => {
    const stored = withWeights(checkpoint, 'W1', [1, 2, 3, 4, 5, 6]);
    const stack = await stackOf(stored);
    expect(stack.hidden.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([[2, 3]]);
    expect([...stack.hidden[0]!.weight]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...stack.readout.bias]).toEqual([0]);
  });

  it('are finite, or an error that says where', async () => {
    const diverged = withWeights(checkpoint, 'W1', [1, 2, NaN, 4, 5, 6]);
    await expect(stackOf(diverged)).rejects.toThrow(/W1 holds NaN at element 2/);
    const huge = withWeights(checkpoint, 'W1', [1, 2, 3, 1e300, 5, 6]);
    await expect(stackOf(huge)).rejects.toThrow(/W1 holds 1e\+300 at element 3/);
  });

  it('are zero where they are too small to matter', async () => {
    const decayed = withWeights(checkpoint, 'W1', [1, 1e-25, -1e-40, 1e-15, 0, 1]);
    const stack = await stackOf(decayed);
    expect([...stack.hidden[0]!.weight]).toEqual([1, Math.fround(1e-15), 0, 0, 0, 1]);
  });

  it('go with one slope of PReLU; with one for each unit it is a graph', async () => {
    const tensors = { 'a.weight': [3, 2], 'b.weight': [2, 3] };
    const layers: LayerSpec[] = [{ dense: 'a' }, { prelu: 'p' }, { dense: 'b' }];
    const one = withWeights(checkpointOf({ ...tensors, 'p.weight': [1] }), 'p.weight', [0.125]);
    const stack = await loadModel(one, networkOf(one, { layers }));
    expect(stack.kind === 'stack' && stack.hidden.map(({ activation }) => activation)).toEqual([
      { name: 'leaky_relu', negativeSlope: 0.125, learned: true },
    ]);
    const each = withWeights(checkpointOf({ ...tensors, 'p.weight': [3] }), 'p.weight', [0.125, 0.25, 1]);
    const graph = await loadModel(each, networkOf(each, { layers }));
    expect(graph.kind === 'graph' && graph.parameters.get('p.weight')?.data).toEqual(Float32Array.of(0.125, 0.25, 1));
  });

  it('need hidden layers', async () => {
    const single = checkpointOf({ 'a.weight': [3, 2] });
    await expect(loadModel(single, networkOf(single))).rejects.toThrow(/no hidden layers/);
    const linear = checkpointOf({ 'a.weight': [3, 2], 'b.weight': [1, 3] });
    await expect(
      loadModel(linear, networkOf(linear, { layers: [{ dense: 'a' }, { dense: 'b' }] })),
    ).rejects.toThrow(/no hidden layers/);
  });
});
