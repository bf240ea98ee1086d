import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { openZip } from '../../../src/core/file/zip';
import { MemoryFile } from '../../support/memory-file';
import { ascii, makeZip } from '../../support/zip';

const open = (bytes: Uint8Array) => openZip(new MemoryFile(bytes, 'a.zip'));

test('reads what fflate writes, stored and deflated', async () => {
  const data = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 3);
  const zip = await open(zipSync({ 'a/data.pkl': [data, { level: 0 }], 'a/data/0': [data, { level: 9 }] }));
  expect([...zip.entries.values()].map(({ name, method, size }) => [name, method, size])).toEqual([
    ['a/data.pkl', 0, data.length],
    ['a/data/0', 8, data.length],
  ]);
  for (const entry of zip.entries.values()) {
    expect(await zip.readEntry(entry, data.length)).toEqual(data);
    expect((await zip.readStart(entry, 1000)).subarray(0, 500)).toEqual(data.subarray(0, 500));
    await expect(zip.readEntry(entry, data.length - 1)).rejects.toThrow('more than the 99999 expected');
  }
});

test('honest archives of any contents are read, with comments, ZIP64 records and data descriptors', async () => {
  const part = fc.record({ data: fc.uint8Array({ maxLength: 200 }), deflate: fc.boolean() });
  const options = fc.record(
    { comment: fc.uint8Array({ maxLength: 30 }), zip64: fc.constant({}) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), options, async (contents, wish) => {
      const parts = contents.map((content, i) => ({ name: `r/${i}`, ...content }));
      const zip = await open(makeZip(parts, wish));
      expect([...zip.entries.keys()]).toEqual(parts.map(({ name }) => name));
      for (const [i, entry] of [...zip.entries.values()].entries())
        expect(await zip.readEntry(entry, 1000)).toEqual(parts[i]?.data);
    }),
    { seed: 1 },
  );
});

test('data descriptors: sizes in the local header mean nothing, as PyTorch writes them', async () => {
  const zip = await open(makeZip([{ name: 'a/data.pkl', data: ascii('abc'), flags: 0x808, localSize: 0 }]));
  const [entry] = zip.entries.values();
  expect(entry && (await zip.dataOffset(entry))).toBe(40);
});

test('a CRC of 0 was not computed, as PyTorch may be told', async () => {
  const zip = await open(makeZip([{ name: 'a', data: ascii('abc'), crc32: 0 }]));
  const [entry] = zip.entries.values();
  expect(entry && (await zip.readEntry(entry, 3))).toEqual(ascii('abc'));
});
