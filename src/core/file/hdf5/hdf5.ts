import { listed, quote } from '../../base/text';
import type { RandomAccessFile } from '../file';
import { textAttributes } from './hdf5-attribute';
import { MESSAGE, messageOf, readHeader } from './hdf5-header';
import { type Hdf5Link, linksOf } from './hdf5-links';
import { Hdf5Fault, Hdf5Source, namingFile } from './hdf5-source';
import { parseDataspace, parseType } from './hdf5-type';
import { type Hdf5Place, parseLayout } from './hdf5-values';

const SIGNATURE = Buffer.from('894844460d0a1a0a', 'hex');
/** Groups and data sets of a file; the largest models have some thousands. */
const MAX_OBJECTS = 200_000;
const MAX_DEPTH = 64;

/** A group with what its attributes say in words. */
export interface Hdf5Group {
  /** Names from the root on, joined by slashes; "" is the root. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

export interface Hdf5Dataset extends Hdf5Place {
  /** The path. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

export interface Hdf5Contents {
  readonly source: Hdf5Source;
  /** By path, in the order of names that the file has. */
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly datasets: ReadonlyMap<string, Hdf5Dataset>;
}

/** Whether a file begins as HDF5 does. */
export function isHdf5(head: Uint8Array): boolean {
  return SIGNATURE.equals(head.subarray(0, 8));
}

/**
 * Lists what an HDF5 file holds; values are read when they are asked for.
 * @throws InputError for what is damaged, leads to other files, or is written in a way that is not known
 */
export function openHdf5(file: RandomAccessFile): Promise<Hdf5Contents> {
  return namingFile(file.path, async () => {
    const { source, root } = await superblock(file);
    const groups = new Map<string, Hdf5Group>();
    const datasets = new Map<string, Hdf5Dataset>();
    /** Addresses of the groups met: one that is met again contains itself, or is there twice. */
    const met = new Set<number>();
    const open: (Hdf5Link & { depth: number })[] = [{ name: '', address: root, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { name: path, address, depth } = next;
      const messages = await readHeader(source, address);
      const links = await linksOf(source, messages);
      const attributes = await textAttributes(source, messages);
      if (links === null) {
        datasets.set(path, { attributes, ...placeOf(path, messages) });
      } else {
        if (met.has(address) || depth > MAX_DEPTH)
          throw new Hdf5Fault(`its group ${quote(path)} contains itself, or is too deep`);
        met.add(address);
        groups.set(path, { path, attributes });
        // The last is taken next: reversed, so that they come in order.
        for (const { name, address: child } of links.reverse())
          open.push({ name: path === '' ? name : `${path}/${name}`, address: child, depth: depth + 1 });
      }
      if (groups.size + datasets.size + open.length > MAX_OBJECTS)
        throw new Hdf5Fault('it holds too many objects');
    }
    return { source, groups, datasets };
  });
}

function placeOf(name: string, messages: Awaited<ReturnType<typeof readHeader>>): Hdf5Place {
  const [typed, spaced] = [messageOf(messages, MESSAGE.datatype), messageOf(messages, MESSAGE.dataspace)];
  if (typed === null || spaced === null) throw new Hdf5Fault(`its object ${quote(name)} is of no known kind`);
  const type = parseType(typed);
  const shape = parseDataspace(spaced) ?? [0];
  return { name, type, shape, layout: parseLayout(messages, shape.length) };
}

/** The sizes of addresses, and where the root group is. */
async function superblock(file: RandomAccessFile): Promise<{ source: Hdf5Source; root: number }> {
  const head = await new Hdf5Source(file, { offset: 8, length: 8 }).at(0, Math.min(96, file.size));
  if (!isHdf5(head.take(8))) throw new Hdf5Fault('it does not begin as one');
  const version = head.u8();
  if (version > 3) throw new Hdf5Fault(`it is of version ${version}`);
  if (version < 2) head.skip(4);
  const [offset, length] = [head.u8(), head.u8()];
  if ((offset !== 4 && offset !== 8) || (length !== 4 && length !== 8))
    throw new Hdf5Fault(`its addresses have ${listed([String(offset), String(length)])} bytes`);
  const source = new Hdf5Source(file, { offset, length });
  // After the sizes: the sizes of B-trees before version 2, flags, and in version 1 the size of trees of chunks.
  const rest = await source.at(0, Math.min(128, file.size));
  rest.skip(version < 2 ? (version === 1 ? 28 : 24) : 12);
  if (rest.address() !== 0) throw new Hdf5Fault('it does not begin at its first byte');
  // Version 0: free space, end, driver; then the root's entry: its name and its header. Later: extension, end, header.
  rest.skip(version < 2 ? 4 * offset : 2 * offset);
  const root = rest.address();
  if (root === null) throw new Hdf5Fault('it has no root');
  return { source, root };
}
