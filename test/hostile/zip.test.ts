import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { openZip } from '../../src/core/file/zip';
import { MemoryFile } from '../support/memory-file';
import { ascii, makeZip, type Part, type ZipOptions } from '../support/zip';

const data = ascii('payload');

/** Opens a zip file and reads all of it, as far as that goes. */
async function readAll(bytes: Uint8Array, limit = 100_000): Promise<number> {
  const zip = await openZip(new MemoryFile(bytes, 'bad.zip'));
  for (const entry of zip.entries.values()) await zip.readEntry(entry, limit);
  return zip.entries.size;
}

async function refuses(parts: readonly Part[], options: ZipOptions, message: string | RegExp) {
  const reading = readAll(makeZip(parts, options));
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(message);
}

describe('zip', () => {
  test('24: one name with two payloads', async () => {
    const parts = [
      { name: 'a/data.pkl', data },
      { name: 'a/data.pkl', data: ascii('other') },
    ];
    await refuses(parts, {}, 'two entries "a/data.pkl"');
  });

  test('25: local and central header contradict each other', async () => {
    await refuses([{ name: 'a', data, localName: 'b' }], {}, 'contradicts the directory');
    await refuses([{ name: 'a', data, localSize: 3 }], {}, 'contradicts the directory');
    await refuses([{ name: 'a', data, localName: 'a\0' }], {}, /is not where|unsafe name/);
    await refuses([{ name: 'a', data, offset: 1 }], {}, 'does not begin with its first entry');
  });

  test('26: encrypted and patched entries', async () => {
    for (const flags of [0x1, 0x20, 0x40, 0x2000])
      await refuses([{ name: 'a', data, flags }], {}, 'encrypted or patched');
  });

  test('27: wrong checksum, stored and deflated', async () => {
    for (const deflate of [false, true])
      await refuses([{ name: 'a', data, deflate, crc32: 1 }], {}, 'checksum');
  });

  test('28: deflate bombs stop at the size they declare, and that at the limit', async () => {
    // 50 MB in 48 KB.
    const bomb = new Uint8Array(50_000_000);
    await refuses([{ name: 'a', data: bomb, deflate: true }], {}, 'has 50000000 bytes, more than the 100000');
    await refuses([{ name: 'a', data: bomb, deflate: true, size: 1000 }], {}, 'cannot be inflated');
    await refuses([{ name: 'a', data, deflate: true, size: 900 }], {}, 'size and checksum');
    const garbage = { name: 'a', data: ascii('\xff\xff\xff'), deflate: true };
    const bytes = makeZip([garbage]);
    bytes.fill(0xff, 31, 31 + deflateRawSync(garbage.data).length);
    await expect(readAll(bytes)).rejects.toThrow('cannot be inflated');
  });

  test('28: overlapping entries', async () => {
    const parts = [
      { name: 'a', data },
      { name: 'b', data, offset: 0 },
    ];
    await refuses(parts, {}, 'overlaps');
    await refuses([{ name: 'a', data, size: 500, compressedSize: 500 }], {}, 'overlaps');
  });

  test('29: names that lead elsewhere', async () => {
    const names = [
      '../a',
      'a/../../b',
      '/etc/passwd',
      'C:\\a',
      'c:a',
      '\\\\server\\a',
      '//server/a',
      'a\0b',
      '',
    ];
    for (const name of names) await refuses([{ name, data }], {}, 'unsafe name');
  });

  test('30: two end records', async () => {
    const inner = makeZip([{ name: 'evil', data }]);
    await refuses([{ name: 'a', data }], { comment: inner }, 'more than one end record');
    // A comment that only looks like an end record would be one to other tools.
    await refuses(
      [{ name: 'a', data }],
      { comment: ascii(`PK\x05\x06${'x'.repeat(30)}`) },
      'more than one end',
    );
  });

  test('30: a comment containing PK is a comment', async () => {
    expect(await readAll(makeZip([{ name: 'a', data }], { comment: ascii('PK\x01\x02PK\x03\x04') }))).toBe(1);
  });

  test('30: something before the first entry', async () => {
    await refuses([{ name: 'a', data }], { prefix: ascii('MZ') }, 'does not begin with its first entry');
    await refuses([{ name: 'a', data }], { directoryShift: -2 }, 'not where the end record says');
    const first = makeZip([{ name: 'a', data }]);
    await refuses([{ name: 'b', data }], { prefix: first }, 'does not begin with its first entry');
  });

  test('31: ZIP64 lies', async () => {
    const parts = [{ name: 'a', data }];
    for (const huge of [2n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      await refuses(parts, { zip64: { count: huge } }, 'contradict');
      await refuses(parts, { zip64: { size: huge } }, 'contradict');
      await refuses(parts, { zip64: { offset: huge } }, 'contradict');
    }
    // Sizes that are said to be in a ZIP64 field that is missing, cut short, or beyond 2⁵³.
    const size = { size: 2 ** 32 - 1, compressedSize: 2 ** 32 - 1 };
    const field = (...bytes: number[]) => Uint8Array.of(1, 0, bytes.length, 0, ...bytes);
    for (const extra of [new Uint8Array(), field(1, 2, 3), Uint8Array.of(1, 0, 255, 255)])
      await refuses([{ name: 'a', data, ...size, extra }], {}, 'lacks its ZIP64 sizes');
    const extra = field(...new Array<number>(16).fill(255));
    await refuses([{ name: 'a', data, ...size, extra }], {}, 'overlaps');
  });

  test('31: a directory of more entries than there are, or fewer', async () => {
    await refuses([{ name: 'a', data }], { count: 2 }, 'damaged at byte');
    await refuses([{ name: 'a', data }], { count: 0 }, 'more in it than the end record says');
  });

  test('32: cut off anywhere', async () => {
    for (const zip64 of [undefined, {}]) {
      const whole = makeZip(
        [
          { name: 'a/data.pkl', data },
          { name: 'a/data/0', data, deflate: true },
        ],
        {
          ...(zip64 && { zip64 }),
        },
      );
      for (let length = 0; length < whole.length; length++)
        await expect(readAll(whole.slice(0, length))).rejects.toThrow(InputError);
    }
  });

  test('any one byte changed: an error or a result, nothing else', async () => {
    const whole = makeZip(
      [
        { name: 'a/0', data },
        { name: 'a/1', data, deflate: true },
      ],
      { zip64: {} },
    );
    for (let at = 0; at < whole.length; at++)
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = whole.slice();
        changed[at]! ^= flip;
        await readAll(changed).catch((error: unknown) => {
          expect(error).toBeInstanceOf(InputError);
        });
      }
  });
});
