import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { oneTensor } from '../../../support/safetensors';
import { temporaryFolder } from '../../../support/temporary';

const root = temporaryFolder();
let folders = 0;

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = join(root, `f${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const weights = (value: number) => oneTensor('w', value);
const valueIn = async (folder: string) => {
  const checkpoint = await openCheckpoint(folder);
  const { data } = await checkpoint.read('w');
  await checkpoint.close();
  return { value: data[0], checkpoint };
};

test('Hugging Face: the weights, and the settings of config.json', async () => {
  const folder = folderOf({
    'model.safetensors': weights(1),
    'config.json': '{"hidden_act": "gelu", "hidden_size": 8}',
    'training_args.bin': 'x',
    'tokenizer.json': '{}',
    'optimizer.pt': 'x',
  });
  const { value, checkpoint } = await valueIn(folder);
  expect(value).toBe(1);
  expect(checkpoint.configuration).toEqual({ hidden_act: 'gelu', hidden_size: 8 });
  expect(checkpoint.notes).toEqual(['model.safetensors was taken, the weights of the folder.']);
  expect(checkpoint.path).toBe(join(folder, 'model.safetensors'));
  const direct = await openCheckpoint(join(folder, 'model.safetensors'));
  expect(direct.configuration).toMatchObject({ hidden_act: 'gelu' });
  expect(direct.notes).toBeUndefined();
  await direct.close();
});

test('an index of shards before a shard', async () => {
  const map = { w: 'model-00001-of-00001.safetensors' };
  const folder = folderOf({
    'model-00001-of-00001.safetensors': weights(2),
    'model.safetensors.index.json': JSON.stringify({ weight_map: map }),
  });
  expect((await valueIn(folder)).value).toBe(2);
});

test('Trainer: the last checkpoint by number, and it is said', async () => {
  const folder = folderOf({
    'checkpoint-500/model.safetensors': weights(5),
    'checkpoint-1500/model.safetensors': weights(15),
    'checkpoint-900/model.safetensors': weights(9),
    'runs/events.out.tfevents.1': 'x',
  });
  const { value, checkpoint } = await valueIn(folder);
  expect(value).toBe(15);
  expect(checkpoint.notes).toEqual([
    'model.safetensors of checkpoint-1500 was taken, the last of 3 checkpoints by number.',
  ]);
});

test.each([
  'lightning_logs/version_0/checkpoints/epoch=1.ckpt',
  'artifacts/model/data/model.pth',
  'files/model.pt',
])('the only checkpoint, in %s', async (name) => {
  const folder = folderOf({ [name]: weights(3), 'hparams.yaml': 'lr: 1', 'config.yaml': 'x' });
  expect((await valueIn(folder)).value).toBe(3);
});

test('several are listed, and none is taken', async () => {
  const folder = folderOf({ 'a.ckpt': weights(1), 'sub/b.ckpt': weights(2) });
  await expect(openCheckpoint(folder)).rejects.toThrow(
    /is a folder with 2 checkpoints: a\.ckpt, sub.b\.ckpt\. Name one of them, or analyze all as a study/,
  );
});
