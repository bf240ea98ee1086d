/** Bytes of the longest varint. */
export const MAX_VARINT = 10;

/** Two halves of a 64-bit integer and the bytes they took. */
interface Halves {
  readonly low: number;
  readonly high: number;
  readonly length: number;
}

/** A protobuf varint from `at` on: seven bits per byte, lowest first. Null where it does not end in ten bytes or `bytes`. */
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

/** A varint as the signed 64-bit integer it is, rounded beyond 2⁵³; null as above. */
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
