import { InputError } from '../../../base/error';
import type { RandomAccessFile } from '../../../file/file';

/** Bytes of the file from start to before end. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A field of a message; start and end are those of its payload. */
export interface Field extends Span {
  readonly number: number;
  readonly type: 'varint' | 'fixed64' | 'bytes' | 'fixed32';
  /** The value of a varint, see `decodeVarint`; 0 otherwise. */
  readonly value: number;
}

/** Bytes of a varint. */
const MAX_VARINT = 10;
/** Bytes read at a time. Small, because the weights lie in between and are skipped. */
const WINDOW = 8192;
/** Bytes of text, or of a list of numbers, in the graph; far above what exporters write. */
const MAX_TEXT = 2 ** 22;
const MAX_NAME = 4096;
/** Fields in all. The largest graphs have a few million; a hostile file could fill memory with tiny ones. */
const MAX_FIELDS = 2 ** 23;

const WIRE_TYPES = new Map<number, Field['type']>([
  [0, 'varint'],
  [1, 'fixed64'],
  [2, 'bytes'],
  [5, 'fixed32'],
]);

/**
 * Reads protobuf messages out of a file, and passes over their large fields. What fields mean is up to the caller. It
 * enters a message only where the schema has one, so that nesting is no deeper than the schema.
 * Source: protobuf.dev/programming-guides/encoding.
 */
export class WireReader {
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #fields = 0;

  constructor(readonly file: RandomAccessFile) {}

  /** The fields of the message at `span`, in file order. @throws InputError where it is none */
  async *fields({ start, end }: Span): AsyncGenerator<Field, void> {
    for (let at = start; at < end;) {
      if (++this.#fields > MAX_FIELDS)
        throw new InputError(this.file.path, `has more than ${MAX_FIELDS} fields, too many for a model`);
      const field = await this.#field(at, end);
      yield field;
      at = field.end;
    }
  }

  /** The message in a field. */
  message(field: Field): Span {
    if (field.type !== 'bytes') throw this.damaged(field.start, `holds ${field.type} instead of bytes`);
    return field;
  }

  async text(field: Field): Promise<string> {
    const bytes = await this.#bytes(this.message(field));
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.damaged(field.start, 'holds text that is not UTF-8');
    }
  }

  /** Text that names something, and can stand in a line. */
  async name(field: Field): Promise<string> {
    const name = await this.text(field);
    if (name.length > MAX_NAME || /\p{Cc}/u.test(name))
      throw this.damaged(field.start, 'holds a name that is very long or has control characters');
    return name;
  }

  integer(field: Field): number {
    if (field.type !== 'varint') throw this.damaged(field.start, `holds ${field.type} instead of a varint`);
    return field.value;
  }

  /** The integers of one occurrence of a repeated field: one, or a packed list. */
  async integers(field: Field): Promise<number[]> {
    if (field.type === 'varint') return [field.value];
    const bytes = await this.#bytes(this.message(field));
    const values: number[] = [];
    for (let at = 0; at < bytes.length;) {
      const { value, length } = this.#varint(bytes, at, field.start + at);
      values.push(value);
      at += length;
    }
    return values;
  }

  /** The float32 numbers of one occurrence of a field: one, or a packed list. */
  async floats(field: Field): Promise<number[]> {
    if (field.type !== 'fixed32') this.message(field);
    const bytes = await this.#bytes(field);
    if (bytes.length % 4 !== 0) throw this.damaged(field.start, 'holds no whole number of float32');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  }

  damaged(at: number, problem: string): InputError {
    return new InputError(this.file.path, `is not valid ONNX: byte ${at} ${problem}`);
  }

  async #field(start: number, end: number): Promise<Field> {
    const tag = await this.#varintAt(start, end);
    const number = Math.floor(tag.value / 8);
    const type = WIRE_TYPES.get(((tag.value % 8) + 8) % 8);
    if (type === undefined || number < 1 || number >= 2 ** 29)
      throw this.damaged(start, 'begins no field of protobuf (groups are not read)');
    let at = start + tag.length;
    let [length, value] = [type === 'fixed64' ? 8 : 4, 0];
    if (type === 'varint' || type === 'bytes') {
      const number = await this.#varintAt(at, end);
      if (type === 'varint') [length, value] = [number.length, number.value];
      else [at, length] = [at + number.length, number.value];
    }
    if (length < 0 || length > end - at)
      throw this.damaged(start, `begins a field of ${length} bytes where ${end - at} are left`);
    return { number, type, value, start: at, end: at + length };
  }

  async #varintAt(at: number, end: number): Promise<{ value: number; length: number }> {
    const limit = Math.min(at + MAX_VARINT, end);
    const windowEnd = this.#windowStart + this.#window.length;
    if (at < this.#windowStart || limit > windowEnd) {
      this.#window = await this.file.read(at, Math.min(WINDOW, this.file.size - at));
      this.#windowStart = at;
    }
    const from = at - this.#windowStart;
    return this.#varint(this.#window.subarray(0, limit - this.#windowStart), from, at);
  }

  #varint(bytes: Uint8Array, from: number, at: number): { value: number; length: number } {
    const decoded = decodeVarint(bytes, from);
    if (decoded === null) throw this.damaged(at, 'begins a varint that does not end');
    return decoded;
  }

  async #bytes({ start, end }: Span): Promise<Uint8Array> {
    if (end - start > MAX_TEXT)
      throw this.damaged(start, `begins text or a list of ${end - start} bytes, more than ${MAX_TEXT}`);
    const from = start - this.#windowStart;
    if (from >= 0 && end <= this.#windowStart + this.#window.length)
      return this.#window.subarray(from, end - this.#windowStart);
    return this.file.read(start, end - start);
  }
}

/** Adds an occurrence of a repeated field to those before it. It may be too long for push(...). */
export function append(list: number[], more: readonly number[]): void {
  for (const value of more) list.push(value);
}

/** The two halves of a 64-bit integer, and how many bytes its varint has. */
interface Halves {
  readonly low: number;
  readonly high: number;
  readonly length: number;
}

/**
 * A protobuf varint from `at` on: seven bits per byte, lowest first. Null where it does not end in ten bytes or
 * `bytes`.
 */
function halves(bytes: Uint8Array, at: number): Halves | null {
  let [low, high] = [0, 0];
  for (let i = 0; i < MAX_VARINT; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    const bits = byte & 0x7f;
    if (i < 4) low |= bits << (7 * i);
    else if (i === 4) [low, high] = [low | (bits << 28), bits >> 4];
    else high |= bits << (7 * i - 32);
    if (byte < 0x80) return { low, high, length: i + 1 };
  }
  return null;
}

/**
 * A varint as a signed 64-bit integer, rounded beyond 2⁵³, and how many bytes it has.
 * @returns null where it does not end
 */
export function decodeVarint(bytes: Uint8Array, at: number): { value: number; length: number } | null {
  const found = halves(bytes, at);
  return found && { value: found.high * 2 ** 32 + (found.low >>> 0), length: found.length };
}

/**
 * Packed varints as integers of `size` bytes each, little-endian: the low bytes of every one.
 * @returns null where they are not `count`, or one does not end
 */
export function unpackVarints(packed: Uint8Array, count: number, size: number): Uint8Array | null {
  const result = new Uint8Array(count * size);
  const view = new DataView(new ArrayBuffer(8));
  const word = new Uint8Array(view.buffer, 0, size);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const found = halves(packed, at);
    if (found === null) return null;
    view.setInt32(0, found.low, true);
    view.setInt32(4, found.high, true);
    result.set(word, i * size);
    at += found.length;
  }
  return at === packed.length ? result : null;
}
