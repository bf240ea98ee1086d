import { elementCount } from '../../tensor/shape';
import { type HeaderMessage, MESSAGE, messageOf } from './hdf5-header';
import { type Hdf5Cursor, Hdf5Fault, type Hdf5Source, REWRITE, textOf } from './hdf5-source';
import { parseDataspace, parseType } from './hdf5-type';

/** Texts of one attribute; the largest lists are of a model's weights. */
const MAX_TEXTS = 100_000;
const HEAP_HEADER = 8;

/**
 * The attributes of an object that are text or lists of text; those of other types are left out.
 * @throws Hdf5Fault
 */
export async function textAttributes(
  source: Hdf5Source,
  messages: readonly HeaderMessage[],
): Promise<Map<string, readonly string[]>> {
  const attributes = new Map<string, readonly string[]>();
  for (const { type, content, shared } of messages) {
    if (type !== MESSAGE.attribute || shared) continue;
    content.position = 0;
    const read = await textAttribute(source, content);
    if (read !== null) attributes.set(read.name, read.texts);
  }
  if (hasDenseAttributes(messages))
    throw new Hdf5Fault('it keeps many or long attributes in an index of their own', REWRITE);
  return attributes;
}

function hasDenseAttributes(messages: readonly HeaderMessage[]): boolean {
  const info = messageOf(messages, MESSAGE.attributeInfo);
  if (info === null) return false;
  info.skip(1);
  if ((info.u8() & 1) !== 0) info.skip(2);
  return info.address() !== null;
}

async function textAttribute(
  source: Hdf5Source,
  content: Hdf5Cursor,
): Promise<{ name: string; texts: readonly string[] } | null> {
  const version = content.u8();
  const flags = content.u8();
  if (version < 1 || version > 3) throw new Hdf5Fault(`an attribute is of version ${version}`);
  const sizes = [content.u16(), content.u16(), content.u16()] as const;
  if (version === 3) content.skip(1);
  const part = (size: number): Hdf5Cursor => content.part(version === 1 ? Math.ceil(size / 8) * 8 : size);
  const name = part(sizes[0]).text(sizes[0]);
  const [typed, spaced] = [part(sizes[1]), part(sizes[2])];
  if (version > 1 && (flags & 3) !== 0) return null;
  const type = parseType(typed);
  const shape = parseDataspace(spaced);
  const count = shape === null ? 0 : (elementCount(shape) ?? 0);
  if (type.kind !== 'text' && type.kind !== 'heap text') return null;
  if (count > MAX_TEXTS || count * type.size > content.left)
    throw new Hdf5Fault(`the attribute ${name} is cut off`);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const value = content.part(type.size);
    texts.push(type.kind === 'text' ? textOf(value.take(type.size)) : await heapText(source, value));
  }
  return { name, texts };
}

/** Text in a global heap, by its place there. */
async function heapText(source: Hdf5Source, place: Hdf5Cursor): Promise<string> {
  const length = place.u32();
  const address = place.address();
  const index = place.u32();
  if (address === null || length === 0) return '';
  const head = await source.signed(address, 'GCOL', HEAP_HEADER + source.sizes.length);
  head.skip(4);
  const heap = await source.at(address, head.length());
  heap.skip(HEAP_HEADER + source.sizes.length);
  while (heap.left >= 8 + source.sizes.length) {
    const own = heap.u16();
    heap.skip(6);
    const size = heap.length();
    if (own === 0) break; // what is free
    const padded = Math.ceil(size / 8) * 8;
    if (own !== index) {
      heap.skip(padded);
      continue;
    }
    if (length > size) break;
    return heap.text(length);
  }
  throw new Hdf5Fault(`a text is not in the heap at ${address}`);
}
