import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../core/file/folders';
import { MATRICES, readFingerprint } from './cache';

/** A name that only this cache gives: that of a result, or of one that was not finished. */
const OURS = /^[0-9a-f]{32}(-[0-9a-f]{16})?(\.[0-9a-f-]{36}\.tmp)?$/;
/** Milliseconds after which nobody is still writing an unfinished one. */
const ABANDONED = 3_600_000;

interface Stored {
  readonly folder: string;
  /** Without its matrices. */
  readonly bytes: number;
  readonly matrixBytes: number;
  /** When it was put here. */
  readonly modified: number;
  readonly checkpoint: string;
}

/**
 * Forgets stored results of checkpoints that are no more; then the matrices of the oldest until the rest fits, for a study
 * needs no matrices and the panel asks for them again; then the oldest. What is no result of this program stays.
 * @param cache the folder of all results
 * @param keep checkpoints whose results stay, whatever their size
 * @param limit bytes
 * @returns the checkpoints that lost something
 */
export async function evictResults(
  cache: string,
  keep: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const stored: Stored[] = [];
  for (const name of await readdir(cache).catch(() => [])) {
    if (!OURS.test(name)) continue;
    const folder = join(cache, name);
    const found = await look(folder);
    if (found !== null) stored.push(found);
    else if (Date.now() - (await stat(folder)).mtimeMs > ABANDONED) await remove(folder);
  }
  const lost = new Set<string>();
  let bytes = stored.reduce((sum, one) => sum + one.bytes + one.matrixBytes, 0);
  const oldest = stored
    .filter(({ checkpoint }) => !keep.includes(checkpoint))
    .sort((a, b) => a.modified - b.modified);
  const forget = async (one: Stored): Promise<void> => {
    await remove(one.folder);
    bytes -= one.bytes + one.matrixBytes;
    lost.add(one.checkpoint);
  };
  const rest: Stored[] = [];
  for (const one of oldest) {
    if (await exists(one.checkpoint)) rest.push(one);
    else await forget(one);
  }
  for (const [index, one] of rest.entries()) {
    if (bytes <= limit) break;
    await remove(join(one.folder, MATRICES));
    await utimes(one.folder, new Date(), new Date(one.modified)); // it stays as old as it is
    bytes -= one.matrixBytes;
    rest[index] = { ...one, matrixBytes: 0 };
    lost.add(one.checkpoint);
  }
  for (const one of rest) {
    if (bytes <= limit) break;
    await forget(one);
  }
  return [...lost];
}

/** null where there is no result of this version. */
async function look(folder: string): Promise<Stored | null> {
  const fingerprint = await readFingerprint(folder);
  const checkpoint = fingerprint?.checkpoint[0]?.path;
  if (checkpoint === undefined) return null;
  const { mtimeMs } = await stat(folder);
  const matrixBytes = await bytesIn(join(folder, MATRICES));
  const bytes = (await bytesIn(folder)) - matrixBytes;
  return { folder, bytes, matrixBytes, modified: mtimeMs, checkpoint };
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
