import { quote } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import { isRelativeName } from '../file/local';
import { uint64 } from './uint64';
import { damagedZip, findDirectory, SATURATED } from './zip-end';

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

const CENTRAL = 0x02014b50;
const CENTRAL_LENGTH = 46;
export const LOCAL_LENGTH = 30;
/** Encrypted, patch data, strong encryption, masked headers. */
const REFUSED_FLAGS = 0x1 | 0x20 | 0x40 | 0x2000;

type Unbounded = Omit<ZipEntry, 'end'>;

/**
 * The entries of a zip file, in file order. Nothing in the file may be readable in two ways: names are
 * unique and plain, entries do not overlap, and the file begins with one of them.
 * Source: PKWARE APPNOTE 6.3.10, section 4.3.12.
 * @throws InputError
 */
export async function readDirectory(file: RandomAccessFile): Promise<ReadonlyMap<string, ZipEntry>> {
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
 * Replaces each saturated value by its 64-bit one, which the ZIP64 extra field holds in the same
 * order; undefined where it lacks one.
 */
export function widen(narrow: readonly number[], extra: Uint8Array): readonly (number | undefined)[] {
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

/** The bytes of a name as text. */
export function decodeName(file: RandomAccessFile, bytes: Uint8Array): string {
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
