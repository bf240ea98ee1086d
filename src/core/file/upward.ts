import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The settings of a project; it also marks the project's root. */
export const CONFIG_NAME = 'modscope.json';

/** What marks the root of a project. */
export const MARKERS: readonly string[] = ['.git', CONFIG_NAME, 'package.json', 'pyproject.toml'];
const LEVELS = 4;

/**
 * The folders in which something belonging to `start` may lie: its own, then its parents up to the root of the
 * project (a folder that holds one of MARKERS), at most LEVELS of them, and never up into the home folder, where
 * everybody's files lie. Relative paths stay relative, so that messages speak as the user does.
 */
export async function foldersUpward(start: string): Promise<string[]> {
  let folder = (await isFolder(start)) ? join(start) : dirname(start);
  const folders = [folder];
  while (folders.length <= LEVELS && !(await isRoot(folder))) {
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
