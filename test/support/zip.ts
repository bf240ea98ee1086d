import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as wished, and what its headers shall say instead of the truth. */
export interface Part {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  readonly flags?: number;
  readonly crc32?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly localName?: string;
  readonly localSize?: number;
  /** Where the directory says the entry is. */
  readonly offset?: number;
  /** The extra field of the directory's entry. */
  readonly extra?: Uint8Array;
}

export interface ZipOptions {
  readonly prefix?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly count?: number;
  /** Added to the directory's offset in the end record. */
  readonly directoryShift?: number;
  /** Adds the ZIP64 end record and locator as PyTorch does; its fields replaced by what is given. */
  readonly zip64?: { readonly count?: bigint; readonly size?: bigint; readonly offset?: bigint };
}

export const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A zip file, honest or not. */
export function makeZip(parts: readonly Part[], options: ZipOptions = {}): Uint8Array {
  const { prefix = new Uint8Array(), comment = new Uint8Array(), count = parts.length } = options;
  const body: Buffer[] = [Buffer.from(prefix)];
  const directory: Buffer[] = [];
  let offset = prefix.length;
  for (const part of parts) {
    const stored = part.deflate === true ? deflateRawSync(part.data) : Buffer.from(part.data);
    const sizes = [part.crc32 ?? crc32(part.data), part.compressedSize ?? stored.length] as const;
    const method = part.deflate === true ? 8 : 0;
    const size = part.size ?? part.data.length;
    const [name, localName] = [Buffer.from(part.name), Buffer.from(part.localName ?? part.name)];
    const { flags = 0, extra = new Uint8Array() } = part;
    const local = fields('4 2 2 2 4 4 4 4 2 2', [
      ...[0x04034b50, 20, flags, method, 0, ...sizes, part.localSize ?? size, localName.length, 0],
    ]);
    body.push(local, localName, stored);
    const central = fields('4 2 2 2 2 4 4 4 4 2 2 2 2 2 4 4', [
      ...[0x02014b50, 20, 20, flags, method, 0, ...sizes, size, name.length, extra.length, 0, 0, 0, 0],
      part.offset ?? offset,
    ]);
    directory.push(central, name, Buffer.from(extra));
    offset += local.length + localName.length + stored.length;
  }
  const size = directory.reduce((sum, piece) => sum + piece.length, 0);
  const end64 = options.zip64 === undefined ? [] : [zip64End(options.zip64, count, size, offset)];
  const end = fields('4 2 2 2 2 4 4 2', [
    ...[0x06054b50, 0, 0, count, count, size, offset + (options.directoryShift ?? 0), comment.length],
  ]);
  return Uint8Array.from(Buffer.concat([...body, ...directory, ...end64, end, Buffer.from(comment)]));
}

function zip64End(lies: ZipOptions['zip64'] & object, count: number, size: number, offset: number): Buffer {
  const entries = lies.count ?? BigInt(count);
  const record = Buffer.concat([
    ...[fields('4', [0x06064b50]), quads(44n), fields('2 2 4 4', [45, 45, 0, 0])],
    quads(entries, entries, lies.size ?? BigInt(size), lies.offset ?? BigInt(offset)),
  ]);
  return Buffer.concat([
    ...[record, fields('4 4', [0x07064b50, 0]), quads(BigInt(offset + size)), fields('4', [1])],
  ]);
}

/** Little-endian unsigned integers of the given widths in bytes. */
function fields(widths: string, values: readonly number[]): Buffer {
  return Buffer.concat(
    widths.split(' ').map((width, i) => {
      const bytes = Buffer.alloc(Number(width));
      bytes.writeUIntLE(values[i]!, 0, bytes.length);
      return bytes;
    }),
  );
}

function quads(...values: bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => bytes.writeBigUInt64LE(value, 8 * i));
  return bytes;
}
