import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { safetensorsReader } from '../../src/core/checkpoint/formats/safetensors';
import { MemoryFile } from '../support/memory-file';
import { makeSafetensors, oneTensor } from '../support/safetensors';

const open = (bytes: Uint8Array) => safetensorsReader.open(new MemoryFile(bytes, 'bad.safetensors'));
const tensor = (begin: number, end: number, shape = [end - begin], dtype = 'U8') => ({
  ...{ dtype, shape, data_offsets: [begin, end] },
});

async function refuses(bytes: Uint8Array, message: string) {
  const opening = open(bytes);
  await expect(opening).rejects.toThrow(InputError);
  await expect(opening).rejects.toThrow(message);
}

describe('safetensors', () => {
  const data = new Uint8Array(8);

  test('34: header lengths beyond the file and beyond reason', async () => {
    for (const length of [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 100_000_001n, 1000n])
      await refuses(makeSafetensors({ a: tensor(0, 8) }, data, length), 'its header should have');
    await refuses(new Uint8Array(5), 'ends too early');
  });

  test('34: holes, overlaps, trailing bytes, ranges outside the file', async () => {
    await refuses(makeSafetensors({ a: tensor(0, 4), b: tensor(5, 8) }, data), 'bytes 5 to 8 where 4 of 8');
    await refuses(makeSafetensors({ a: tensor(0, 5), b: tensor(4, 8) }, data), 'bytes 4 to 8 where 5 of 8');
    await refuses(makeSafetensors({ a: tensor(0, 4) }, data), '4 bytes follow the last tensor');
    await refuses(makeSafetensors({}, data), '8 bytes follow');
    await refuses(makeSafetensors({ a: tensor(0, 9) }, data), 'bytes 0 to 9');
    await refuses(makeSafetensors({ a: tensor(0, 8), b: tensor(8, 4, [4]) }, data), 'bytes 8 to 4');
  });

  test('34: shapes that are not those of the bytes', async () => {
    const shapes = [[7], [2 ** 40, 2 ** 40], [0, 2 ** 52, 2 ** 52], []];
    for (const shape of shapes)
      await refuses(makeSafetensors({ a: tensor(0, 8, shape) }, data), 'has 8 bytes, not');
    await refuses(makeSafetensors({ a: tensor(0, 8, [8], 'F4') }, data), 'not those of f4 [8]');
    for (const shape of [[-8], [1.5], [2 ** 53], ['8'], null])
      await refuses(makeSafetensors({ a: { ...tensor(0, 8), shape } }, data), 'is not described by');
  });

  test('34: the same key twice, in either place', async () => {
    const entry = JSON.stringify(tensor(0, 8));
    await refuses(makeSafetensors(`{"a": ${entry}, "\\u0061": ${entry}}`, data), 'twice');
    const twice = entry.replace('{', '{"dtype": "I8", ');
    await refuses(makeSafetensors(`{"a": ${twice}}`, data), 'twice');
  });

  test('34: deep JSON, other JSON, no JSON', async () => {
    await refuses(makeSafetensors('{"a":'.repeat(1e6), data), 'nested more than 3 deep');
    await refuses(makeSafetensors('['.repeat(1e6), data), 'nested more than 3 deep');
    for (const text of ['', 'x', '{', '{"a"', '{}{}']) await refuses(makeSafetensors(text, data), 'not JSON');
    for (const text of ['[]', 'null', '1']) await refuses(makeSafetensors(text, data), 'not a JSON object');
    for (const value of [null, 1, [], {}, 'x'])
      await refuses(makeSafetensors({ a: value }, data), 'is not described by dtype');
    await refuses(makeSafetensors({ __metadata__: { a: 1 }, a: tensor(0, 8) }, data), '__metadata__');
    await refuses(makeSafetensors('{"\xff', data), 'not JSON');
    // What a message cites of the file cannot break its line, nor reach the terminal as a control sequence.
    await expect(open(makeSafetensors('{\n\x1b[31m', data))).rejects.toThrow(/^\P{Cc}*$/u);
  });

  test('17: names of JavaScript objects are names', async () => {
    const header = '{"__proto__": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}}';
    const checkpoint = await open(makeSafetensors(header, data));
    expect([...checkpoint.tensors.keys()]).toEqual(['__proto__']);
    expect((await checkpoint.read('__proto__')).data).toHaveLength(8);
    await expect(checkpoint.read('constructor')).rejects.toThrow(InputError);
  });

  test('42: NaN, infinities, denormals and zeros come through as they are', async () => {
    const values = [NaN, Infinity, -Infinity, 2 ** -149, -(2 ** -149), 0, -0];
    const { data: read } = await (await open(oneTensor('w', ...values))).read('w');
    expect([...read]).toEqual(values);
  });
});
