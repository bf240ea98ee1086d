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
