import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { kerasHdf5Reader } from '../../src/core/checkpoint/formats/keras/keras';
import { openHdf5 } from '../../src/core/file/hdf5/hdf5';
import { readValues } from '../../src/core/file/hdf5/hdf5-values';
import { MemoryFile } from '../support/memory-file';

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures', name)));

/** Everything that is in a file. */
async function readAll(bytes: Uint8Array): Promise<MemoryFile> {
  const file = new MemoryFile(bytes, 'hostile.h5');
  const { source, datasets } = await openHdf5(file);
  for (const dataset of datasets.values())
    if (dataset.type.kind === 'numbers') await readValues(source, dataset);
  return file;
}

async function refuses(bytes: Uint8Array, message: RegExp) {
  const reading = readAll(bytes);
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(message);
}

describe('39: HDF5', () => {
  test.each([
    ['external_link.h5', /its link "elsewhere" leads to another file, which is not followed/],
    ['soft_link.h5', /its link "again" leads elsewhere, which is not followed/],
    ['external_storage.h5', /keeps values in another file, which is not followed/],
    ['huge.h5', /w has 1 chunks and should have 1048576/],
    ['never_written.h5', /w was never written/],
    [
      'lzf.h5',
      /compressed by filter 32000; deflate and shuffle can be read\. Load the model in Keras and save it again/,
    ],
    ['dense_links.h5', /keeps the names of a large group in an index/],
  ])('%s', async (name, message) => {
    await refuses(bytesOf(`hdf5/${name}`), message);
  });

  test('a B-tree that contains itself does not hang', async () => {
    const bytes = bytesOf('hdf5/kinds.h5');
    const view = new DataView(bytes.buffer);
    let changed = 0;
    // Every tree's first child becomes the tree itself, one level up.
    for (let at = 0; at + 40 < bytes.length; at++) {
      if (Buffer.from(bytes.subarray(at, at + 4)).toString('latin1') !== 'TREE' || bytes[at + 4] !== 0)
        continue;
      bytes[at + 5] = 1;
      view.setBigUint64(at + 32, BigInt(at), true);
      changed++;
    }
    expect(changed).toBeGreaterThan(2);
    await refuses(bytes, /B-tree/);
  });

  test('a header that continues in itself, and a group that contains itself', async () => {
    const bytes = bytesOf('hdf5/kinds.h5');
    const view = new DataView(bytes.buffer);
    const root = Number(view.getBigUint64(64, true));
    // The root's first message becomes a continuation to its own block.
    view.setUint16(root + 16, 0x10, true);
    view.setBigUint64(root + 24, BigInt(root + 16), true);
    view.setBigUint64(root + 32, 24n, true);
    await refuses(bytes, /continues in itself/);
  });

  test('sizes past the end', async () => {
    const bytes = bytesOf('keras/mlp.weights.h5');
    await refuses(bytes.subarray(0, bytes.length - 1000), /bytes|ends/);
    for (const length of [8, 20, 96, 500, 1000]) await refuses(bytes.subarray(0, length), /hostile\.h5/);
  });

  test('any byte may be wrong: it is an error or another number, soon', async () => {
    const bytes = bytesOf('keras/mlp.weights.h5');
    const began = performance.now();
    let failed = 0;
    for (let at = 8; at < bytes.length; at += 37) {
      const changed = bytes.slice();
      changed[at] = changed[at]! ^ (1 << (at % 8));
      try {
        await readAll(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        failed++;
      }
    }
    expect(failed).toBeGreaterThan(20);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('a file of another program is named as such', async () => {
    const opening = kerasHdf5Reader.open(new MemoryFile(bytesOf('hdf5/kinds.h5'), 'data.h5'));
    await expect(opening).rejects.toThrow(
      /data\.h5: is an HDF5 file that Keras did not write\. Write its arrays/,
    );
  });
});
