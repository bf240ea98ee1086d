import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** More entries than a folder of data files has; a folder of a million pictures is not read through. */
const MAX_ENTRIES = 5000;
const SKIPPED = new Set(['node_modules', '__pycache__']);

export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * The names in a folder, sorted, without hidden ones; links count as what they lead to. Empty where it can't be read.
 * @param most entries to look at
 */
export async function listFolder(folder: string, most = MAX_ENTRIES): Promise<Listing> {
  const files: string[] = [];
  const folders: string[] = [];
  let entries = 0;
  try {
    for await (const entry of await opendir(folder)) {
      if (++entries > most) break;
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      const kind = await kindOf(folder, entry);
      if (kind === 'file') files.push(entry.name);
      else if (kind === 'folder') folders.push(entry.name);
    }
  } catch {
    // Gone or not ours to read: there is nothing in it for us. A folder the user names is checked by who asks.
  }
  return { files: files.sort(), folders: folders.sort() };
}

async function kindOf(folder: string, entry: Dirent): Promise<'file' | 'folder' | null> {
  const found = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => null) : entry;
  if (found?.isFile() === true) return 'file';
  return found?.isDirectory() === true ? 'folder' : null;
}
