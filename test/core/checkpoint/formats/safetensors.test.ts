import { expect, test } from 'vitest';
import { safetensorsReader } from '../../../../src/core/checkpoint/formats/safetensors';
import { MemoryFile } from '../../../support/memory-file';
import { makeSafetensors } from '../../../support/safetensors';

test('lists and reads tensors in file order, with the metadata', async () => {
  const header = {
    __metadata__: { format: 'pt' },
    scale: { dtype: 'BF16', shape: [], data_offsets: [8, 10] },
    'fc.weight': { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] },
    packed: { dtype: 'F4', shape: [4], data_offsets: [10, 12] },
    __proto__weird: { dtype: 'U8', shape: [0, 5], data_offsets: [12, 12] },
  };
  const data = Uint8Array.of(0, 0x3c, 0, 0xc0, 0, 0x38, 0, 0x7c, 0x80, 0x3f, 0x12, 0x34);
  const checkpoint = await safetensorsReader.open(
    new MemoryFile(makeSafetensors(header, data), 'a.safetensors'),
  );
  expect([...checkpoint.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
    ['fc.weight', 'f16', [2, 2]],
    ['scale', 'bf16', []],
    ['packed', 'f4', [4]],
    ['__proto__weird', 'u8', [0, 5]],
  ]);
  expect(checkpoint.metadata).toEqual({ format: 'pt' });
  expect((await checkpoint.read('fc.weight')).data).toEqual(Float32Array.of(1, -2, 0.5, Infinity));
  expect(await checkpoint.read('scale')).toEqual({ shape: [], data: Float32Array.of(1) });
  expect((await checkpoint.read('__proto__weird')).data).toHaveLength(0);
  await expect(checkpoint.read('packed')).rejects.toThrow('tensor "packed" is of type f4');
  await expect(checkpoint.read('toString')).rejects.toThrow('has no tensor "toString"');
});

test('names of shared tensors that the metadata keeps are restored, in the order of names', async () => {
  const entry = (at: number) => ({ dtype: 'F32', shape: [1], data_offsets: [at, at + 4] });
  const header = {
    __metadata__: { format: 'b', 'c.weight': 'b', aa: 'b', note: 'nothing', o: 'b' },
    ...{ b: entry(0), o: entry(4) },
  };
  const data = new Uint8Array(Float32Array.of(1, 2).buffer);
  const checkpoint = await safetensorsReader.open(
    new MemoryFile(makeSafetensors(header, data), 'a.safetensors'),
  );
  expect([...checkpoint.tensors.keys()]).toEqual(['aa', 'b', 'c.weight', 'o']);
  expect((await checkpoint.read('c.weight')).data).toEqual(Float32Array.of(1));
  expect(await checkpoint.readPart('aa', 0, 1)).toEqual(Float32Array.of(1));
  expect((await checkpoint.read('o')).data).toEqual(Float32Array.of(2));
  // What names no tensor, or one that is stored, is shown as it stands.
  expect(checkpoint.metadata).toEqual({ format: 'b', note: 'nothing', o: 'b' });
});
