import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Subject } from '../core/analysis/subject';
import { contentHash } from '../core/base/content-hash';
import { sha256 } from '../core/file/stream';
import { isFolder } from '../core/file/folders';
import { naturalOrder } from '../core/network/network';
import { stampsOf } from './cache';

/** Files whose digest is remembered: enough for the data sets of any study, and no more memory for more checkpoints. */
const REMEMBERED = 1000;

/** SHA-256 of the files a study reads. Those of data, which checkpoints share, are remembered while the files stay as they are. */
export class Digests {
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: string }>();

  /** Every file of a subject's checkpoint. */
  async checkpoint({ checkpoint }: Subject): Promise<string[]> {
    const digests: string[] = [];
    for (const path of await checkpointFiles(checkpoint)) digests.push(await sha256(path));
    return digests;
  }

  /** Every file or folder of a subject's data, by split. */
  async data({ choice }: Subject): Promise<string[][]> {
    const bySplit: string[][] = [];
    for (const { paths } of choice.splits) {
      const digests: string[] = [];
      for (const path of outermost(paths)) digests.push(await this.#remembered(path));
      bySplit.push(digests);
    }
    return bySplit;
  }

  async #remembered(path: string): Promise<string> {
    const stamp = JSON.stringify(await stampsOf([path]));
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.digest;
    const digest = (await isFolder(path)) ? await folderDigest(path) : await sha256(path);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(path, { stamp, digest });
    return digest;
  }
}

/** Every file of a checkpoint, those beside an ONNX model too: they are known once a value of each tensor was asked for. */
export async function checkpointFiles(checkpoint: Subject['checkpoint']): Promise<readonly string[]> {
  if (checkpoint.graph !== undefined) {
    for (const { name, shape } of checkpoint.tensors.values()) {
      if (!shape.includes(0)) await checkpoint.readPart(name, 0, 1);
    }
  }
  return checkpoint.files;
}

/** Folders of classes lie in the folder of their data set, which stands for all of it. */
function outermost(paths: readonly string[]): string[] {
  return paths.filter(
    (path) => !paths.some((other) => other !== path && !/^\.\.|^$/.test(relative(other, path))),
  );
}

/** Of the names and contents of all files below it. */
async function folderDigest(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort(naturalOrder);
  const digests: string[] = [];
  for (const file of files) digests.push(await sha256(join(folder, file)));
  return contentHash([files, digests]);
}
