import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { npzReader } from '../../src/core/checkpoint/formats/npz';
import { openNpy } from '../../src/core/file/npy';
import { MemoryFile } from '../support/memory-file';
import { makeNpy } from '../support/npy';
import { makeZip } from '../support/zip';

const read = async (bytes: Uint8Array) => (await openNpy(new MemoryFile(bytes, 'bad.npy'))).read();
const data = new Uint8Array(8);

async function refuses(bytes: Uint8Array, message: string) {
  await expect(read(bytes)).rejects.toThrow(InputError);
  await expect(read(bytes)).rejects.toThrow(message);
}

describe('npy', () => {
  test('40: objects are never unpickled', async () => {
    await refuses(makeNpy({ descr: '|O', data }), 'holds Python objects, which are never unpickled');
    const npz = makeZip([{ name: 'w.npy', data: makeNpy({ descr: '|O', data }) }]);
    const checkpoint = await npzReader.open(new MemoryFile(npz, 'bad.npz'));
    expect(checkpoint.tensors.get('w')?.dtype).toBe('object');
    await expect(checkpoint.read('w')).rejects.toThrow('its array "w" holds Python objects');
  });

  test('40: a header that is code is not evaluated', async () => {
    const bait = [
      '__import__("os").system("touch /tmp/owned")',
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), **{}}",
      "{'descr': '<f8', 'fortran_order': not True, 'shape': (1,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1 + 1,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} or exit()",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'shape': (2,)}",
      "{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (1,)}",
      '',
    ];
    for (const header of bait) await refuses(makeNpy({ header, data }), 'damaged header');
  });

  test('40: headers nested or long without end', async () => {
    await refuses(makeNpy({ version: 2, header: '('.repeat(60_000), data }), 'nested too deeply');
    await refuses(makeNpy({ version: 2, header: ' '.repeat(1e6), data }), 'has a header of');
    const cutOff = makeNpy({ version: 2, descr: '<f8', data }).slice(0, 40);
    await refuses(cutOff, 'cut off');
  });

  test('40: Fortran order that is no truth value, or lies about the size', async () => {
    for (const fortran of ["'True'", '1', 'None'])
      await refuses(makeNpy({ fortran, data }), 'neither True nor False');
    await refuses(makeNpy({ descr: '<f8', fortran: 'True', shape: '(2, 3)', data }), 'should hold 48 bytes');
    const vector = await read(makeNpy({ descr: '<f4', fortran: 'True', shape: '(2,)', data }));
    expect(vector).toEqual({ shape: [2], data: new Float32Array(2) });
  });

  test('40: shapes beyond the file, beyond reason, or no shapes', async () => {
    await refuses(makeNpy({ descr: '<f8', shape: '(1000000000,)', data }), 'should hold 8000000000 bytes');
    await refuses(makeNpy({ descr: '<f4', shape: '(1,)', data }), 'should hold 4 bytes');
    for (const shape of [
      '(-8,)',
      '(9007199254740993,)',
      '(4294967296, 4294967296)',
      '(0, 9e99)',
      '8',
      "('8',)",
    ])
      await refuses(makeNpy({ shape, data }), 'damaged header');
  });

  test('40: types that are none', async () => {
    for (const descr of ['', '<', '<f8\n', '\x1b[31m', "', 'x': '"])
      await refuses(makeNpy({ descr, data }), 'damaged header');
    for (const descr of ['<f3', '<f16', '<M8[ns]', '|V8', '__proto__', 'constructor'])
      await refuses(makeNpy({ descr, data }), `is of type ${descr}, whose values`);
  });

  test('40: not an array at all', async () => {
    await refuses(new Uint8Array(0), 'is not a NumPy array');
    await refuses(makeNpy({ version: 4, data }), 'is not a NumPy array');
  });
});
