import { describe, expect, it } from 'vitest';
import { nameRecord, stemOf } from '../../../src/core/study/records/name';

/** Hyper-parameters, metrics, epoch, step and what is left. */
function read(name: string): readonly unknown[] {
  const { hyperParameters, metrics, epoch, step, rest } = nameRecord(stemOf(name));
  return [Object.fromEntries(hyperParameters), Object.fromEntries(metrics), epoch, step, rest];
}

describe('a name', () => {
  it.each<readonly [string, object, object, number | null, number | null, string]>([
    ['digits_drop=0.3_run=2.ckpt', { drop: 0.3, run: 2 }, {}, null, null, 'digits_drop=0.3_run=2'],
    ['epoch=4-step=1349.ckpt', {}, {}, 4, 1349, ''],
    ['epoch=03-val_loss=0.12-v1.ckpt', {}, { val_loss: 0.12 }, 3, null, ''],
    [
      'mnist_sup_l2=0.00001_drop=0.30000.ckpt',
      { l2: 1e-5, drop: 0.3 },
      {},
      null,
      null,
      'mnist_sup_l2=0.00001_drop=0.30000',
    ],
    ['mnist_val_loss=0.5.pt', {}, { val_loss: 0.5 }, null, null, 'mnist'],
    ['seed3.pt', { seed: 3 }, {}, null, null, 'seed3'],
    ['net-run_7.safetensors', { run: 7 }, {}, null, null, 'run_7'],
    [
      'optimizer.lr=1e-3,act=relu,seed=1',
      { 'optimizer.lr': 1e-3, act: 'relu', seed: 1 },
      {},
      null,
      null,
      'optimizer.lr=1e-3,act=relu,seed=1',
    ],
    ['act=leaky-relu-lr=0.1', { act: 'leaky-relu', lr: 0.1 }, {}, null, null, 'act=leaky-relu-lr=0.1'],
    [
      'lr=0.1_weight_decay=5e-4_batch_size=32',
      { lr: 0.1, weight_decay: 5e-4, batch_size: 32 },
      {},
      null,
      null,
      'lr=0.1_weight_decay=5e-4_batch_size=32',
    ],
    ['size=64x64', { size: '64x64' }, {}, null, null, 'size=64x64'],
    ['checkpoint-500', {}, {}, null, 500, ''],
    ['resnet18_epoch_12.pth', {}, {}, 12, null, 'resnet18'],
    ['model_best.pth.tar', {}, {}, null, null, ''],
    ['pytorch_model.bin', {}, {}, null, null, ''],
    ['model.safetensors.index.json', {}, {}, null, null, ''],
    ['resnet_last.pt', {}, {}, null, null, 'resnet'],
    ['run-20240131_120000-abcdefgh', {}, {}, null, null, 'run-20240131_120000-abcdefgh'],
    ['__proto__=1.pt', { proto__: 1 }, {}, null, null, 'proto__=1'],
    ['x__proto__=1.pt', { x__proto__: 1 }, {}, null, null, 'x__proto__=1'],
    ['', {}, {}, null, null, ''],
  ])('%s', (name, ...expected) => {
    expect(read(name)).toEqual(expected);
  });

  it('is read in no time, whatever it is', () => {
    const start = performance.now();
    for (const part of ['a_', 'a=', '=', '1e', 'a=1', 'best-', 'epoch', '0.', '-a=', '_,'])
      nameRecord(part.repeat(5000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
