import { promisify } from 'node:util';
import { constants, crc32, inflateRaw, type ZlibOptions } from 'node:zlib';
import { InputError } from '../base/error';
import { quote } from '../base/text';
import { isRelativeName, type RandomAccessFile, uint64 } from './file';

// Why not yauzl: its random-access reading checks no CRC, no header of an entry, and not whether entries overlap.

// The records of a zip file: PKWARE APPNOTE 6.3.10, section 4.3. Each has a signature and a length without its names.
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
const CENTRAL = 0x02014b50;
const CENTRAL_LENGTH = 46;
const END = 0x06054b50;
const END_LENGTH = 22;
const END64 = 0x06064b50;
const END64_LENGTH = 56;
const LOCATOR64 = 0x07064b50;
const LOCATOR64_LENGTH = 20;
/** The value of a 32-bit field that reads this is in the ZIP64 record. */
const SATURATED = 0xffffffff;
/** Flag of an entry whose sizes and CRC follow its data: the local header's own mean nothing. */
const HAS_DESCRIPTOR = 0x8;
/** Flags: encrypted, patch data, strong encryption, masked headers. */
const REFUSED_FLAGS = 0x1 | 0x20 | 0x40 | 0x2000;

const MAX_COMMENT = 0xffff;
/** Some 600,000 entries; the largest checkpoints have a few thousand. */
const MAX_DIRECTORY = 64 * 2 ** 20;
/** A deflated entry must be inflated whole, and a file of 1 MB could claim a thousand times that. */
const MAX_INFLATED = 2 ** 30;
/** More than the code tables at the head of a deflated block can take. */
const BLOCK_HEADER = 512;

const inflate = promisify(inflateRaw);

/** An entry as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 is stored, 8 deflated. */
  readonly method: 0 | 8;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc32: number;
  readonly localHeaderOffset: number;
  /** Where what follows in the file begins, the next entry or the directory: the entry lies before it. */
  readonly end: number;
}

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
   * @param limit bytes to accept, checked before anything is read
   * @throws InputError when the entry is larger, or damaged
   */
  async readEntry(
    entry: ZipEntry,
    limit = entry.method === 0 ? entry.size : MAX_INFLATED,
  ): Promise<Uint8Array> {
    const size = Math.max(entry.size, entry.compressedSize);
    if (size > limit) throw this.damaged(entry, `has ${size} bytes, more than the ${limit} expected at most`);
    const stored = await this.file.read(await this.dataOffset(entry), entry.compressedSize);
    const options = { maxOutputLength: Math.max(1, entry.size) };
    const bytes = entry.method === 0 ? stored : await this.inflate(entry, stored, options);
    // PyTorch can be told to leave CRCs out (torch.serialization.set_crc32_options), and writes 0 then.
    if (bytes.length !== entry.size || (entry.crc32 !== 0 && crc32(bytes) !== entry.crc32))
      throw this.damaged(entry, 'does not have the size and checksum it should have');
    return bytes;
  }

  /** The first `length` bytes of an entry's content, or all of it when it is shorter. No CRC is checked. */
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

/**
 * The name of the first entry, from the first bytes of a file, as it stands there.
 * @returns undefined where they do not begin a zip file
 */
export function firstEntryName(head: Uint8Array): string | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < LOCAL_LENGTH || view.getUint32(0, true) !== LOCAL) return undefined;
  return new TextDecoder().decode(head.subarray(LOCAL_LENGTH, LOCAL_LENGTH + view.getUint16(26, true)));
}

/** An entry before it is known what follows it. */
type Unbounded = Omit<ZipEntry, 'end'>;

/**
 * The entries of a zip file, in file order. No file may be readable in two ways: names are unique and plain, entries do
 * not overlap, and the file begins with one of them.
 * Source: APPNOTE, section 4.3.12.
 * @throws InputError
 */
async function readDirectory(file: RandomAccessFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const directory = await findDirectory(file);
  const bytes = await file.read(directory.offset, directory.size);
  const entries: Unbounded[] = [];
  let at = 0;
  for (let index = 0; index < directory.count; index++) {
    const { entry, next } = parseEntry(file, bytes, at);
    entries.push(entry);
    at = next;
  }
  if (at !== bytes.length) throw damagedZip(file, 'its directory has more in it than the end record says');
  return bounded(file, entries, directory.offset);
}

function parseEntry(
  file: RandomAccessFile,
  bytes: Uint8Array,
  at: number,
): { entry: Unbounded; next: number } {
  const cutOff = () => damagedZip(file, `its directory is damaged at byte ${at}`);
  if (at + CENTRAL_LENGTH > bytes.length) throw cutOff();
  const view = new DataView(bytes.buffer, at);
  const nameEnd = at + CENTRAL_LENGTH + view.getUint16(28, true);
  const extraEnd = nameEnd + view.getUint16(30, true);
  const next = extraEnd + view.getUint16(32, true);
  if (view.getUint32(0, true) !== CENTRAL || next > bytes.length) throw cutOff();

  const name = decodeName(file, bytes.subarray(at + CENTRAL_LENGTH, nameEnd));
  const refuse = (problem: string) => damagedZip(file, `entry ${quote(name)} ${problem}`);
  const method = view.getUint16(10, true);
  if ((view.getUint16(8, true) & REFUSED_FLAGS) !== 0) throw refuse('is encrypted or patched');
  if (method !== 0 && method !== 8) throw refuse(`is compressed by method ${method}, not by deflate`);
  const narrow = [24, 20, 42].map((offset) => view.getUint32(offset, true));
  const [size, compressedSize, localHeaderOffset] = widen(narrow, bytes.subarray(nameEnd, extraEnd));
  if (size === undefined || compressedSize === undefined || localHeaderOffset === undefined)
    throw refuse('lacks its ZIP64 sizes');
  if (method === 0 && compressedSize !== size) throw refuse('is stored with two different sizes');
  return {
    entry: { name, method, compressedSize, size, crc32: view.getUint32(16, true), localHeaderOffset },
    next,
  };
}

/**
 * Replaces each saturated value by its 64-bit one. The ZIP64 extra field holds these in the same order.
 * @returns undefined in place of a value that it lacks
 */
function widen(narrow: readonly number[], extra: Uint8Array): readonly (number | undefined)[] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  let [at, end] = [0, 0];
  for (let field = 0; field + 4 <= extra.length && end === 0; field += 4 + view.getUint16(field + 2, true))
    if (view.getUint16(field, true) === 1)
      [at, end] = [field + 4, Math.min(extra.length, field + 4 + view.getUint16(field + 2, true))];
  return narrow.map((value) => {
    if (value !== SATURATED) return value;
    at += 8;
    return at <= end ? uint64(view, at - 8) : undefined;
  });
}

/** A name as text. @throws InputError where it is not UTF-8, or could lead out of a folder */
function decodeName(file: RandomAccessFile, bytes: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damagedZip(file, 'the name of an entry is not UTF-8');
  }
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  if (!isRelativeName(path)) throw damagedZip(file, `it has an entry with the unsafe name ${quote(name)}`);
  return name;
}

/** The entries in file order, each with its end. @throws InputError where they overlap, or share a name */
function bounded(
  file: RandomAccessFile,
  entries: readonly Unbounded[],
  directoryOffset: number,
): ReadonlyMap<string, ZipEntry> {
  const ordered = entries.toSorted((a, b) => a.localHeaderOffset - b.localHeaderOffset);
  // Something before the first entry would make it two files in one.
  if ((ordered[0]?.localHeaderOffset ?? directoryOffset) !== 0)
    throw damagedZip(file, 'it does not begin with its first entry');
  const result = new Map<string, ZipEntry>();
  for (const [index, entry] of ordered.entries()) {
    const end = ordered[index + 1]?.localHeaderOffset ?? directoryOffset;
    const { name, localHeaderOffset, compressedSize } = entry;
    if (localHeaderOffset + LOCAL_LENGTH + Buffer.byteLength(name) + compressedSize > end)
      throw damagedZip(file, `entry ${quote(name)} overlaps what follows it`);
    if (result.has(name)) throw damagedZip(file, `it has two entries ${quote(name)}`);
    result.set(name, { ...entry, end });
  }
  return result;
}

/** Where the central directory lies, checked. */
interface ZipDirectory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/**
 * Finds the central directory by the end record, and by the ZIP64 one where there is one (PyTorch always writes it).
 * Both must agree, and the directory must end where they begin, so that the file can be read in one way only.
 * Source: APPNOTE, sections 4.3.14 to 4.3.16.
 * @throws InputError
 */
async function findDirectory(file: RandomAccessFile): Promise<ZipDirectory> {
  const { view, offset: endOffset } = await findEnd(file);
  const disks = [view.getUint16(4, true), view.getUint16(6, true)];
  const [countHere, count] = [view.getUint16(8, true), view.getUint16(10, true)];
  const [size, offset] = [view.getUint32(12, true), view.getUint32(16, true)];
  if (disks.some((disk) => disk !== 0) || countHere !== count)
    throw damagedZip(file, 'it is one part of a file split over several disks');

  const wide = await findEnd64(file, endOffset);
  if (wide !== undefined) {
    const agree =
      (count === wide.count || count === 2 ** 16 - 1) &&
      (size === wide.size || size === SATURATED) &&
      (offset === wide.offset || offset === SATURATED);
    if (!agree) throw damagedZip(file, 'its two end records contradict each other');
  }
  const directory = wide ?? { offset, size, count };
  if (directory.offset + directory.size !== (wide?.recordOffset ?? endOffset))
    throw damagedZip(file, 'its directory is not where the end record says');
  if (directory.size > MAX_DIRECTORY) throw damagedZip(file, `its directory has ${directory.size} bytes`);
  return directory;
}

/** The end record. Only a comment follows it, whose length it tells. */
async function findEnd(file: RandomAccessFile): Promise<{ view: DataView; offset: number }> {
  const length = Math.min(file.size, END_LENGTH + MAX_COMMENT);
  const tail = new DataView((await file.read(file.size - length, length)).buffer);
  const found: number[] = [];
  for (let at = 0; at + END_LENGTH <= length; at++) if (tail.getUint32(at, true) === END) found.push(at);
  const fitting = found.filter((at) => at + END_LENGTH + tail.getUint16(at + 20, true) === length);
  const [at] = fitting;
  if (at === undefined) throw damagedZip(file, 'it has no end record. The file is cut off');
  // Other tools take the last one they find: what a file holds would depend on the tool.
  if (fitting.length > 1 || found.some((other) => other > at))
    throw damagedZip(file, 'it has more than one end record');
  return { view: new DataView(tail.buffer, at, END_LENGTH), offset: file.size - length + at };
}

/** The ZIP64 end record; undefined where there is none. */
async function findEnd64(
  file: RandomAccessFile,
  endOffset: number,
): Promise<(ZipDirectory & { recordOffset: number }) | undefined> {
  const locatorOffset = endOffset - LOCATOR64_LENGTH;
  if (locatorOffset < 0) return undefined;
  const locator = new DataView((await file.read(locatorOffset, LOCATOR64_LENGTH)).buffer);
  if (locator.getUint32(0, true) !== LOCATOR64) return undefined;
  const recordOffset = uint64(locator, 8);
  if (recordOffset + END64_LENGTH > locatorOffset)
    throw damagedZip(file, 'its ZIP64 end record is not where it should be');
  const record = new DataView((await file.read(recordOffset, END64_LENGTH)).buffer);
  if (record.getUint32(0, true) !== END64 || recordOffset + 12 + uint64(record, 4) !== locatorOffset)
    throw damagedZip(file, 'its ZIP64 end record is not where it should be');
  if (record.getUint32(16, true) !== 0 || record.getUint32(20, true) !== 0)
    throw damagedZip(file, 'it is one part of a file split over several disks');
  return { recordOffset, count: uint64(record, 32), size: uint64(record, 40), offset: uint64(record, 48) };
}

function damagedZip(file: RandomAccessFile, problem: string): InputError {
  return new InputError(file.path, `is a zip file that cannot be read: ${problem}`);
}
