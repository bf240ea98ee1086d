import { uint64 } from '../../../file/file';
import { PickleFault } from './value';

// How the bytes of a pickle are read: forward, by a cursor; and how its opcodes write numbers and text.

/** More of the file is needed than was read: at least its first `needed` bytes. */
export class MoreBytesNeeded extends Error {
  constructor(readonly needed: number) {
    super(`the first ${needed} bytes are needed`);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NEWLINE = 10;

/** UTF-8, else one character per byte: Python 2 writes bytes as text, and nothing may be lost. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    // Not a TextDecoder: what it calls Latin-1 has other characters from 0x80 to 0x9f.
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  }
}

/** Longer ones are data, not words. */
const MAX_BYTE_TEXT = 4096;

/** The `str` of Python 2: text, or bytes such as those of an array. Long ones that are no text stay bytes. */
export function byteText(bytes: Uint8Array): string | Uint8Array {
  return bytes.length > MAX_BYTE_TEXT ? bytes : decodeText(bytes);
}

/** Reads forward. A length is compared with what is left before it is believed. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #available: number;

  /**
   * @param bytes the file's beginning
   * @param position where to start
   * @param available bytes in the file; those past `bytes` are asked for by throwing MoreBytesNeeded
   */
  constructor(
    bytes: Uint8Array,
    public position: number,
    available: number,
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#available = available;
  }

  /** @throws PickleFault or MoreBytesNeeded unless the next `length` bytes are there */
  require(length: number): void {
    const end = this.position + length;
    if (end > this.#available)
      throw new PickleFault(`${length} bytes are wanted and ${this.#available - this.position} are left`);
    if (end > this.#bytes.length) throw new MoreBytesNeeded(end);
  }

  /** Where the next `length` bytes start, having moved past them. */
  #advance(length: number): number {
    this.require(length);
    const start = this.position;
    this.position += length;
    return start;
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Up to a newline, without it. */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.position);
    if (end < 0) {
      if (this.#bytes.length < this.#available) throw new MoreBytesNeeded(this.#bytes.length + 1);
      throw new PickleFault('a line does not end');
    }
    const bytes = this.take(end - this.position);
    this.position++;
    return decodeText(bytes);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  u64(): number {
    return uint64(this.#view, this.#advance(8));
  }

  /** Big-endian: BINFLOAT is the one opcode that is. */
  f64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }
}

/** Digits or bytes of an integer; torch.save's magic number has 10 bytes. */
const MAX_INTEGER = 1024;

/** A number where it is exact. */
function fitting(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Two's complement, little-endian, of any length; no bytes are zero. */
export function integerFromBytes(bytes: Uint8Array): number | bigint {
  if (bytes.length > MAX_INTEGER) throw new PickleFault(`an integer of ${bytes.length} bytes`);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return fitting(BigInt.asIntN(8 * bytes.length, value));
}

/** Protocol 0 writes numbers as text, with an L behind long ones. */
export function integerFromText(line: string): number | bigint {
  if (line.length > MAX_INTEGER || !/^\s*[-+]?\d+L?\s*$/.test(line))
    throw new PickleFault(`${JSON.stringify(line.slice(0, 40))} is not an integer`);
  const digits = line.trim().replace('L', '').replace('+', '');
  return fitting(BigInt(digits));
}

const NAMED_FLOATS = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
]);

/** As Python's repr writes it. */
export function floatFromText(line: string): number {
  const value = NAMED_FLOATS.get(line.trim()) ?? (line.trim() === '' ? NaN : Number(line));
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

/** Text out of Python's repr of a byte string: quoted, with escapes. */
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
