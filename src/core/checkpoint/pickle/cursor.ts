import { PickleFault } from './value';

/** More of the file is needed than was read: at least its first `needed` bytes. */
export class MoreBytesNeeded extends Error {
  constructor(readonly needed: number) {
    super(`the first ${needed} bytes are needed`);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LATIN1 = new TextDecoder('latin1');
const NEWLINE = 10;

/** UTF-8, else one character per byte: old Python writes bytes as text, and nothing may be lost. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return LATIN1.decode(bytes);
  }
}

/** Reads forward. No length is believed before it was compared with what is left. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #available: number;

  /**
   * @param bytes the file's beginning
   * @param position where to start
   * @param available bytes in the file; past `bytes` they are asked for with MoreBytesNeeded
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

  /** Does nothing if the next `length` bytes are there. */
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

  /** A length: past 2⁵³ it is rounded, which no file is long enough for. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Big-endian, as only this opcode is. */
  f64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }
}
