import type { Dirent } from 'node:fs';
import { access, opendir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The settings of a project; it also marks the project's root. */
export const CONFIG_NAME = 'modscope.json';

/** Where data sets lie, by convention. */
export const DATA_FOLDER = /^(data|dataset)s?$/i;

/** What marks the root of a project. */
export const MARKERS: readonly string[] = ['.git', CONFIG_NAME, 'package.json', 'pyproject.toml'];
const MAX_PARENTS = 4;

/**
 * The folders where something that belongs to `start` may lie: its own folder, then the parents up to the root of the
 * project, which holds one of MARKERS. At most MAX_PARENTS of them, and never up into the home folder, where everybody's
 * files lie. Relative paths stay relative, so that messages speak as the user does.
 */
export async function foldersUpward(start: string): Promise<string[]> {
  let folder = (await isFolder(start)) ? join(start) : dirname(start);
  const folders = [folder];
  while (folders.length <= MAX_PARENTS && !(await isRoot(folder))) {
    const parent = join(folder, '..');
    if (resolve(parent) === resolve(folder) || resolve(parent) === homedir()) break;
    folders.push(parent);
    folder = parent;
  }
  return folders;
}

async function isRoot(folder: string): Promise<boolean> {
  const present = await Promise.all(MARKERS.map((name) => exists(join(folder, name))));
  return present.includes(true);
}

/** Names in a folder. */
export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** A folder of data files has fewer entries. A folder of a million pictures is not read to its end. */
const MAX_ENTRIES = 5000;
const SKIPPED = new Set(['node_modules', '__pycache__']);

/**
 * The names in a folder, sorted, without hidden ones; a link counts as what it leads to. Empty where the folder cannot
 * be read.
 * @param limit entries to look at
 */
export async function listFolder(folder: string, limit = MAX_ENTRIES): Promise<Listing> {
  const files: string[] = [];
  const folders: string[] = [];
  let entries = 0;
  try {
    for await (const entry of await opendir(folder)) {
      if (++entries > limit) break;
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      const kind = await kindOf(folder, entry);
      if (kind === 'file') files.push(entry.name);
      else if (kind === 'folder') folders.push(entry.name);
    }
  } catch {
    // Gone, or not ours to read: it holds nothing for us. Who asks about a folder that the user named checks it first.
  }
  return { files: files.sort(), folders: folders.sort() };
}

async function kindOf(folder: string, entry: Dirent): Promise<'file' | 'folder' | null> {
  const found = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => null) : entry;
  if (found?.isFile() === true) return 'file';
  return found?.isDirectory() === true ? 'folder' : null;
}

/** Whether there is something at a path that may be looked at. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
