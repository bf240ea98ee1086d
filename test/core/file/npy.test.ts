import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/core/base/error';
import { encodeNpy, openNpy } from '../../../src/core/file/npy';
import { MemoryFile } from '../../support/memory-file';
import { makeNpy } from '../../support/npy';

const open = (bytes: Uint8Array) => openNpy(new MemoryFile(bytes, 'a.npy'));
const int16 = (...values: number[]) => new Uint8Array(Int16Array.from(values).buffer);

describe('openNpy', () => {
  test('reads what encodeNpy writes, at a multiple of 64', async () => {
    const data = Float64Array.of(1, NaN, -Infinity, 5e-324, 0.1, -0);
    const array = await open(encodeNpy(data, [2, 3]));
    expect(array.header).toEqual({
      ...{ dtype: 'f64', shape: [2, 3], bigEndian: false, fortranOrder: false, dataOffset: 128 },
    });
    expect(await array.read()).toEqual({ shape: [2, 3], data });
    const ints = await open(encodeNpy(Int32Array.of(-1, 7), [2]));
    expect(await ints.read()).toEqual({ shape: [2], data: Float64Array.of(-1, 7) });
    const scalar = await open(encodeNpy(Float32Array.of(2.5), []));
    expect(await scalar.read()).toEqual({ shape: [], data: Float32Array.of(2.5) });
  });

  test('brings column-major arrays of any rank into row-major order', async () => {
    // Value 100 i + 10 j + k at (i, j, k), stored with i running fastest.
    const [I, J, K] = [2, 3, 4];
    const stored: number[] = [];
    const expected: number[] = [];
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) for (let i = 0; i < I; i++) stored.push(100 * i + 10 * j + k);
    for (let i = 0; i < I; i++)
      for (let j = 0; j < J; j++) for (let k = 0; k < K; k++) expected.push(100 * i + 10 * j + k);
    const array = await open(
      makeNpy({ descr: '<i2', fortran: 'True', shape: '(2, 3, 4)', data: int16(...stored) }),
    );
    expect([...(await array.read()).data]).toEqual(expected);
    expect([...(await array.read(1)).data]).toEqual(expected.slice(0, 12));
  });

  test('reads the first rows only', async () => {
    const file = new MemoryFile(encodeNpy(new Float64Array(100_000).fill(3), [10_000, 10]));
    const array = await openNpy(file);
    expect(await array.read(2)).toEqual({ shape: [2, 10], data: new Float64Array(20).fill(3) });
    expect(file.bytesRead).toBeLessThan(2_000);
    expect((await array.read(0)).data).toHaveLength(0);
    await expect(array.read(10_001)).rejects.toThrow(RangeError);
  });

  test('byte orders, versions and key orders', async () => {
    const big = makeNpy({ descr: '>i2', data: Uint8Array.of(0x01, 0x02) });
    expect((await (await open(big)).read()).data).toEqual(Float32Array.of(0x0102));
    for (const version of [1, 2, 3])
      expect((await open(makeNpy({ version, descr: '|b1', data: Uint8Array.of(1) }))).header.dtype).toBe(
        'bool',
      );
    const header = "{'shape': (1L,), 'fortran_order': False, 'descr': u'=f4'}";
    expect((await (await open(makeNpy({ header, data: new Uint8Array(4) }))).read()).shape).toEqual([1]);
  });

  test('types without numeric values are listed and refused', async () => {
    const listed = async (descr: string) =>
      (await open(makeNpy({ descr, data: new Uint8Array(8) }))).header.dtype;
    expect(await listed('<U2')).toBe('<U2');
    expect(await listed('<c8')).toBe('<c8');
    const structured = "{'descr': [('a', '<f4'), ('b', '|O')], 'fortran_order': False, 'shape': (1,)}";
    const array = await open(makeNpy({ header: structured, data: new Uint8Array(8) }));
    expect(array.header.dtype).toBe('structured');
    await expect(array.read()).rejects.toThrow(InputError);
  });
});
