import { expect, test } from 'vitest';
import { encodeNpy, openNpz } from '../../../src/core/file/npy';
import { MemoryFile } from '../../support/memory-file';
import { ascii, makeZip } from '../../support/zip';

const values = Float64Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
const npy = encodeNpy(values, [50, 1000]);

test('lists arrays by their headers, stored or deflated, and reads them', async () => {
  for (const deflate of [false, true]) {
    const parts = [
      { name: 'x.npy', data: npy, deflate },
      { name: 'notes.txt', data: ascii('not an array') },
      { name: 'y.npy', data: encodeNpy(Int32Array.of(4), [1]), deflate },
    ];
    const file = new MemoryFile(makeZip(parts), 'a.npz');
    const arrays = await openNpz(file);
    expect([...arrays].map(([name, array]) => [name, array.header.dtype, array.header.shape])).toEqual([
      ['x', 'f64', [50, 1000]],
      ['y', 'i32', [1]],
    ]);
    // The end record is sought in the last 64 KB.
    expect(file.bytesRead).toBeLessThan(80_000);
    expect((await arrays.get('x')?.read())?.data).toEqual(values);
    expect((await arrays.get('x')?.read(2))?.data).toEqual(values.subarray(0, 2000));
  }
});

test('a damaged stored array is noticed when it is read whole', async () => {
  const bytes = makeZip([{ name: 'x.npy', data: npy }]);
  bytes[10_000]! ^= 1;
  const arrays = await openNpz(new MemoryFile(bytes, 'a.npz'));
  await expect(arrays.get('x')?.read()).rejects.toThrow('checksum');
});
