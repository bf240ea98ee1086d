import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { bytes, dict, pickle, str, tensor, type TensorPlan } from '../support/pickle';
import { openTorch, torchLegacy, torchZip, TWO_FLOATS } from '../support/torch';
import { makeZip } from '../support/zip';

const main = (plan: TensorPlan) => pickle(dict([str('w'), tensor(plan)]));

describe('tensors that are not in their storage', () => {
  test.each<[string, TensorPlan, RegExp]>([
    [
      '19 more values than bytes',
      { numel: 3, shape: [3] },
      /wants 12 bytes of storage "0", which has 8 bytes/,
    ],
    [
      '19 fewer values than bytes',
      { numel: 1, shape: [1] },
      /wants 4 bytes of storage "0", which has 8 bytes/,
    ],
    ['19 a storage that is not there', { key: '../0' }, /wants 8 bytes of storage "..\/0", which is missing/],
    ['20 an offset past the end', { offset: 1 }, /reaches to value 3 of storage 0, which has 2/],
    ['20 a stride past the end', { stride: [2] }, /reaches to value 3 of storage 0/],
    ['21 a negative stride', { stride: [-1] }, /stride is not a possible size \(-1\)/],
    ['21 a negative size', { shape: [-2] }, /shape is not a possible size \(-2\)/],
    ['21 a negative offset', { offset: -1 }, /offset is not a possible size \(-1\)/],
    ['21 a huge stride', { stride: [2n ** 62n] }, /not a possible size/],
    ['21 a stride that overflows', { shape: [2, 2], stride: [2 ** 53 - 1, 2 ** 53 - 1] }, /reaches to value/],
    [
      '21 a huge shape',
      { shape: [2 ** 30, 2 ** 30], stride: [0, 0] },
      /a tensor of shape \[1073741824, 1073741824\]/,
    ],
    [
      '21 a huge shape behind a zero',
      { shape: [0, 2 ** 40, 2 ** 40], stride: [0, 0, 0] },
      /a tensor of shape/,
    ],
    ['21 a huge storage', { numel: 2n ** 53n - 1n }, /storage's size is not a possible size/],
    ['21 more sizes than strides', { shape: [1, 2] }, /more sizes than strides/],
    [
      '21 a thousand dimensions',
      { shape: Array<number>(1000).fill(1), stride: Array<number>(1000).fill(1) },
      /not a tuple of sizes/,
    ],
  ])('%s', async (_, plan, message) => {
    const opening = openTorch(torchZip(main(plan)));
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(message);
  });

  test('22 an expansion to terabytes is listed and not read', async () => {
    const checkpoint = await openTorch(torchZip(main({ shape: [2 ** 40, 2], stride: [0, 1] })));
    expect(checkpoint.tensors.get('w')?.shape).toEqual([2 ** 40, 2]);
    await expect(checkpoint.read('w')).rejects.toThrow('"w" expands 2 stored values to 2199023255552');
  });

  test('22 overlapping windows, too', async () => {
    const checkpoint = await openTorch(torchZip(main({ shape: [2 ** 30, 2, 1], stride: [0, 1, 1] })));
    await expect(checkpoint.read('w')).rejects.toThrow(InputError);
  });

  test('23 one storage as two types', async () => {
    const two = dict([str('a'), tensor()], [str('b'), tensor({ storage: 'IntStorage' })]);
    const checkpoint = await openTorch(torchZip(pickle(two)));
    expect((await checkpoint.read('a')).data).toEqual(Float32Array.of(1, 2));
    expect((await checkpoint.read('b')).data).toEqual(Float64Array.of(0x3f800000, 0x40000000));
    const wide = dict([str('a'), tensor()], [str('b'), tensor({ storage: 'DoubleStorage' })]);
    await expect(openTorch(torchZip(pickle(wide)))).rejects.toThrow('wants 16 bytes of storage "0"');
    await expect(openTorch(torchLegacy(pickle(wide), { 0: TWO_FLOATS }))).rejects.toThrow(InputError);
  });
});

describe('archives', () => {
  test('27 weights that do not have their checksum', async () => {
    const parts = { 'a/data.pkl': main({}), 'a/data/0': TWO_FLOATS };
    const zip = makeZip(
      Object.entries(parts).map(([name, data]) => ({ name, data, ...(name.endsWith('0') && { crc32: 1 }) })),
    );
    const checkpoint = await openTorch(zip);
    await expect(checkpoint.read('w')).rejects.toThrow(InputError);
  });

  test('33 two main pickles', async () => {
    const zip = makeZip(['a', 'b'].map((root) => ({ name: `${root}/data.pkl`, data: main({}) })));
    await expect(openTorch(zip)).rejects.toThrow('memory.pt: has 2 main pickles: "a/data.pkl", "b/data.pkl"');
  });

  test('33 a pickle under another extension', async () => {
    await expect(openTorch(main({}), 'weights.safetensors')).rejects.toThrow(
      'weights.safetensors: is a Python pickle whose tensors lie outside of it. Give the whole file that torch.save wrote',
    );
  });
});

describe('legacy files', () => {
  test('storages that the pickle does not know, or another number of values', async () => {
    const object = main({});
    await expect(openTorch(torchLegacy(object, { 1: TWO_FLOATS }))).rejects.toThrow(
      'storage "1" that belongs to nothing',
    );
    await expect(openTorch(torchLegacy(object))).rejects.toThrow('has no storage "0" of 2 values');
    const longer = { 0: bytes(TWO_FLOATS, TWO_FLOATS) };
    await expect(openTorch(torchLegacy(object, longer))).rejects.toThrow('storage "0" has 4 values, not 2');
  });

  test('a length past the end is not waited for', async () => {
    const text = bytes('\x8d', Buffer.from('00000000ffffff7f', 'hex'));
    await expect(openTorch(torchLegacy(bytes('\x80\x02', text)))).rejects.toThrow(/BINUNICODE8 at byte \d+/);
  });
});
