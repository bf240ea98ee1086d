import { createHash, type Hash } from 'node:crypto';

/** What contentHash gives: 64 hexadecimal digits. It becomes the name of a file. */
export const CONTENT_HASH = /^[0-9a-f]{64}$/;

/**
 * SHA-256 of plain data in hexadecimal: equal data gives the same, whatever the order of an object's keys; a key whose value
 * is undefined counts as absent. Typed arrays count by their kind and bytes, maps by their entries in order.
 * @throws TypeError for what is no data, such as a function
 */
export function contentHash(value: unknown): string {
  const hash = createHash('sha256');
  feed(hash, value);
  return hash.digest('hex');
}

// Every part begins with a letter for its kind and, where it has one, its length: no two values give the same stream.
function feed(hash: Hash, value: unknown): void {
  if (value === undefined) hash.update('u');
  else if (value === null || typeof value === 'boolean') hash.update(`${String(value)};`);
  else if (typeof value === 'number') hash.update(`n${Object.is(value, -0) ? '-0' : String(value)};`);
  else if (typeof value === 'bigint') hash.update(`i${String(value)};`);
  else if (typeof value === 'string') hash.update(`s${Buffer.byteLength(value)}:${value}`);
  else if (ArrayBuffer.isView(value)) feedBytes(hash, value);
  else if (Array.isArray(value)) feedList(hash, 'a', value);
  else if (value instanceof Map) feedList(hash, 'm', [...value.entries()].flat());
  else if (value instanceof Set) feedList(hash, 't', [...value]);
  else if (typeof value === 'object') feedObject(hash, value);
  else throw new TypeError(`a ${typeof value} is no data`);
}

function feedBytes(hash: Hash, view: ArrayBufferView): void {
  hash.update(`b${view.constructor.name}${view.byteLength}:`);
  hash.update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

function feedList(hash: Hash, kind: string, items: readonly unknown[]): void {
  hash.update(`${kind}${items.length}:`);
  for (const item of items) feed(hash, item);
}

function feedObject(hash: Hash, value: object): void {
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  present.sort(([a], [b]) => (a < b ? -1 : 1));
  feedList(hash, 'o', present.flat());
}
