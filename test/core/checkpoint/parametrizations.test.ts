import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/core/checkpoint/checkpoint';
import { withEffectiveWeights } from '../../../src/core/checkpoint/parametrizations';
import { checkpointOf } from '../../support/checkpoint';

type Values = Readonly<Record<string, readonly [shape: readonly number[], ...values: number[]]>>;

/** A checkpoint of these tensors, with what is computed of them. */
function made(values: Values, hyperParameters = {}): Checkpoint {
  const shapes = Object.fromEntries(Object.entries(values).map(([name, [shape]]) => [name, shape]));
  return withEffectiveWeights({
    ...checkpointOf(shapes, { hyperParameters }),
    read: (name) => {
      const [shape = [], ...data] = values[name] ?? [];
      return Promise.resolve({ shape, data: Float32Array.from(data) });
    },
  });
}

const roles = ({ tensors }: Checkpoint) => [...tensors.values()].map(({ name, role }) => `${name} ${role}`);

describe('weights in parts', () => {
  it('are listed in the place of their parts, and computed when they are read', async () => {
    const checkpoint = made({
      'fc.bias': [[2], 0, 0],
      'fc.weight_orig': [[2, 2], 1, 2, 3, 4],
      'fc.weight_mask': [[2, 2], 1, 0, 0, 1],
      'out.weight': [[1, 2], 5, 6],
    });
    expect(roles(checkpoint)).toEqual([
      ...[
        'fc.bias weight',
        'fc.weight weight',
        'fc.weight_orig part',
        'fc.weight_mask part',
        'out.weight weight',
      ],
    ]);
    expect(checkpoint.tensors.get('fc.weight')?.computed).toEqual({
      formula: 'weight_orig · weight_mask (pruning)',
    });
    expect(await checkpoint.read('fc.weight')).toEqual({ shape: [2, 2], data: Float32Array.of(1, 0, 0, 4) });
    expect((await checkpoint.read('fc.weight_orig')).data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(await checkpoint.readPart('fc.weight', 0, 2)).toBeUndefined();
  });

  it.each([
    ['of rows', [2, 1], [3, 8, 0, 10, 0, 0.5], [6, 8, 0, 0.5]],
    ['of columns', [1, 2], [3, 8, 0, 5, 4, 0], [3, 4, 4, 0]],
    ['of the whole', [], [3, 4, 0, 12, 26], null],
  ])('weight_norm %s', async (_, shape, numbers, whole) => {
    const values = numbers.slice(0, 4);
    const sizes = numbers.slice(4);
    const checkpoint = made({ 'fc.weight_g': [shape, ...sizes], 'fc.weight_v': [[2, 2], ...values] });
    const { data } = await checkpoint.read('fc.weight');
    const norm = (indices: number[]) => Math.hypot(...indices.map((i) => values[i] ?? 0));
    const groups =
      shape.length === 0
        ? [[0, 1, 2, 3]]
        : shape[0] === 2
          ? [
              [0, 1],
              [2, 3],
            ]
          : [
              [0, 2],
              [1, 3],
            ];
    const expected = values.map((value, i) => {
      const group = groups.findIndex((indices) => indices.includes(i));
      return Math.fround((value * (sizes[group] ?? 0)) / norm(groups[group] ?? []));
    });
    expect([...data]).toEqual(expected);
    expect(whole === null || data.length === whole.length).toBe(true);
  });

  it('LoRA adapters are merged where the file says their scale, and not otherwise', async () => {
    const values: Values = {
      'fc.base_layer.weight': [[2, 2], 1, 0, 0, 1],
      'fc.base_layer.bias': [[2], 7, 8],
      'fc.lora_A.default.weight': [[1, 2], 1, 2],
      'fc.lora_B.default.weight': [[2, 1], 3, 4],
    };
    const checkpoint = made(values, { model: { lora_alpha: 2 } });
    expect((await checkpoint.read('fc.weight')).data).toEqual(Float32Array.of(7, 12, 8, 17));
    expect((await checkpoint.read('fc.bias')).data).toEqual(Float32Array.of(7, 8));
    expect(made(values).tensors.has('fc.weight')).toBe(false);
  });

  it.each<[string, Values]>([
    ['of sizes that do not fit', { 'a.weight_orig': [[2, 2]], 'a.weight_mask': [[2, 3]] }],
    ['whose norms are of another dimension', { 'a.weight_g': [[3, 1]], 'a.weight_v': [[2, 2]] }],
    ['without the second vector', { 'a.weight_orig': [[2, 2]], 'a.weight_u': [[2]] }],
    ['of a parametrization of the user', { 'a.parametrizations.weight.original': [[2, 2]] }],
    [
      'under two parametrizations',
      {
        'a.parametrizations.weight.original': [[2, 2]],
        'a.parametrizations.weight.0._u': [[2]],
        'a.parametrizations.weight.0._v': [[2]],
        'a.parametrizations.weight.1.base': [[2, 2]],
      },
    ],
    [
      'of more sizes than an exponential can take',
      {
        'a.parametrizations.weight.original': [[5000, 5000]],
        'a.parametrizations.weight.0.base': [[5000, 5000]],
      },
    ],
    ['beside the whole', { 'a.weight': [[2, 2]], 'a.weight_orig': [[2, 2]], 'a.weight_mask': [[2, 2]] }],
  ])('stay as they are: %s', (_, values) => {
    expect(roles(made(values))).toEqual(Object.keys(values).map((name) => `${name} weight`));
  });

  it('an orthogonal one says which map it takes', () => {
    const of = (rows: number, columns: number) =>
      made({
        'a.parametrizations.weight.original': [[rows, columns]],
        'a.parametrizations.weight.0.base': [[3, 3]],
      }).tensors.get('a.weight')?.computed?.assumption?.says;
    expect(of(3, 3)).toBe(
      "The orthogonal parametrization of a.weight was taken to use matrix_exp, PyTorch's default for its shape.",
    );
    expect(of(2, 3)).toContain('to use householder');
  });
});
