import { type Hdf5Cursor, Hdf5Fault, type Hdf5Source, REWRITE } from './hdf5-source';

/** Types of the messages that object headers are made of. Those of other types are passed over. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface HeaderMessage {
  readonly type: number;
  /** Bytes of it alone. */
  readonly content: Hdf5Cursor;
  /** Whether it stands in another place, of which the content tells; such are not read. */
  readonly shared: boolean;
}

/** A header has a few messages, and one per attribute. */
const MAX_MESSAGES = 65_536;
const SHARED = 0x2;

/** The messages of an object's header, continuations included. @throws Hdf5Fault */
export async function readHeader(source: Hdf5Source, address: number): Promise<HeaderMessage[]> {
  const start = await source.at(address, Math.min(16, source.file.size - address));
  const version = start.u8();
  if (version === 1) {
    start.skip(1);
    start.skip(6); // the number of messages, which their block tells too, and of links to the object
    const size = start.u32();
    return collect(source, [{ address: address + 16, size }], readMessageV1);
  }
  start.position = 0;
  if (start.latin1(4) !== 'OHDR') throw new Hdf5Fault(`there is no object header at ${address}`);
  start.skip(1);
  const flags = start.u8();
  const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 2 ** (flags & 3);
  const sized = await source.at(address + before, width);
  const block = { address: address + before + width, size: sized.uint(width) };
  return collect(source, [block], (cursor) => readMessageV2(cursor, (flags & 0x4) !== 0), 'OCHK');
}

interface Block {
  readonly address: number;
  readonly size: number;
}

/** @param signature of continuation blocks, which a checksum ends */
async function collect(
  source: Hdf5Source,
  blocks: Block[],
  read: (cursor: Hdf5Cursor) => HeaderMessage | null,
  signature: string | null = null,
): Promise<HeaderMessage[]> {
  const messages: HeaderMessage[] = [];
  const visited = new Set<number>();
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
    if (visited.has(block.address)) throw new Hdf5Fault(`the header at ${block.address} continues in itself`);
    visited.add(block.address);
    const cursor = await source.at(block.address, block.size);
    for (let message = read(cursor); message !== null; message = read(cursor)) {
      if (messages.push(message) > MAX_MESSAGES) throw new Hdf5Fault('an object has too many messages');
      if (message.type !== MESSAGE.continuation) continue;
      const [at, size] = [message.content.address(), message.content.length()];
      if (at === null) continue;
      if (signature === null) blocks.push({ address: at, size });
      else {
        await source.signed(at, signature, 4);
        blocks.push({ address: at + 4, size: size - 8 });
      }
    }
  }
  return messages;
}

function readMessageV1(cursor: Hdf5Cursor): HeaderMessage | null {
  if (cursor.left < 8) return null;
  const [type, size, flags] = [cursor.u16(), cursor.u16(), cursor.u8()];
  cursor.skip(3);
  return { type, content: cursor.part(size), shared: (flags & SHARED) !== 0 };
}

function readMessageV2(cursor: Hdf5Cursor, hasOrder: boolean): HeaderMessage | null {
  if (cursor.left < (hasOrder ? 6 : 4)) return null;
  const [type, size, flags] = [cursor.u8(), cursor.u16(), cursor.u8()];
  if (hasOrder) cursor.skip(2);
  return { type, content: cursor.part(size), shared: (flags & SHARED) !== 0 };
}

/** The only message of a type, from its beginning; null where there is none. @throws Hdf5Fault for one that is elsewhere */
export function messageOf(messages: readonly HeaderMessage[], type: number): Hdf5Cursor | null {
  const found = messages.find((message) => message.type === type);
  if (found === undefined) return null;
  if (found.shared) throw new Hdf5Fault('it keeps types that several data sets share', REWRITE);
  found.content.position = 0;
  return found.content;
}
