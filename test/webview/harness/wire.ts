/** Typed arrays through JSON, which is all that a test and its page can exchange. */
const KINDS = { Uint8Array, Int32Array, Uint32Array, Float64Array } as const;
type Kind = keyof typeof KINDS;

interface Packed {
  readonly kind: Kind;
  readonly base64: string;
}

const isPacked = (value: object): value is Packed => 'kind' in value && 'base64' in value;

/** In the test. */
export function pack(value: unknown): unknown {
  if (Object.values(KINDS).some((kind) => value instanceof kind) && ArrayBuffer.isView(value))
    return {
      kind: value.constructor.name,
      base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
    };
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pack(one)]));
}

/** In the page. */
export function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revive);
  if (!isPacked(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one)]));
  const bytes = Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
  return new KINDS[value.kind](bytes.buffer);
}
