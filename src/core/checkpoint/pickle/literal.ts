import { decodeText } from './cursor';
import { PickleFault } from './value';

/** Digits or bytes of the longest integer that is read; torch.save's magic number has 10 bytes. */
const LONGEST_INTEGER = 1024;

function fitting(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Two's complement, little-endian, any length; none is zero. */
export function integerFromBytes(bytes: Uint8Array): number | bigint {
  if (bytes.length > LONGEST_INTEGER) throw new PickleFault(`an integer of ${bytes.length} bytes`);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return fitting(BigInt.asIntN(8 * bytes.length, value));
}

/** Protocol 0 writes numbers as text, with an L behind long ones. */
export function integerFromText(line: string): number | bigint {
  if (line.length > LONGEST_INTEGER || !/^\s*[-+]?\d+L?\s*$/.test(line))
    throw new PickleFault(`${JSON.stringify(line.slice(0, 40))} is not an integer`);
  const digits = line.trim().replace('L', '').replace('+', '');
  return fitting(BigInt(digits));
}

const WORDS = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
]);

export function floatFromText(line: string): number {
  const value = WORDS.get(line.trim()) ?? (line.trim() === '' ? NaN : Number(line));
  if (Number.isNaN(value) && line.trim() !== 'nan')
    throw new PickleFault(`${JSON.stringify(line.slice(0, 40))} is not a number`);
  return value;
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['0', '\0'],
]);

/** Python's repr of a byte string: quoted, with escapes. */
export function quotedText(line: string): string {
  const inner = /^\s*(["'])(.*)\1\s*$/s.exec(line)?.[2];
  if (inner === undefined) throw new PickleFault('a quoted string lacks its quotes');
  const raw = inner.replace(/\\(?:x([0-9a-fA-F]{2})|([^]))/g, (_, hex?: string, letter = '') =>
    hex === undefined
      ? (ESCAPES.get(letter as string) ?? String(letter))
      : String.fromCharCode(parseInt(hex, 16)),
  );
  // The bytes may be UTF-8; a character past Latin-1 shows that they were decoded already.
  return /^[\0-\xff]*$/.test(raw) ? decodeText(Uint8Array.from(raw, (letter) => letter.charCodeAt(0))) : raw;
}

/** Protocol 0's unicode: UTF-8 lines where \uXXXX and \UXXXXXXXX stand for the characters that would break it. */
export function rawUnicode(line: string): string {
  return line.replace(
    /\\u([0-9a-fA-F]{4})|\\U00([0-9a-fA-F]{6})/g,
    (whole, short?: string, long?: string) => {
      const code = parseInt(short ?? long ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
