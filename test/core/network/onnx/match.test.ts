import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/core/base/error';
import type { Checkpoint } from '../../../../src/core/checkpoint/checkpoint';
import { onnxReader } from '../../../../src/core/checkpoint/formats/onnx/onnx';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { networkFromOnnxFor } from '../../../../src/core/network/onnx/from-onnx';
import { checkpointOf } from '../../../support/checkpoint';
import { MemoryFile } from '../../../support/memory-file';
import { graphModel, nodeProto as node, rawFloats, tensorProto } from '../../../support/onnx';

const floats = (name: string, shape: readonly number[], ...values: number[]) =>
  tensorProto(name, 'f32', shape, rawFloats(...values));

/** relu(x W + b) W₂ · s. */
const NODES = [
  node('MatMul', ['x', 'fc1.weight'], ['a']),
  node('Add', ['a', 'fc1.bias'], ['b']),
  node('Relu', ['b'], ['c']),
  node('MatMul', ['c', 'fc2.weight'], ['d']),
  node('Mul', ['d', 'scale'], ['y']),
];
const TENSORS = [
  floats('fc1.weight', [2, 2], 1, 2, 3, 4),
  floats('fc1.bias', [2], 5, 6),
  floats('fc2.weight', [2, 2], 1, 2, 3, 4),
  floats('scale', [2], 2, 2),
];
const SHAPES = { 'fc1.weight': [2, 2], 'fc1.bias': [2], 'fc2.weight': [2, 2] };

const graph = (nodes = NODES, tensors = TENSORS) =>
  onnxReader.open(new MemoryFile(graphModel(['n', 2], nodes, tensors), 'net.onnx'));

async function matched(checkpoint: Checkpoint, onnx?: Checkpoint) {
  return networkFromOnnxFor(checkpoint, onnx ?? (await graph()));
}

async function refuses(checkpoint: Checkpoint, message: string, onnx?: Checkpoint) {
  const matching = matched(checkpoint, onnx);
  await expect(matching).rejects.toThrow(InputError);
  await expect(matching).rejects.toThrow(message);
}

test('takes parameters by name, wrappers aside, and tells what it took', async () => {
  const wrapped = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => [`module.model.${name}`, shape]),
  );
  const network = await matched(checkpointOf({ ...wrapped, 'module.model.spare.weight': [3] }));
  expect(network.nodes.map(({ operation }) => operation)).toMatchObject([
    { kind: 'input' },
    { kind: 'dense', weight: 'module.model.fc1.weight', bias: 'module.model.fc1.bias', layout: 'in_out' },
    { kind: 'activation' },
    { kind: 'dense', weight: 'module.model.fc2.weight', bias: null, layout: 'in_out' },
    { kind: 'constant', parameter: expect.any(String) as string },
    { kind: 'multiply' },
  ]);
  expect(network.nodes[2]?.name).toBe('fc1');
  expect([...network.constants.values()]).toEqual([{ shape: [2], data: Float32Array.of(2, 2) }]);
  expect(network.notes).toEqual([
    '3 of 3 parameters matched by name to the ONNX graph net.onnx; 1 constant was taken from it.',
    'The graph does not use module.model.spare.weight of the checkpoint.',
  ]);
  expect(network.source).toBe('the ONNX graph net.onnx');
});

describe('refuses', () => {
  test('a weight without a namesake, with the nearest there are', async () => {
    const rest = { 'fc1.weight': [2, 2], 'fc1.bias': [2], 'fc3.weight': [2, 2], other: [2, 2] };
    await refuses(
      checkpointOf(rest),
      'its parameter "fc2.weight" [2, 2] is not in net.pt; the nearest there are "fc1.weight", "fc3.weight", "other"',
    );
    await refuses(checkpointOf(rest), 'torch.onnx.export(model.eval()');
  });

  test('one of another shape', async () => {
    const wider = checkpointOf({ ...SHAPES, 'fc2.weight': [2, 3] });
    await refuses(wider, '"fc2.weight" has shape [2, 3], and [2, 2] in net.onnx');
  });

  test('a layer that lost its bias', async () => {
    await refuses(checkpointOf({ ...SHAPES, 'fc2.bias': [2] }), 'does not use "fc2.bias" of the checkpoint');
  });

  test('a batch norm that went into the layer before it', async () => {
    const norm = { 'bn1.weight': [2], 'bn1.bias': [2], 'bn1.running_mean': [2], 'bn1.running_var': [2] };
    const merged = 'its exporter has merged that batch norm with another layer';
    await refuses(checkpointOf({ ...SHAPES, ...norm }), merged);
    // One of a branch that the graph has nothing of is no part of it.
    const aside = Object.fromEntries(Object.entries(norm).map(([name, shape]) => [`aside.${name}`, shape]));
    expect((await matched(checkpointOf({ ...SHAPES, ...aside }))).notes).toHaveLength(2);
  });

  test('one tensor that stands for several that differ', async () => {
    const folder = join(import.meta.dirname, '../../../fixtures/onnx');
    const nodes = NODES.map((bytes, i) => (i === 3 ? node('MatMul', ['c', 'fc1.weight'], ['d']) : bytes));
    const same = checkpointOf(SHAPES);
    expect((await matched(same, await graph(nodes))).nodes).toHaveLength(6);
    const different: Checkpoint = {
      ...same,
      read: async (name) => ({
        ...(await same.read(name)),
        data: new Float32Array(4).fill(name === 'other.weight' ? 1 : 0),
      }),
      tensors: new Map([
        ...same.tensors,
        ['other.weight', { name: 'other.weight', shape: [2, 2], dtype: 'f32', role: 'weight' }],
      ]),
    };
    await expect(matched(different, await graph(nodes))).rejects.toThrow(
      'its exporter has stored equal parameters once',
    );
    // By default PyTorch 2 merges batch norms with convolutions of the same name.
    const [checkpoint, onnx] = await Promise.all(
      ['cnn.pth', 'cnn_optimized25.onnx'].map((name) => openCheckpoint(join(folder, name))),
    );
    if (checkpoint === undefined || onnx === undefined) throw new Error('two were opened');
    await refuses(checkpoint, 'its parameter "conv2.weight_bias" [6] is not in cnn.pth', onnx);
    await Promise.all([checkpoint.close(), onnx.close()]);
  });
});

test('every checkpoint of the fixtures is refused for graphs whose names are gone', async () => {
  const folder = join(import.meta.dirname, '../../../fixtures/onnx');
  for (const [net, file] of [
    ['cnn', 'cnn_folded13.onnx'],
    ['transformer', 'transformer_folded17.onnx'],
    ['transformer', 'transformer_optimized18.onnx'],
    ['encoder', 'encoder_optimized18.onnx'],
  ] as const) {
    const [checkpoint, onnx] = [
      await openCheckpoint(join(folder, `${net}.pth`)),
      await openCheckpoint(join(folder, file)),
    ];
    await refuses(checkpoint, `is not in ${net}.pth`, onnx);
    await Promise.all([checkpoint.close(), onnx.close()]);
  }
});
