import { quote } from '../base/text';
import { openZip, type ZipArchive, type ZipEntry } from '../checkpoint/zip';
import type { RandomAccessFile } from '../file/file';
import { type NpyArray, type NpySource, openNpySource } from './npy';

const SUFFIX = '.npy';
/** A deflated member must be inflated whole: a file of 1 MB could claim a thousand times that. */
const MAX_DEFLATED = 2 ** 30;

/**
 * The arrays of an .npz file by name, in file order; their headers alone are read.
 * @throws InputError
 */
export async function openNpz(file: RandomAccessFile): Promise<ReadonlyMap<string, NpyArray>> {
  const zip = await openZip(file);
  const arrays = new Map<string, NpyArray>();
  for (const [name, entry] of zip.entries)
    if (name.endsWith(SUFFIX))
      arrays.set(name.slice(0, -SUFFIX.length), await openNpySource(memberSource(zip, entry)));
  return arrays;
}

function memberSource(zip: ZipArchive, entry: ZipEntry): NpySource {
  return {
    path: zip.file.path,
    what: `its array ${quote(entry.name.slice(0, -SUFFIX.length))}`,
    size: entry.size,
    start: (length) => zip.readStart(entry, length),
    read: async (offset, length) => {
      const stored = entry.method === 0;
      if (stored && offset + length < entry.size)
        return zip.file.read((await zip.dataOffset(entry)) + offset, length);
      const bytes = await zip.readEntry(entry, stored ? entry.size : MAX_DEFLATED);
      return bytes.subarray(offset, offset + length);
    },
  };
}
