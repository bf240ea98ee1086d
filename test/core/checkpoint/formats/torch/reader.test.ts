import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../../src/core/checkpoint/checkpoint';
import { torchLegacyReader } from '../../../../../src/core/checkpoint/formats/torch/torch-legacy';
import { torchZipReader } from '../../../../../src/core/checkpoint/formats/torch/torch-zip';
import { MemoryFile } from '../../../../support/memory-file';
import { bytes, call, dict, global, type Pair, pickle, str, tensor, tuple } from '../../../../support/pickle';
import { openTorch, torchLegacy, torchZip, TWO_FLOATS } from '../../../../support/torch';
import { makeZip } from '../../../../support/zip';

const roles = (checkpoint: Checkpoint) =>
  Object.fromEntries([...checkpoint.tensors].map(([name, { role }]) => [name, role]));

const sort = async (...pairs: readonly Pair[]) => roles(await openTorch(torchZip(pickle(dict(...pairs)))));

describe('torchZipReader', () => {
  it('reads little of a large file', async () => {
    const large = { 'data/1': new Uint8Array(8_000_000) };
    const main = pickle(
      dict([str('w'), tensor()], [str('big'), tensor({ key: '1', numel: 2_000_000, offset: 1_999_998 })]),
    );
    const file = new MemoryFile(torchZip(main, large));
    const checkpoint = await torchZipReader.open(file);
    expect(file.bytesRead).toBeLessThan(70_000);
    expect(await checkpoint.read('big')).toEqual({ shape: [2], data: Float32Array.of(0, 0) });
    expect(file.bytesRead).toBeLessThan(71_000);
  });

  it('reads big-endian storages', async () => {
    const swapped = Buffer.from(TWO_FLOATS).swap32();
    const entries = { 'data/0': new Uint8Array(swapped), byteorder: Buffer.from('big') };
    const checkpoint = await openTorch(torchZip(pickle(dict([str('w'), tensor()])), entries));
    expect((await checkpoint.read('w')).data).toEqual(Float32Array.of(1, 2));
    const odd = torchZip(pickle('}'), { byteorder: Buffer.from('middle') });
    await expect(openTorch(odd)).rejects.toThrow('byte order "middle"');
  });

  it('reads storages that were compressed when the file was packed again', async () => {
    const main = pickle(dict([str('w'), tensor()]));
    const parts = { 'data.pkl': main, 'data/0': TWO_FLOATS };
    const zip = makeZip(Object.entries(parts).map(([name, data]) => ({ name, data, deflate: true })));
    expect((await (await openTorch(zip)).read('w')).data).toEqual(Float32Array.of(1, 2));
  });

  it('recognises its files', () => {
    const match = (name: string, path: string) => {
      const zip = makeZip([{ name, data: TWO_FLOATS }]);
      return torchZipReader.match(zip.subarray(0, 4096), new MemoryFile(zip, path));
    };
    expect(match('archive/data.pkl', 'model')).toBe(true);
    expect(match('archive/.format_version', 'model')).toBe(true);
    expect(match('anything', 'model.pth')).toBe(true);
    expect(match('arr_0.npy', 'model')).toBe(false);
    expect(match('docs/readme.txt', 'model.zip')).toBe(false);
    expect(torchZipReader.match(new Uint8Array(), new MemoryFile(new Uint8Array(), 'a.pt'))).toBe(false);
  });

  it('says what other zip files are', async () => {
    const exported = makeZip([{ name: 'a/archive_format', data: Buffer.from('pt2') }]);
    await expect(openTorch(exported)).rejects.toThrow('memory.pt: is a torch.export archive (.pt2)');
    const other = makeZip([{ name: 'a/version', data: Buffer.from('3') }]);
    await expect(openTorch(other)).rejects.toThrow('without the data.pkl');
  });
});

describe('torchLegacyReader', () => {
  it('finds storages by skipping', async () => {
    const main = pickle(dict([str('a'), tensor({ key: 'big', numel: 100_000 })], [str('b'), tensor()]));
    const file = new MemoryFile(torchLegacy(main, { big: new Uint8Array(400_000), 0: TWO_FLOATS }));
    const checkpoint = await torchLegacyReader.open(file);
    expect(file.bytesRead).toBeLessThan(70_000);
    expect((await checkpoint.read('b')).data).toEqual(Float32Array.of(1, 2));
  });

  it('reads pickles longer than the first look', async () => {
    const long = str('x'.repeat(300_000));
    const main = pickle(dict([str('note'), long], [str('w'), tensor()]));
    const checkpoint = await openTorch(torchLegacy(main, { 0: TWO_FLOATS }));
    expect((await checkpoint.read('w')).data).toEqual(Float32Array.of(1, 2));
  });

  it('reads parts of storages, as very old files have them', async () => {
    const id = tuple(
      ...[str('storage'), global('torch', 'FloatStorage'), str('0'), str('cpu'), 'K\x02'],
      tuple(str('part'), 'K\x01', 'K\x01'),
    );
    const part = call(
      global('torch._utils', '_rebuild_tensor'),
      bytes(id, 'Q'),
      'K\x00',
      '(K\x01t',
      '(K\x01t',
    );
    const checkpoint = await openTorch(torchLegacy(pickle(dict([str('w'), part])), { 0: TWO_FLOATS }));
    expect((await checkpoint.read('w')).data).toEqual(Float32Array.of(2));
  });
});

describe('roles', () => {
  const state = dict([str('w'), tensor()]);

  it('finds the model wherever trainers put it', async () => {
    expect(await sort([str('w'), tensor()])).toEqual({ w: 'weight' });
    expect(await sort([str('model'), state])).toEqual({ w: 'weight' });
    expect(await sort([str('checkpoint'), dict([str('model'), dict([str('state_dict'), state])])])).toEqual({
      w: 'weight',
    });
    expect(await sort([str('encoder'), dict([str('layer'), state])], [str('step'), 'K\x05'])).toEqual({
      w: 'weight',
    });
    expect(roles(await openTorch(torchZip(pickle(']', tensor(), 'a'))))).toEqual({ 0: 'weight' });
  });

  it('takes nothing else for the model', async () => {
    const optimizer = dict([str('state'), dict(['K\x00', state])], [str('param_groups'), ']']);
    expect(await sort([str('opt'), optimizer], [str('net'), state])).toEqual({
      w: 'weight',
      'opt.state.0.w': 'other',
    });
    expect(await sort([str('optimizer'), state])).toEqual({ 'optimizer.w': 'other' });
    expect(
      await sort([str('state_dict'), dict([str('model_ema.w'), tensor()], [str('model.w'), tensor()])]),
    ).toEqual({
      'model.w': 'weight',
      'model_ema.w': 'other',
    });
    expect(await sort([str('params'), state], [str('params_ema'), state])).toEqual({
      w: 'weight',
      'params_ema.w': 'other',
    });
  });

  it('shows an averaged copy that is alone', async () => {
    expect(await sort([str('params_ema'), state])).toEqual({ w: 'weight' });
  });

  it('keeps tensors apart whose names are the same', async () => {
    expect(await sort(['K\x01', tensor()], [str('1'), tensor()])).toEqual({ 1: 'weight', '1 (2)': 'weight' });
  });
});
