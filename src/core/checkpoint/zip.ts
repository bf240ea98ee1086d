import { promisify } from 'node:util';
import { constants, crc32, inflateRaw, type ZlibOptions } from 'node:zlib';
import type { InputError } from '../base/error';
import { quote } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import { decodeName, LOCAL_LENGTH, readDirectory, widen, type ZipEntry } from './zip-directory';
import { damagedZip } from './zip-end';

// Why not yauzl: its random-access reading checks no CRC, no header of an entry, and not whether entries overlap.

export type { ZipEntry } from './zip-directory';

const LOCAL = 0x04034b50;
/** Sizes and CRC follow the data; what the local header says of them means nothing. */
const HAS_DESCRIPTOR = 0x8;
/** More than the code tables heading a deflated block can take. */
const BLOCK_HEADER = 512;
const inflate = promisify(inflateRaw);

/**
 * Opens a zip file by its directory alone; entries are read when asked for.
 * @throws InputError for a zip file that is damaged, ambiguous, encrypted or compressed in another way than by deflate
 */
export async function openZip(file: RandomAccessFile): Promise<ZipArchive> {
  return new ZipArchive(file, await readDirectory(file));
}

export class ZipArchive {
  constructor(
    readonly file: RandomAccessFile,
    /** By name, in file order. */
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /**
   * Where the data of an entry begins: a stored entry can be read in place from there.
   * @throws InputError when the entry's own header contradicts the directory
   */
  async dataOffset(entry: ZipEntry): Promise<number> {
    const fixed = new DataView((await this.file.read(entry.localHeaderOffset, LOCAL_LENGTH)).buffer);
    const [nameLength, extraLength] = [fixed.getUint16(26, true), fixed.getUint16(28, true)];
    const offset = entry.localHeaderOffset + LOCAL_LENGTH + nameLength + extraLength;
    if (fixed.getUint32(0, true) !== LOCAL || offset + entry.compressedSize > entry.end)
      throw this.damaged(entry, 'is not where the directory says');

    const rest = await this.file.read(offset - nameLength - extraLength, nameLength + extraLength);
    const name = decodeName(this.file, rest.subarray(0, nameLength));
    const sizes = widen([fixed.getUint32(22, true), fixed.getUint32(18, true)], rest.subarray(nameLength));
    const same =
      name === entry.name &&
      fixed.getUint16(8, true) === entry.method &&
      ((fixed.getUint16(6, true) & HAS_DESCRIPTOR) !== 0 ||
        (sizes[0] === entry.size &&
          sizes[1] === entry.compressedSize &&
          fixed.getUint32(14, true) === entry.crc32));
    if (!same) throw this.damaged(entry, 'has a header that contradicts the directory');
    return offset;
  }

  /**
   * The whole content of an entry, its CRC checked.
   * @param limit most bytes to accept, checked before anything is read
   * @throws InputError when the entry is larger, or damaged
   */
  async readEntry(entry: ZipEntry, limit: number): Promise<Uint8Array> {
    const size = Math.max(entry.size, entry.compressedSize);
    if (size > limit) throw this.damaged(entry, `has ${size} bytes, more than the ${limit} expected at most`);
    const stored = await this.file.read(await this.dataOffset(entry), entry.compressedSize);
    const most = { maxOutputLength: Math.max(1, entry.size) };
    const bytes = entry.method === 0 ? stored : await this.inflate(entry, stored, most);
    // PyTorch can be told to leave CRCs out (torch.serialization.set_crc32_options), and writes 0 then.
    if (bytes.length !== entry.size || (entry.crc32 !== 0 && crc32(bytes) !== entry.crc32))
      throw this.damaged(entry, 'does not have the size and checksum it should have');
    return bytes;
  }

  /** The first `length` bytes of an entry's content, or all of it when it is shorter; nothing is checked by CRC. */
  async readStart(entry: ZipEntry, length: number): Promise<Uint8Array> {
    const offset = await this.dataOffset(entry);
    if (entry.method === 0) return this.file.read(offset, Math.min(entry.size, length));
    const compressed = await this.file.read(offset, Math.min(entry.compressedSize, length + BLOCK_HEADER));
    const start = await this.inflate(entry, compressed, { finishFlush: constants.Z_SYNC_FLUSH });
    return start.subarray(0, length);
  }

  private async inflate(entry: ZipEntry, compressed: Uint8Array, options: ZlibOptions): Promise<Uint8Array> {
    try {
      const { buffer, byteOffset, length } = await inflate(compressed, options);
      return new Uint8Array(buffer, byteOffset, length);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw this.damaged(entry, `cannot be inflated (${error.message})`);
    }
  }

  private damaged(entry: ZipEntry, problem: string): InputError {
    return damagedZip(this.file, `entry ${quote(entry.name)} ${problem}`);
  }
}
