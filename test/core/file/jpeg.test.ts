import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeJpeg, isJpeg, parseJpegHeader } from '../../../src/core/file/jpeg';
import { problem } from '../dataset/support';

const FILES = fileURLToPath(new URL('../../fixtures/data/jpeg/', import.meta.url));
const whole = readFileSync(`${FILES}rgb/cat/0.jpg`);

async function decode(bytes: Uint8Array): Promise<Uint8Array> {
  const header = parseJpegHeader('a.jpg', bytes);
  if (header === null) throw new Error('no header');
  return decodeJpeg('a.jpg', bytes, header);
}

/** The file with its frame's header changed. */
function withFrame(offset: number, ...values: number[]): Buffer {
  const bytes = Buffer.from(whole);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.set(values, frame + offset);
  return bytes;
}

test('the header', () => {
  expect(parseJpegHeader('a.jpg', whole)).toEqual({ width: 21, height: 18, channels: 3 });
  expect(parseJpegHeader('a.jpg', whole.subarray(0, 40))).toBeNull();
  expect([isJpeg(whole), isJpeg(Buffer.from('\x89PNG'))]).toEqual([true, false]);
});

test('a damaged file is an error, and the next one is decoded', async () => {
  const expected = await decode(whole);
  expect(expected).toHaveLength(3 * 18 * 21);
  for (const cut of [0.6, 0.8, 0.95])
    expect(await problem(decode(whole.subarray(0, Math.floor(cut * whole.length))))).toMatch(
      /^a.jpg: is a damaged JPEG: .*\. Copy or download it again$/,
    );
  expect(await decode(whole)).toEqual(expected);
});

test('no byte that is changed crashes it, hangs it or gives another size', async () => {
  for (let at = 2; at < whole.length; at += 7) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0x55;
    const size = await decode(bytes).then(
      (pixels) => pixels.length,
      (error: unknown) => String(error),
    );
    expect(typeof size === 'number' || /InputError|no header/.test(size), `${at}: ${size}`).toBe(true);
  }
}, 20_000);

test.each([
  [withFrame(5, 0xff, 0xff, 0xff, 0xff), 'is of 65535 × 65535 pixels; 1 to 16777216 are read'],
  [withFrame(5, 0, 0), 'is of 21 × 0 pixels'],
  [withFrame(4, 12), 'is a JPEG of 12 bits and of a kind that is not read. Convert it to PNG'],
  [withFrame(1, 0xc3), 'of a kind that is not read. Convert it to PNG'],
  [readFileSync(`${FILES}cmyk.jpg`), 'is a JPEG of 4 channels; 1 and 3 are read. Convert it'],
  [Buffer.concat([whole, Buffer.alloc(202, Buffer.from([0xff, 0xda]))]), 'has more than 100 scans'],
  [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 0, 0]), 'one of its segments has no length'],
  [Buffer.from('GIF89a'), 'is not a JPEG image'],
])('%#: refused before decoding', async (bytes, message) => {
  expect(await problem(decode(bytes))).toContain(message);
});
