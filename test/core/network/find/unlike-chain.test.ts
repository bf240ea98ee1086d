import { describe, expect, it } from 'vitest';
import { findNetwork } from '../../../../src/core/network/find/find';
import { checkpointOf } from '../../../support/checkpoint';

/** Square layers of these names: their sizes fit as a chain in every order. */
function squares(...names: readonly string[]): Record<string, number[]> {
  return Object.fromEntries(names.map((name) => [name, [8, 8]]));
}

describe('tensors that look like a chain and are none', () => {
  it.each([
    ['attention', squares('q.weight', 'k.weight', 'v.weight', 'o.weight')],
    ['attention', squares('block.q_proj.weight', 'block.k_proj.weight', 'block.v_proj.weight')],
    ['attention', squares('query/kernel', 'key/kernel', 'value/kernel', 'out/kernel')],
    ['attention', squares('to_q.weight', 'to_k.weight', 'to_v.weight', 'to_out.0.weight')],
    ['attention', squares('layer.wq', 'layer.wk', 'layer.wv', 'layer.wo')],
    ['attention', { 'mha.in_proj_weight': [24, 8], 'mha.out_proj.weight': [8, 8] }],
    ['attention', squares('encoder.self_attn.linear.weight', 'head.weight')],
    ['recurrent', { 'rnn.weight_ih_l0': [8, 8], 'rnn.weight_hh_l0': [8, 8], 'fc.weight': [3, 8] }],
    ['recurrent', squares('cell/kernel', 'cell/recurrent_kernel')],
    ['embedding', { 'embedding.weight': [8, 8], 'fc.weight': [3, 8] }],
    ['gate', squares('mlp.gate_proj.weight', 'mlp.up_proj.weight', 'mlp.down_proj.weight')],
    ['several heads', squares('body.weight', 'head_a.weight', 'head_b.weight')],
    ['several heads', squares('body.weight', 'head1.weight', 'head2.weight')],
    ['several networks or outputs', squares('body.weight', 'actor.weight', 'critic.weight')],
    ['several networks or outputs', squares('enc.weight', 'fc_mu.weight', 'fc_logvar.weight')],
    ['LoRA', { 'fc.weight': [8, 8], 'fc.lora_A.weight': [2, 8], 'fc.lora_B.weight': [8, 2] }],
    ['parametrization', { 'fc.parametrizations.weight.original': [8, 8], 'out.weight': [3, 8] }],
  ])('%s: %j', (what, shapes) => {
    const find = () => findNetwork(checkpointOf(shapes), undefined, [8]);
    expect(find).toThrow(what);
    expect(find).toThrow(/torch\.onnx\.export\(|merge_and_unload|remove_parametrizations/);
  });

  it('a head that is an nn.Sequential, and an input layer called embedding, are layers of a chain', () => {
    const shapes = {
      ...{ 'embedding.weight': [8, 4], 'embedding.bias': [8] },
      ...{ 'head.0.weight': [6, 8], 'head.2.weight': [3, 6] },
    };
    expect(findNetwork(checkpointOf(shapes))?.nodes.at(-1)?.name).toBe('head.2');
  });

  it('whatever the names, where the user gives the order', () => {
    const shapes = squares('q.weight', 'k.weight', 'v.weight');
    const network = findNetwork(checkpointOf(shapes), { order: ['v', 'k', 'q'] });
    expect(network?.nodes.at(-1)?.name).toBe('q');
  });
});
