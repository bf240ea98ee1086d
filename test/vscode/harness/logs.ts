import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Profile } from './profile';

/** What was logged under a name so far: "remoteexthost", or the name of an output channel. */
export async function log({ userData }: Profile, name: string): Promise<string> {
  const folder = join(userData, 'logs');
  const files = (await readdir(folder, { recursive: true })).filter(
    (path) => basename(path) === `${name}.log`,
  );
  const texts = await Promise.all(files.sort().map((path) => readFile(join(folder, path), 'utf8')));
  return texts.join('');
}
