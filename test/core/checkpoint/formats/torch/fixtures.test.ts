import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Checkpoint, ModuleNode } from '../../../../../src/core/checkpoint/checkpoint';
import { openTorch } from '../../../../support/torch';

/** Written by test/fixtures/make_torch.py with the version of PyTorch in the name. */
const FOLDER = join(import.meta.dirname, '../../../../fixtures/torch');

const openFixture = (name: string) => openTorch(new Uint8Array(readFileSync(join(FOLDER, name))), name);

async function values(checkpoint: Checkpoint, name: string): Promise<number[]> {
  return Array.from((await checkpoint.read(name)).data);
}

const names = (checkpoint: Checkpoint, role: 'weight' | 'other') =>
  [...checkpoint.tensors.values()].filter((info) => info.role === role).map(({ name }) => name);

const counted = (n: number, step = 1) => Array.from({ length: n }, (_, i) => i * step);

/** The state_dict of the script's Net. */
const NET = [
  'kept',
  ...['encoder.0.weight', 'encoder.0.bias', 'encoder.2.weight', 'encoder.2.bias'],
  ...['encoder.2.running_mean', 'encoder.2.running_var', 'encoder.2.num_batches_tracked'],
  ...['decoder.weight', 'again.weight'],
];

describe('PyTorch fixtures', () => {
  it.each([
    ...['protocol2_1.13.pth', 'protocol4_1.13.pth', 'protocol3_2.9.pth', 'protocol5_2.9.pth'],
    'views_legacy_1.13.pth',
  ])('reads views of storages: %s', async (name) => {
    const checkpoint = await openFixture(name);
    expect(checkpoint.format).toBe(name.includes('legacy') ? 'PyTorch legacy' : 'PyTorch zip');
    const shapes = Object.fromEntries([...checkpoint.tensors].map(([key, { shape }]) => [key, shape]));
    expect(shapes).toEqual({
      base: [4, 6],
      transposed: [6, 4],
      corner: [2, 3],
      every_other: [4, 3],
      permuted: [4, 2, 3],
      expanded: [1000, 3],
      overlapping: [4, 3],
      scalar: [],
      empty: [0, 5],
      tied_in: [2, 2],
      tied_out: [2, 2],
    });
    const read = (key: string) => values(checkpoint, key);
    expect(await read('base')).toEqual(counted(24));
    expect(await read('transposed')).toEqual(counted(6).flatMap((j) => counted(4).map((i) => 6 * i + j)));
    expect(await read('corner')).toEqual([8, 9, 10, 14, 15, 16]);
    expect(await read('every_other')).toEqual(counted(12, 2));
    expect((await read('permuted')).slice(0, 7)).toEqual([0, 4, 8, 12, 16, 20, 1]);
    expect(await read('expanded')).toEqual(counted(1000).flatMap(() => [0, 1, 2]));
    expect(await read('overlapping')).toEqual([0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5]);
    expect(await read('scalar')).toEqual([7]);
    expect(await read('empty')).toEqual([]);
    expect(await read('tied_out')).toEqual(await read('tied_in'));
  });

  it.each(['types_1.13.pth', 'types_2.9.pth'])('reads all types that have values: %s', async (name) => {
    const checkpoint = await openFixture(name);
    for (const [key, { dtype }] of checkpoint.tensors) {
      if (dtype === 'c64') await expect(checkpoint.read(key)).rejects.toThrow('complex64');
      else if (key === 'negative') expect(await values(checkpoint, key)).toEqual([0, -1e10, -2e10]);
      else expect(await values(checkpoint, key)).toEqual(dtype === 'bool' ? [0, 1, 1] : [0, 1, 2]);
    }
    expect(checkpoint.tensors.get('bfloat16')?.dtype).toBe('bf16');
  });

  it.each(['hparams_1.13.ckpt', 'hparams_2.9.ckpt'])(
    'reads hyper-parameters of any kind: %s',
    async (name) => {
      const checkpoint = await openFixture(name);
      expect(checkpoint.format).toBe('Lightning');
      const shown = checkpoint.hyperParameters;
      expect(shown).toMatchObject({
        ...{ float64: 0.1, float32: 0.5, int64: -3, bool_: true, str_: 'größe', negative: -5, none: null },
        ...{ array: [1.5, 2.5], big_endian: [1, 2], matrix: '<numpy.ndarray i4 [2, 2]>' },
        ...{ namespace: { lr: 0.01, layers: [8, 8] }, path: '<pathlib.PurePosixPath /data/set>' },
        ...{ device: 'cuda:1', dtype: 'torch.float16', size: [2, 3], infinite: 'Infinity' },
        ...{ big: '1180591620717411303424', bytes: '<2 bytes>', set: [1], frozen: ['a'], complex: '1-2j' },
        ...{ tuple_keys: { '(1, a)': 1 }, default: { a: 1 }, constructor: 'no', tensor: '<tensor f32 [2]>' },
        loss: '<torch.nn.modules.loss.CrossEntropyLoss>',
      });
      expect(Object.getOwnPropertyDescriptor(shown, '__proto__')?.value).toEqual({ polluted: true });
      expect('polluted' in shown).toBe(false);
      expect(shown['enum']).toMatch(/__main__\.Color/);
      expect(checkpoint.stubs).toContain('pathlib.PurePosixPath');
      expect(checkpoint.stubs).not.toContain('builtins.int');
      expect(names(checkpoint, 'other')).toEqual(['hyper_parameters.tensor']);
    },
  );

  it('reads hyper-parameters in OmegaConf', async () => {
    const { hyperParameters } = await openFixture('omegaconf_2.9.ckpt');
    expect(hyperParameters).toEqual({ optim: { lr: 0.1, betas: [0.9, 0.99] }, name: 'run' });
  });

  it("tells a trainer's model from its averaged copy and its optimizer", async () => {
    const checkpoint = await openFixture('trainer_1.13.pth');
    expect(names(checkpoint, 'weight')).toEqual(NET);
    expect(names(checkpoint, 'other')).toEqual(
      expect.arrayContaining(['model_ema.kept', 'optimizer.state.0.exp_avg', 'history.1']),
    );
    expect(checkpoint.hyperParameters).toEqual({ lr: 0.5, name: 'run' });
    expect(checkpoint.metadata).toEqual({ epoch: 3, best: 0.75 });
  });

  it('keeps several networks apart', async () => {
    const checkpoint = await openFixture('gan_2.9.pth');
    expect(names(checkpoint, 'weight')).toEqual([
      ...NET.map((name) => `generator.${name}`),
      ...['discriminator.weight', 'discriminator.bias'],
    ]);
    expect(checkpoint.metadata).toEqual({ step: 7 });
  });

  it.each([
    ['data_parallel_2.9.pt', 'module.'],
    ['module_legacy_1.13.pt', ''],
  ])('reads a whole module as state_dict() would: %s', async (name, prefix) => {
    const checkpoint = await openFixture(name);
    expect(names(checkpoint, 'weight')).toEqual(NET.map((key) => prefix + key));
    expect(names(checkpoint, 'other')[0]).toBe(`${prefix}left`);
    expect(await values(checkpoint, `${prefix}again.weight`)).toEqual([0, 1, 2, 3]);
    const root = prefix === '' ? checkpoint.modules : checkpoint.modules?.children[0];
    expect(root?.className).toBe('__main__.Net');
    expect(root?.attributes).toEqual({ training: true, width: 2 });
    const nodes = (node: ModuleNode): string[] => [node.path, ...node.children.flatMap(nodes)];
    const paths = ['encoder', 'encoder.0', 'encoder.1', 'encoder.2', 'decoder', 'again'];
    expect(root && nodes(root).slice(1)).toEqual(paths.map((path) => prefix + path));
    const activation = root?.children[0]?.children[1];
    expect(activation?.className).toBe('torch.nn.modules.activation.LeakyReLU');
    expect(activation?.attributes).toEqual({ training: true, negative_slope: 0.3, inplace: false });
  });

  it('reads the tensors of a TorchScript module', async () => {
    const checkpoint = await openFixture('script_2.9.pt');
    expect(checkpoint.format).toBe('TorchScript');
    expect(names(checkpoint, 'weight')).toEqual(expect.arrayContaining(NET));
    expect(await values(checkpoint, 'encoder.0.weight')).toEqual(counted(6));
    expect(checkpoint.stubs).toContain('__torch__.Net');
    expect(checkpoint.metadata).toEqual({});
  });

  it('reads what later versions write: attributes, the neg bit, subclasses', async () => {
    const checkpoint = await openFixture('quirks_2.9.pth');
    expect(await values(checkpoint, 'parameter')).toEqual([0, 1]);
    expect(await values(checkpoint, 'negated')).toEqual([-1, -2]);
    expect(await values(checkpoint, 'subclass')).toEqual([0, 1]);
    expect(checkpoint.stubs).toEqual(['__main__.Sub']);
  });
});
