import * as v from 'valibot';
import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import { type RandomAccessFile, uint64 } from '../../file/file';
import { decodeValues, itemSize, readableItemSize, type Tensor } from '../../tensor/dtype';
import { elementCount } from '../../tensor/shape';
import type { Checkpoint, CheckpointReader } from '../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../lazy';
import { parseStrictJson } from './strict-json';

const FORMAT = 'safetensors';
/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000;
/** The header is an object of objects with arrays in them. */
const MAX_DEPTH = 3;
/** Bits per value of the types that can be listed but not read. The size of types newer than these is not checked. */
const LISTED_BITS: Readonly<Record<string, number>> = { f4: 4, f6_e2m3: 6, f6_e3m2: 6, f8_e8m0: 8, c64: 64 };

const Size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Entry = v.object({
  dtype: v.pipe(v.string(), v.regex(/^\w{1,32}$/)),
  shape: v.array(Size),
  data_offsets: v.tuple([Size, Size]),
});
const Metadata = v.optional(v.record(v.string(), v.string()), {});

/** Where the bytes of a tensor are, counted from the end of the header. */
interface Slice {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The format of Hugging Face: a length, a JSON header, the values. Source: github.com/huggingface/safetensors. */
export const safetensorsReader: CheckpointReader = {
  format: FORMAT,
  match: (head, file) =>
    file.path.endsWith('.safetensors') ||
    (head[8] === 0x7b && uint64(new DataView(head.buffer, head.byteOffset), 0) <= MAX_HEADER),
  open: openSafetensors,
};

async function openSafetensors(file: RandomAccessFile): Promise<Checkpoint> {
  const refuse = (problem: string) => new InputError(file.path, `is not valid safetensors: ${problem}`);
  const length = uint64(new DataView((await file.read(0, 8)).buffer), 0);
  if (length > MAX_HEADER || length > file.size - 8)
    throw refuse(`its header should have ${length} bytes and the file has ${file.size}`);

  const { metadata, slices } = parseHeader(await file.read(8, length), refuse);
  checkLayout(slices, file.size - 8 - length, refuse);
  const { shared, rest } = sharedNames(metadata, slices);
  const all = shared.size === 0 ? slices : withShared(slices, shared);
  const tensors = all.map((slice) => lazyTensor(file, slice, 8 + length));
  return lazyCheckpoint(file, FORMAT, tensors, rest);
}

/**
 * The names of tensors that were stored under another: save_model of safetensors.torch keeps one of those that share memory and
 * notes "removed name": "kept name" in the metadata, which load_model restores.
 * @returns names by the one kept, and what else the metadata holds
 */
function sharedNames(
  metadata: Readonly<Record<string, string>>,
  slices: readonly Slice[],
): { shared: Map<string, string[]>; rest: Record<string, string> } {
  const kept = new Set(slices.map(({ name }) => name));
  const shared = new Map<string, string[]>();
  const rest = Object.entries(metadata).filter(([name, value]) => {
    if (name === 'format' || kept.has(name) || !kept.has(value)) return true;
    append(shared, value, name);
    return false;
  });
  return { shared, rest: Object.fromEntries(rest) };
}

/**
 * With a slice for every name of a shared tensor, where names are in order: safetensors.torch sorts tensors of one type by name.
 */
function withShared(slices: readonly Slice[], shared: ReadonlyMap<string, readonly string[]>): Slice[] {
  const groups = new Map<string, Slice[]>();
  for (const slice of slices) {
    for (const name of [slice.name, ...(shared.get(slice.name) ?? [])])
      append(groups, slice.dtype, { ...slice, name });
  }
  return [...groups.values()].flatMap((group) => group.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

type Refuse = (problem: string) => InputError;

function parseHeader(
  bytes: Uint8Array,
  refuse: Refuse,
): { metadata: Record<string, string>; slices: Slice[] } {
  let header: unknown;
  try {
    header = parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), MAX_DEPTH);
  } catch (error) {
    throw refuse(`its header is not JSON as it should be (${error instanceof Error ? error.message : ''})`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw refuse('its header is not a JSON object');
  const { __metadata__: raw, ...entries } = header as Record<string, unknown>; // a JSON object is a record
  const metadata = v.safeParse(Metadata, raw);
  if (!metadata.success) throw refuse('its __metadata__ is not text by name');
  const slices = Object.entries(entries).map(([name, value]) => {
    const entry = v.safeParse(Entry, value);
    if (!entry.success)
      throw refuse(`tensor ${quote(name)} is not described by dtype, shape and data_offsets`);
    const { dtype, shape, data_offsets: offsets } = entry.output;
    return { name, dtype: dtype.toLowerCase(), shape, begin: offsets[0], end: offsets[1] };
  });
  return { metadata: metadata.output, slices: slices.sort((a, b) => a.begin - b.begin || a.end - b.end) };
}

/**
 * @throws InputError unless the tensors fill the rest of the file without holes or overlaps, each as its shape demands
 */
function checkLayout(slices: readonly Slice[], dataSize: number, refuse: Refuse): void {
  let at = 0;
  for (const { name, dtype, shape, begin, end } of slices) {
    if (begin !== at || end < begin || end > dataSize)
      throw refuse(`tensor ${quote(name)} has bytes ${begin} to ${end} where ${at} of ${dataSize} are next`);
    const count = elementCount(shape);
    const bytes = itemSize(dtype);
    const bits = bytes === undefined ? LISTED_BITS[dtype] : 8 * bytes;
    if (count === undefined || (bits !== undefined && count * bits !== (end - begin) * 8))
      throw refuse(
        `tensor ${quote(name)} has ${end - begin} bytes, not those of ${dtype} [${shape.join(', ')}]`,
      );
    at = end;
  }
  if (at !== dataSize) throw refuse(`${dataSize - at} bytes follow the last tensor`);
}

function lazyTensor(file: RandomAccessFile, slice: Slice, dataStart: number): LazyTensor {
  const { name, dtype, shape, begin, end } = slice;
  const size = (): number => readableItemSize(file.path, `tensor ${quote(name)}`, dtype);
  const readBytes = async (offset: number, length: number): Promise<Tensor['data']> =>
    decodeValues(dtype, await file.read(dataStart + begin + offset, length));
  return {
    info: { name, dtype, shape, role: 'weight' },
    async read() {
      size();
      return { shape, data: await readBytes(0, end - begin) };
    },
    readPart: async (first, count) => readBytes(first * size(), count * size()),
  };
}
