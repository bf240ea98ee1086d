import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/core/base/error';
import { decodePng, imageShape, parsePngHeader } from '../../../src/core/file/png';
import expected from '../../fixtures/images/expected.json';
import { chunk, header, pngOf } from '../dataset/support';

function decode(bytes: Uint8Array) {
  const found = parsePngHeader('a.png', bytes);
  return { shape: imageShape(found), pixels: decodePng('a.png', bytes, found) };
}

test.each(Object.entries(expected))('%s as Pillow reads it', async (name, { shape, pixels }) => {
  const bytes = await readFile(join(import.meta.dirname, '../../fixtures/images', `${name}.png`));
  const image = decode(bytes);
  expect(image.shape).toEqual(shape);
  expect(Buffer.from(image.pixels).toString('hex')).toBe(pixels);
});

function error(bytes: Uint8Array): string {
  try {
    decode(bytes);
  } catch (reason) {
    expect(reason).toBeInstanceOf(InputError);
    return String(reason);
  }
  return 'no error';
}

/** Two rows of two grey pixels, each row after its filter. */
const ROWS = Uint8Array.of(0, 1, 2, 0, 3, 4);
const GOOD = pngOf(header(2, 2), ROWS);

describe('errors', () => {
  test.each([
    [
      'another kind of file',
      Buffer.from('\xff\xd8\xff\xe0 JFIF, a JPEG by another name', 'latin1'),
      /a\.png: is not a PNG/,
    ],
    ['empty', new Uint8Array(), /is not a PNG/],
    ['cut in the header', GOOD.subarray(0, 20), /is truncated\. Copy/],
    ['no header', Buffer.concat([GOOD.subarray(0, 8), GOOD.subarray(33)]), /does not begin with its header/],
    ['no width', pngOf(header(0, 2), ROWS), /is of 0 × 2 pixels/],
    ['no height', pngOf(header(2, 0), ROWS), /is of 2 × 0 pixels/],
    [
      'a size of 2^62 pixels',
      pngOf(header(2 ** 31, 2 ** 31), ROWS),
      /is of 2147483648 × 2147483648 pixels; 1 to/,
    ],
    ['depth 3', pngOf(header(2, 2, 3), ROWS), /no colour type 0 of 3 bits/],
    ['RGB of 4 bits', pngOf(header(2, 2, 4, 2), ROWS), /no colour type 2 of 4 bits/],
    ['colour type 5', pngOf(header(2, 2, 8, 5), ROWS), /no colour type 5/],
    ['interlacing 2', pngOf(header(2, 2, 8, 0, 2), ROWS), /interlacing 2/],
    ['filter 5', pngOf(header(2, 2), Uint8Array.of(5, 1, 2, 0, 3, 4)), /there is no filter 5/],
    ['too few pixels', pngOf(header(2, 3), ROWS), /its pixels are 6 bytes and should be 9/],
    ['too many pixels', pngOf(header(2, 1), ROWS), /its pixels cannot be unpacked/],
    ['no pixels', Buffer.concat([GOOD.subarray(0, 33), chunk('IEND')]), /its pixels cannot be unpacked/],
    ['no palette', pngOf(header(2, 2, 8, 3), ROWS), /of a colour that its palette has not/],
    [
      'beyond the palette',
      pngOf(header(2, 2, 8, 3), ROWS, chunk('PLTE', new Uint8Array(12))),
      /of a colour that/,
    ],
    [
      'a chunk of 2 GB',
      Buffer.concat([GOOD.subarray(0, 33), Buffer.from('7fffffff49444154', 'hex')]),
      /is truncated/,
    ],
  ])('%s', (_name, bytes, message) => {
    expect(error(bytes)).toMatch(message);
  });

  test('cut off anywhere', () => {
    for (let length = 0; length < GOOD.length; length++)
      expect(error(GOOD.subarray(0, length))).toMatch(/is not a PNG|is truncated/);
  });

  test('any bit flipped after the signature and before the end: its sum is wrong, or nothing changes', () => {
    const { pixels } = decode(GOOD);
    for (let bit = 8 * 8; bit < 8 * GOOD.length; bit++) {
      const flipped = Buffer.from(GOOD);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const found = error(flipped);
      if (found === 'no error') expect(decode(flipped).pixels).toEqual(pixels);
      else expect(found).toMatch(/a\.png/);
    }
  });

  test('a wrong sum of the pixels themselves', () => {
    const packed = deflateSync(ROWS);
    packed[packed.length - 1]! ^= 1;
    const bytes = Buffer.concat([GOOD.subarray(0, 33), chunk('IDAT', packed), chunk('IEND')]);
    expect(error(bytes)).toMatch(/cannot be unpacked \(incorrect data check\)/);
    expect(crc32('IEND')).toBe(0xae426082); // so that the sums above are those of the format
  });

  test.each([0, 1])(
    'a bomb is not unpacked beyond what its header speaks of, interlacing %i',
    (interlacing) => {
      const packed = deflateSync(new Uint8Array(2 ** 28));
      const bytes = Buffer.concat([
        pngOf(header(2, 2, 8, 0, interlacing), ROWS).subarray(0, 33),
        chunk('IDAT', packed),
        chunk('IEND'),
      ]);
      const before = process.memoryUsage().arrayBuffers;
      expect(error(bytes)).toMatch(/cannot be unpacked/);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
    },
  );
});
