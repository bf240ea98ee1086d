import { InputError } from '../base/error';
import type { RandomAccessFile } from '../file/file';
import { uint64 } from './uint64';

/** Where the central directory lies, as the end records say and as was checked. */
export interface ZipDirectory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const END_LENGTH = 22;
const END64_LENGTH = 56;
const LOCATOR64_LENGTH = 20;
const MAX_COMMENT = 0xffff;
/** A 32-bit field that reads this has its value in the ZIP64 record. */
export const SATURATED = 0xffffffff;
/** Some 600,000 entries; the largest checkpoints have a few thousand. */
const MAX_DIRECTORY = 64 * 2 ** 20;

/**
 * Finds the central directory by the end record, and by the ZIP64 one where there is one (PyTorch always writes
 * it). Both must agree, and the directory must end where they begin, so there is one reading of the file only.
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
 * @throws InputError
 */
export async function findDirectory(file: RandomAccessFile): Promise<ZipDirectory> {
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

/** The end record is the last thing in the file but for a comment whose length it tells. */
async function findEnd(file: RandomAccessFile): Promise<{ view: DataView; offset: number }> {
  const length = Math.min(file.size, END_LENGTH + MAX_COMMENT);
  const tail = new DataView((await file.read(file.size - length, length)).buffer);
  const found: number[] = [];
  for (let at = 0; at + END_LENGTH <= length; at++) if (tail.getUint32(at, true) === END) found.push(at);
  const fitting = found.filter((at) => at + END_LENGTH + tail.getUint16(at + 20, true) === length);
  const [at] = fitting;
  if (at === undefined) throw damagedZip(file, 'it has no end record. The file is cut off');
  // Other tools take the last one they find; which contents a file has must not depend on the tool.
  if (fitting.length > 1 || found.some((other) => other > at))
    throw damagedZip(file, 'it has more than one end record');
  return { view: new DataView(tail.buffer, at, END_LENGTH), offset: file.size - length + at };
}

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

export function damagedZip(file: RandomAccessFile, problem: string): InputError {
  return new InputError(file.path, `is a zip file that cannot be read: ${problem}`);
}
