import { quote } from '../../base/text';
import { type HeaderMessage, MESSAGE, messageOf } from './hdf5-header';
import { type Hdf5Cursor, Hdf5Fault, type Hdf5Source, REWRITE } from './hdf5-source';

/** An object of a group, by its name there. */
export interface Hdf5Link {
  readonly name: string;
  /** Of its header. */
  readonly address: number;
}

const MAX_NAME = 4096;
const MAX_HEAP = 2 ** 26;
/** More than any B-tree of a file that is not made to mislead. */
const MAX_LEVELS = 16;

/**
 * What a group holds; null where the object is no group. Links that lead to another place are refused, and so never
 * followed: what they name could be any file.
 * @throws Hdf5Fault
 */
export async function linksOf(
  source: Hdf5Source,
  messages: readonly HeaderMessage[],
): Promise<Hdf5Link[] | null> {
  const table = messageOf(messages, MESSAGE.symbolTable);
  if (table !== null) return oldLinks(source, table);
  const info = messageOf(messages, MESSAGE.linkInfo);
  if (info === null) return null;
  info.skip(1);
  if ((info.u8() & 1) !== 0) info.skip(8);
  if (info.address() !== null)
    throw new Hdf5Fault('it keeps the names of a large group in an index of HDF5 1.8', REWRITE);
  return messages.filter(({ type }) => type === MESSAGE.link).map(({ content }) => newLink(content));
}

function newLink(content: Hdf5Cursor): Hdf5Link {
  content.position = 0;
  content.skip(1);
  const flags = content.u8();
  const kind = (flags & 0x8) !== 0 ? content.u8() : 0;
  if ((flags & 0x4) !== 0) content.skip(8);
  if ((flags & 0x10) !== 0) content.skip(1);
  const name = checkedName(content.text(content.uint(2 ** (flags & 3))));
  const address = kind === 0 ? content.address() : null;
  if (address === null) throw leadsElsewhere(name, kind === 64);
  return { name, address };
}

function leadsElsewhere(name: string, external: boolean): Hdf5Fault {
  const where = external ? 'to another file' : 'elsewhere';
  return new Hdf5Fault(`its link ${quote(name)} leads ${where}, which is not followed`, REWRITE);
}

function checkedName(name: string): string {
  if (name === '' || name.length > MAX_NAME) throw new Hdf5Fault('an object has no name, or one too long');
  return name;
}

/** A B-tree of nodes, whose leaves list names by their place in a heap. */
async function oldLinks(source: Hdf5Source, table: Hdf5Cursor): Promise<Hdf5Link[]> {
  const [tree, heapAddress] = [table.address(), table.address()];
  if (tree === null || heapAddress === null) return [];
  const { offset, length } = source.sizes;
  const head = await source.signed(heapAddress, 'HEAP', 8 + 2 * length + offset);
  head.skip(4);
  const size = head.length();
  head.skip(length);
  const names = head.address();
  if (names === null || size > MAX_HEAP) throw new Hdf5Fault('the names of a group are nowhere');
  const heap = await source.at(names, size);
  const links: Hdf5Link[] = [];
  for (const address of await treeLeaves(source, tree)) {
    const node = await source.signed(address, 'SNOD', 8);
    node.skip(2);
    const entry = 2 * offset + 24;
    const count = node.u16();
    const entries = await source.at(address + 8, count * entry);
    for (let i = 0; i < count; i++) {
      heap.position = 0;
      heap.skip(entries.uint(offset));
      const name = checkedName(heap.text(heap.left));
      const target = entries.address();
      const cached = entries.u32();
      entries.skip(20);
      if (target === null || cached === 2) throw leadsElsewhere(name, false);
      links.push({ name, address: target });
    }
  }
  return links;
}

/** Addresses of the leaves of a group's B-tree, in order. */
async function treeLeaves(source: Hdf5Source, root: number): Promise<number[]> {
  const { length } = source.sizes;
  const leaves: number[] = [];
  await walkTree(source, root, 0, length, (address) => {
    leaves.push(address);
  });
  return leaves;
}

/**
 * Visits what the lowest nodes of a B-tree of version 1 point to, in order. No node is visited twice.
 * @param type 0 for groups, 1 for chunks
 * @param keySize bytes of a key
 * @param visit given the address, and the key before it
 * @throws Hdf5Fault for a tree that contains itself
 */
export async function walkTree(
  source: Hdf5Source,
  root: number,
  type: 0 | 1,
  keySize: number,
  visit: (address: number, key: Hdf5Cursor) => void,
): Promise<void> {
  const visited = new Set<number>();
  const head = 8 + 2 * source.sizes.offset;
  const open = [{ address: root, level: -1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (visited.has(next.address)) throw new Hdf5Fault(`the B-tree at ${root} contains itself`);
    visited.add(next.address);
    const node = await source.signed(next.address, 'TREE', head);
    const [kind, level, count] = [node.u8(), node.u8(), node.u16()];
    if (kind !== type || level > MAX_LEVELS || (next.level >= 0 && level !== next.level))
      throw new Hdf5Fault(`the B-tree at ${root} is not as it should be`);
    const entries = await source.at(next.address + head, count * (keySize + source.sizes.offset));
    const below: { address: number; level: number }[] = [];
    for (let i = 0; i < count; i++) {
      const key = entries.part(keySize);
      const address = entries.address();
      if (address === null) throw new Hdf5Fault(`the B-tree at ${root} leads nowhere`);
      if (level > 0) below.push({ address, level: level - 1 });
      else visit(address, key);
    }
    open.push(...below.reverse());
  }
}
