import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../core/file/folders';
import { readFingerprint } from './cache';

/** A name that only this cache gives: that of a result, or of one that was not finished. */
const OURS = /^[0-9a-f]{32}(-[0-9a-f]{16})?(\.[0-9a-f-]{36}\.tmp)?$/;
/** Milliseconds after which nobody is still writing an unfinished one. */
const ABANDONED = 3_600_000;

interface Stored {
  readonly folder: string;
  readonly bytes: number;
  /** When it was put here. */
  readonly modified: number;
  readonly checkpoint: string;
}

/**
 * Forgets stored results: of checkpoints that are no more, then the oldest until the rest fits. What is no result of this
 * program stays.
 * @param cache the folder of all results
 * @param keep checkpoints whose results stay, whatever their size
 * @param limit bytes
 * @returns the checkpoints that lost a result
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
  const forgotten: Stored[] = [];
  let bytes = stored.reduce((sum, one) => sum + one.bytes, 0);
  for (const one of stored.sort((a, b) => a.modified - b.modified)) {
    if (keep.includes(one.checkpoint)) continue;
    if (bytes <= limit && (await exists(one.checkpoint))) continue;
    await remove(one.folder);
    bytes -= one.bytes;
    forgotten.push(one);
  }
  return forgotten.map(({ checkpoint }) => checkpoint);
}

/** null where there is no result of this version. */
async function look(folder: string): Promise<Stored | null> {
  const fingerprint = await readFingerprint(folder);
  const checkpoint = fingerprint?.checkpoint[0]?.path;
  if (checkpoint === undefined) return null;
  const { mtimeMs } = await stat(folder);
  return { folder, bytes: await bytesIn(folder), modified: mtimeMs, checkpoint };
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
