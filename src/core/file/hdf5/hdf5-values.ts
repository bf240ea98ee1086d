import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { InputError } from '../../base/error';
import { decodeValues, type Tensor } from '../../tensor/dtype';
import { elementCount, sizeOf } from '../../tensor/shape';
import { rowMajorStrides } from '../../tensor/strides';
import { allocate } from '../file';
import { type HeaderMessage, MESSAGE, messageOf } from './hdf5-header';
import { walkTree } from './hdf5-links';
import { type Hdf5Cursor, Hdf5Fault, type Hdf5Source, namingFile, REWRITE } from './hdf5-source';
import type { Hdf5Type } from './hdf5-type';

/** Where the values of a data set are: in one piece, or in chunks of a shape that a B-tree finds. */
export type Hdf5Layout =
  | { readonly kind: 'contiguous'; readonly address: number; readonly size: number }
  | { readonly kind: 'compact'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'chunked';
      readonly tree: number;
      readonly chunk: readonly number[];
      readonly filters: readonly Filter[];
    };

type Filter = 'deflate' | 'shuffle' | 'fletcher32';
const FILTERS: ReadonlyMap<number, Filter> = new Map([
  [1, 'deflate'],
  [2, 'shuffle'],
  [3, 'fletcher32'],
]);

/** Bytes of a chunk, which is read whole. */
const MAX_CHUNK = 2 ** 30;
/** What deflate can make of a byte at most. */
const MAX_RATIO = 1032;

const inflated = promisify(inflate);

/**
 * Where a data set's values are.
 * @returns null where nothing was ever written
 * @throws Hdf5Fault for values in another file, and for what is compressed in another way than by deflate
 */
export function parseLayout(messages: readonly HeaderMessage[], rank: number): Hdf5Layout | null {
  if (messages.some(({ type }) => type === MESSAGE.externalFiles))
    throw new Hdf5Fault('it keeps values in another file, which is not followed', REWRITE);
  const layout = messageOf(messages, MESSAGE.layout);
  if (layout === null) throw new Hdf5Fault('a data set does not say where its values are');
  const version = layout.u8();
  const kind = layout.u8();
  if (version !== 3 && !(version === 4 && kind < 2))
    throw new Hdf5Fault(`it is laid out as in version ${version} of HDF5's layouts`, REWRITE);
  if (kind === 0) return { kind: 'compact', bytes: layout.take(layout.u16()) };
  if (kind === 1) {
    const [address, size] = [layout.address(), layout.length()];
    return address === null ? null : { kind: 'contiguous', address, size };
  }
  if (kind !== 2 || layout.u8() !== rank + 1) throw new Hdf5Fault('a data set is laid out in no known way');
  const tree = layout.address();
  const chunk = Array.from({ length: rank }, () => layout.u32());
  if (chunk.includes(0)) throw new Hdf5Fault('a data set has chunks of nothing');
  return tree === null ? null : { kind: 'chunked', tree, chunk, filters: parseFilters(messages) };
}

function parseFilters(messages: readonly HeaderMessage[]): Filter[] {
  const cursor = messageOf(messages, MESSAGE.filters);
  if (cursor === null) return [];
  const [version, count] = [cursor.u8(), cursor.u8()];
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const length = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.skip(2);
    const values = cursor.u16();
    cursor.skip(version === 1 ? Math.ceil(length / 8) * 8 : length);
    cursor.skip(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    const filter = FILTERS.get(id);
    if (filter === undefined)
      throw new Hdf5Fault(`it is compressed by filter ${id}; deflate and shuffle can be read`, REWRITE);
    return filter;
  });
}

/** All that reading a data set's values takes. */
export interface Hdf5Place {
  /** For messages. */
  readonly name: string;
  readonly type: Hdf5Type;
  readonly shape: readonly number[];
  readonly layout: Hdf5Layout | null;
}

/**
 * The values of a data set, row-major.
 * @throws InputError where they are not all there
 */
export function readValues(source: Hdf5Source, place: Hdf5Place): Promise<Tensor> {
  return namingFile(source.file.path, async () => {
    const { shape, type } = checkReadable(source, place);
    const bytes = await valueBytes(source, place);
    return { shape, data: decodeValues(type.dtype, bytes, { bigEndian: type.bigEndian }) };
  });
}

/** As `readPart` of Checkpoint. */
export async function readValuesPart(
  source: Hdf5Source,
  place: Hdf5Place,
  first: number,
  count: number,
): Promise<Tensor['data'] | undefined> {
  const { layout, type } = place;
  if (layout?.kind !== 'contiguous') return undefined;
  return namingFile(source.file.path, async () => {
    checkReadable(source, place);
    const bytes = await source.file.read(layout.address + first * type.size, count * type.size);
    return decodeValues(type.dtype, bytes, { bigEndian: type.bigEndian });
  });
}

function checkReadable(source: Hdf5Source, place: Hdf5Place): Hdf5Place {
  const { name, type, shape, layout } = place;
  if (type.kind !== 'numbers')
    throw new InputError(
      source.file.path,
      `${name} is of type ${type.dtype}, whose values Modscope cannot read`,
    );
  const size = sizeOf(shape) * type.size;
  const held =
    layout?.kind === 'compact' ? layout.bytes.length : layout?.kind === 'contiguous' ? layout.size : null;
  if (held !== null && held !== size)
    throw new Hdf5Fault(`${name} has ${held} bytes, not those of ${type.dtype} [${shape.join(', ')}]`);
  return place;
}

async function valueBytes(source: Hdf5Source, place: Hdf5Place): Promise<Uint8Array> {
  const { name, type, shape, layout } = place;
  if (sizeOf(shape) === 0) return new Uint8Array();
  if (layout === null) throw new Hdf5Fault(`${name} was never written`);
  if (layout.kind === 'compact') return layout.bytes;
  if (layout.kind === 'contiguous') return source.file.read(layout.address, layout.size);
  return chunkedBytes(source, name, type, shape, layout);
}

/** A chunk as it is stored. */
interface Chunk {
  readonly address: number;
  readonly stored: number;
  /** A bit per filter that was left out of this chunk. */
  readonly mask: number;
  readonly start: readonly number[];
}

async function chunkedBytes(
  source: Hdf5Source,
  name: string,
  type: Hdf5Type,
  shape: readonly number[],
  { tree, chunk, filters }: Extract<Hdf5Layout, { kind: 'chunked' }>,
): Promise<Uint8Array> {
  const values = elementCount(chunk);
  const size = (values ?? Infinity) * type.size;
  if (size > MAX_CHUNK) throw new Hdf5Fault(`${name} has chunks of [${chunk.join(', ')}]`);
  const chunks: Chunk[] = [];
  await walkTree(source, tree, 1, 8 + 8 * (shape.length + 1), (address, key) => {
    chunks.push({ address, ...chunkKey(key, shape.length) });
  });
  const wanted = shape.reduce((product, length, axis) => product * Math.ceil(length / chunk[axis]!), 1);
  const places = new Set(chunks.map(({ start }) => start.join()));
  const whole = chunks.every(({ start }) =>
    start.every((at, axis) => inStep(at, chunk[axis]!) && at < shape[axis]!),
  );
  if (chunks.length !== wanted || places.size !== wanted || !whole)
    throw new Hdf5Fault(`${name} has ${chunks.length} chunks and should have ${wanted}`);
  // What is promised must be in the file before memory is taken for it.
  const least = filters.includes('deflate') ? size / MAX_RATIO : size;
  const short = chunks.find(
    ({ stored, address }) => stored < least - 64 || address + stored > source.file.size,
  );
  if (short !== undefined) throw new Hdf5Fault(`${name} has a chunk of ${short.stored} bytes for ${size}`);
  const out = allocate(source.file.path, sizeOf(shape) * type.size);
  for (const stored of chunks) {
    const bytes = await unfiltered(
      await source.file.read(stored.address, stored.stored),
      stored,
      filters,
      type.size,
      size,
    );
    if (bytes.length !== size)
      throw new Hdf5Fault(`${name} has a chunk of ${bytes.length} bytes, not ${size}`);
    place(bytes, stored.start, chunk, out, shape, type.size);
  }
  return out;
}

function inStep(at: number, step: number): boolean {
  return at % step === 0;
}

function chunkKey(key: Hdf5Cursor, rank: number): Omit<Chunk, 'address'> {
  const [stored, mask] = [key.u32(), key.u32()];
  return { stored, mask, start: Array.from({ length: rank }, () => key.uint(8)) };
}

/** Filters were applied in their order, and are undone from the last. */
async function unfiltered(
  stored: Uint8Array,
  { mask }: Chunk,
  filters: readonly Filter[],
  valueSize: number,
  size: number,
): Promise<Uint8Array> {
  let bytes = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((mask & (1 << i)) !== 0) continue;
    if (filters[i] === 'fletcher32') bytes = bytes.subarray(0, -4);
    else if (filters[i] === 'shuffle') bytes = unshuffled(bytes, valueSize);
    else {
      try {
        bytes = await inflated(bytes, { maxOutputLength: size + 4 });
      } catch (error) {
        throw new Hdf5Fault(`a chunk cannot be inflated (${error instanceof Error ? error.message : ''})`);
      }
    }
  }
  return bytes;
}

/** All first bytes of the values, then all second ones, and so on. */
function unshuffled(bytes: Uint8Array, valueSize: number): Uint8Array {
  const count = Math.floor(bytes.length / valueSize);
  const out = new Uint8Array(bytes.length); // not slice(): that of a Buffer does not copy
  for (let byte = 0, from = 0; byte < valueSize; byte++)
    for (let value = 0; value < count; value++, from++) out[value * valueSize + byte] = bytes[from]!;
  out.set(bytes.subarray(count * valueSize), count * valueSize);
  return out;
}

/** Copies a chunk to its place; what hangs over the end of the data set is left out. */
function place(
  bytes: Uint8Array,
  start: readonly number[],
  chunk: readonly number[],
  out: Uint8Array,
  shape: readonly number[],
  valueSize: number,
): void {
  const last = chunk.length - 1;
  const held = chunk.map((length, axis) => Math.min(length, shape[axis]! - start[axis]!));
  const [from, to] = [rowMajorStrides(chunk), rowMajorStrides(shape)];
  const run = held[last]! * valueSize;
  const index = held.map(() => 0);
  for (let rows = sizeOf(held.slice(0, last)); rows > 0; rows--) {
    let [source, target] = [0, 0];
    for (let axis = 0; axis <= last; axis++) {
      source += index[axis]! * from[axis]!;
      target += (start[axis]! + index[axis]!) * to[axis]!;
    }
    out.set(bytes.subarray(source * valueSize, source * valueSize + run), target * valueSize);
    for (let axis = last - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < held[axis]!) break;
      index[axis] = 0;
    }
  }
}
