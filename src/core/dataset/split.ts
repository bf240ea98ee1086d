import { basename, dirname, join } from 'node:path';
import type { Identity, Split } from './dataset';

// A word of its own, or after the x or y of "Xtrain"; not a part of one, as in "latest" or "training".
const WORDS: readonly (readonly [Split, RegExp])[] = [
  ['train', /(?<![a-z])([xy]?)(train|training)(?![a-z])/i],
  ['val', /(?<![a-z])([xy]?)(val|valid|validation|dev)(?![a-z])/i],
  ['test', /(?<![a-z])([xy]?)(test|testing|t10k)(?![a-z0-9]*[a-z])/i],
];

/** The split a name speaks of, null where it doesn't, and the rest of the name, equal for all splits of a set. */
export function splitOfName(name: string): { readonly split: Split | null; readonly rest: string } {
  for (const [split, word] of WORDS) {
    if (word.test(name)) return { split, rest: name.replace(word, '$1') };
  }
  return { split: null, rest: name };
}

/**
 * The split of a file by its name, or by its folder's (test/x.npy), and the data set it belongs to.
 * @param silent the split where neither says
 * @param name the part of the file's name that tells; the name itself by default
 */
export function splitOfPath(path: string, silent: Split = 'test', name = basename(path)): Identity {
  const own = splitOfName(name);
  if (own.split !== null) return { split: own.split, set: join(dirname(path), own.rest) };
  const folder = splitOfName(basename(dirname(path)));
  if (folder.split !== null && folder.rest === '')
    return { split: folder.split, set: join(dirname(dirname(path)), name) };
  return { split: silent, set: join(dirname(path), name) };
}
