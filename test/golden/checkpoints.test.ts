import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { countReads } from '../support/counting';
import { goldenPath, hasGolden } from './golden';

const TORCH = /\.(?:ckpt|pt|pth)$/;
const SAMPLES = join(import.meta.dirname, '../../samples/digits/checkpoints');

function torchFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => TORCH.test(name)).map((name) => join(folder, name));
}

const weights = (checkpoint: Checkpoint) =>
  [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight').map(({ name }) => name);

/** Every tensor is read, and its size is that of its shape. */
async function readAll(checkpoint: Checkpoint): Promise<void> {
  for (const name of checkpoint.tensors.keys()) {
    const { shape, data } = await checkpoint.read(name);
    expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
  }
}

test.each(torchFiles(SAMPLES))('sample %s', async (path) => {
  const checkpoint = await openCheckpoint(path);
  expect(checkpoint.format).toBe('Lightning');
  expect(weights(checkpoint)).toHaveLength(6);
  expect(checkpoint.hyperParameters['dataset']).toBe('digits');
  await readAll(checkpoint);
  await checkpoint.close();
});

describe.skipIf(!hasGolden)('golden checkpoints', () => {
  const files = hasGolden ? ['checkpoints', 'formats'].flatMap((name) => torchFiles(goldenPath(name))) : [];

  test.each(files)('opens %s, reading its pickle alone', async (path) => {
    const { open, bytesRead } = countReads();
    const checkpoint = await openCheckpoint(path, open);
    expect(bytesRead()).toBeLessThan(path.includes('evaluated') ? 300_000 : 150_000);
    expect(weights(checkpoint)).toHaveLength(path.includes('cifar10fast') ? 107 : 6);
    await readAll(checkpoint);
    await checkpoint.close();
  });

  test('tells the weights of a Lightning checkpoint from its optimizer', async () => {
    const checkpoint = await openCheckpoint(
      goldenPath('checkpoints', 'mnist_sup_l2=0.00001_drop=0.30000.ckpt'),
    );
    expect(weights(checkpoint)).toEqual(
      ['fc_layers.0', 'fc_layers.1', 'proj'].flatMap((layer) => [
        `model.${layer}.weight`,
        `model.${layer}.bias`,
      ]),
    );
    expect(checkpoint.tensors.get('optimizer_states.0.state.0.exp_avg')).toMatchObject({
      shape: [64, 784],
      role: 'other',
    });
    expect(checkpoint.hyperParameters).toMatchObject({
      ...{ dataset: 'mnist', drop: 0.3, l2: 1e-5, run: 0, model_args: {} },
      save_dir: '<pathlib.PosixPath logs-mnist-base>',
    });
    expect(checkpoint.metadata).toMatchObject({ epoch: 7, 'pytorch-lightning_version': '1.5.10' });
    expect(checkpoint.stubs).toEqual(['pathlib.PosixPath']);
    await checkpoint.close();
  });

  test('takes stored association matrices for nothing else', async () => {
    const name = 'evaluated_sym_mnist_sup_l2=0.00001_drop=0.30000.ckpt';
    const checkpoint = await openCheckpoint(goldenPath('checkpoints', name));
    const others = [...checkpoint.tensors.values()].filter(({ role }) => role === 'other');
    const matrices = others.filter(({ name, shape }) => name.includes('assoc') && shape.join() === '64,64');
    expect(matrices.length).toBeGreaterThanOrEqual(16);
    expect(checkpoint.metadata['val_acc']).toBe(0.9635);
    await checkpoint.close();
  });

  test('reads hyper-parameters from an AttributeDict, and callbacks keyed by classes', async () => {
    const checkpoint = await openCheckpoint(goldenPath('checkpoints', 'variant_lightning1.2_classkeys.ckpt'));
    const later = await openCheckpoint(goldenPath('checkpoints', 'variant_lightning1.6_loops.ckpt'));
    expect(checkpoint.hyperParameters).toEqual(later.hyperParameters);
    expect(checkpoint.stubs).toContain('pytorch_lightning.utilities.parsing.AttributeDict');
    for (const name of weights(checkpoint))
      expect(await checkpoint.read(name)).toEqual(await later.read(name));
    await Promise.all([checkpoint.close(), later.close()]);
  });
});

/** What the layers are called: as in the reference's module, under Lightning's prefix, or by place in a Sequential. */
const REFERENCE = ['fc_layers.0', 'fc_layers.1', 'proj'];
const LIGHTNING = REFERENCE.map((name) => `model.${name}`);
const SEQUENTIAL = ['1', '4', '7'];

describe.skipIf(!hasGolden)('the same weights in every PyTorch format', () => {
  test.each([
    ['same_lightning_legacy.ckpt', LIGHTNING, 'Lightning legacy', 'same.npz'],
    ['same_state_dict.pth', REFERENCE, 'PyTorch zip', 'same.npz'],
    ['same_state_dict_legacy.pth', REFERENCE, 'PyTorch legacy', 'same.npz'],
    ['same_state_dict_fp64.pth', REFERENCE, 'PyTorch zip', 'same.npz'],
    ['same_state_dict_fp16.pth', REFERENCE, 'PyTorch zip', 'same_f16.safetensors'],
    ['same_state_dict_bf16.pth', REFERENCE, 'PyTorch zip', 'same_bf16.safetensors'],
    ['same_state_dict_shared_storage_transposed.pth', REFERENCE, 'PyTorch zip', 'same.npz'],
    ['same_whole_module.pt', REFERENCE, 'PyTorch zip', 'same.npz'],
    ['same_whole_sequential.pt', SEQUENTIAL, 'PyTorch zip', 'same.npz'],
    ['same_sequential_state_dict.pth', SEQUENTIAL, 'PyTorch zip', 'same.npz'],
    ['same_torchscript_scripted_sequential.pt', SEQUENTIAL, 'TorchScript', 'same.npz'],
  ])('%s', async (name, layers, format, sameAs) => {
    const checkpoint = await openCheckpoint(goldenPath('formats', name));
    const expected = await openCheckpoint(goldenPath('formats', sameAs));
    expect(checkpoint.format).toBe(format);
    for (const [i, layer] of layers.entries())
      for (const part of ['weight', 'bias']) {
        const actual = await checkpoint.read(`${layer}.${part}`);
        const { shape, data } = await expected.read(`${REFERENCE[i]!}.${part}`);
        expect(actual.shape).toEqual(shape);
        expect(Float32Array.from(actual.data)).toEqual(Float32Array.from(data));
      }
    await Promise.all([checkpoint.close(), expected.close()]);
  });

  test('a module tree with what its layers do', async () => {
    const checkpoint = await openCheckpoint(goldenPath('formats', 'same_whole_sequential.pt'));
    const children = checkpoint.modules?.children.map(({ className }) => className.split('.').at(-1));
    expect(children).toEqual(['Flatten', 'Linear', 'ReLU', 'Dropout', 'Linear', 'ReLU', 'Dropout', 'Linear']);
    expect(checkpoint.modules?.children[3]?.attributes).toMatchObject({ p: 0.3 });
    await checkpoint.close();
  });
});
