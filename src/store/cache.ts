import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { AnalysisInput } from '../core/analysis/input';
import { CONTENT_HASH } from '../core/base/content-hash';
import { InputError } from '../core/base/error';
import { VERSION } from '../core/base/version';
import { NULL_KINDS } from '../core/choices';
import { exists } from '../core/file/folders';
import { writeFileAtomically } from '../core/file/local';
import type { AnalysisRequest } from '../protocol';
import { SETTING_NAMES, SETTINGS } from '../settings/table';
import { type ResolvedRequest, resolveRequest } from './request';

// Results of analyses on disk, a folder each: report.json and what belongs to it, and beside them a fingerprint of all that
// the result depends on. Telling whether one still holds opens two small files, asks for the dates of a few others and
// lists where data is looked for, so that the extension host may do it itself.

const Stamp = v.object({ path: v.string(), size: v.number(), modified: v.number() });
const Fingerprint = v.object({
  version: v.string(),
  settings: v.string(),
  /** Those of the checkpoint. */
  checkpoint: v.array(Stamp),
  /** Those of the data set, which was chosen for inputs of a shape among so named files: see core/analysis/analysis-data.ts. */
  data: v.array(Stamp),
  inputShape: v.array(v.number()),
  candidates: v.string(),
  /** Keys of the null networks that it was compared with, by kind: see store/null-folder.ts. */
  nulls: v.record(v.picklist(NULL_KINDS), v.pipe(v.string(), v.regex(CONTENT_HASH))),
  /** false: the comparison with null networks is still to come. */
  complete: v.boolean(),
});

/** A file as it was. */
type Stamp = v.InferOutput<typeof Stamp>;
export type Fingerprint = v.InferOutput<typeof Fingerprint>;

/** Name of the folder of a checkpoint's result: safe on every file system, and the same for the same path. */
export function cacheKey(checkpoint: string): string {
  return createHash('sha256').update(resolve(checkpoint)).digest('hex').slice(0, 32);
}

/**
 * `stale`: something it depends on has changed since. `partial`: it holds, but is not compared with null networks yet. `thin`:
 * it holds, but its matrices were removed.
 */
export type ResultState = 'missing' | 'stale' | 'partial' | 'thin' | 'fresh';

/** Whether `request.folder` holds a result, and whether the analysis requested would give the same. */
export async function resultState(request: AnalysisRequest): Promise<ResultState> {
  const stored = await readFingerprint(request.folder);
  if (stored === null) return 'missing';
  try {
    const resolved = await resolveRequest(request);
    const same =
      stored.version === VERSION &&
      stored.settings === settingsHash(resolved) &&
      (await areAsTheyWere([...stored.checkpoint, ...stored.data])) &&
      (await takesSameData(resolved.input, stored));
    if (!same) return 'stale';
    if (!stored.complete) return 'partial';
    return (await exists(join(request.folder, MATRICES))) ? 'fresh' : 'thin';
  } catch (error) {
    // A file that is gone or a modscope.json that does not hold: an analysis would say so.
    if (error instanceof InputError) return 'stale';
    throw error;
  }
}

async function areAsTheyWere(files: readonly Stamp[]): Promise<boolean> {
  const now = await stampsOf(files.map(({ path }) => path));
  return JSON.stringify(now) === JSON.stringify(files);
}

/** Files that came or went may be data, and are opened only then. */
async function takesSameData(
  input: AnalysisInput,
  { candidates, inputShape, data }: Fingerprint,
): Promise<boolean> {
  // Not loaded when the extension is activated, which must be quick.
  const { candidatesHash, chosenFiles } = await import('../core/analysis/analysis-data');
  if ((await candidatesHash(input)) === candidates) return true;
  const chosen = await chosenFiles(input, inputShape);
  return JSON.stringify(chosen) === JSON.stringify(data.map(({ path }) => path));
}

/** What the analysis requested depends on before it begins: what is written meanwhile makes its result stale. */
export async function lookBefore(
  resolved: ResolvedRequest,
): Promise<Pick<Fingerprint, 'version' | 'settings' | 'checkpoint' | 'candidates'>> {
  const { candidatesHash } = await import('../core/analysis/analysis-data'); // see takesSameData
  return {
    version: VERSION,
    settings: settingsHash(resolved),
    checkpoint: await stampsOf([resolved.input.checkpoint]),
    candidates: await candidatesHash(resolved.input),
  };
}

/** Hash of the settings that the result depends on. */
function settingsHash({ input, settings }: ResolvedRequest): string {
  const { data, dataOptions, network, layers } = input;
  const relevant = SETTING_NAMES.filter((name) => SETTINGS[name].changesResult);
  const values = Object.fromEntries(relevant.map((name) => [name, settings[name]]));
  const text = JSON.stringify({ data, dataOptions, network, layers, ...values });
  return createHash('sha256').update(text).digest('hex');
}

/** @throws InputError when there is no such file */
async function stampOf(path: string): Promise<Stamp> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, size, modified: mtimeMs };
  } catch {
    throw new InputError(path, 'no such file');
  }
}

/** The files as they are now. @throws InputError where there is no such file */
export function stampsOf(paths: readonly string[]): Promise<Stamp[]> {
  return Promise.all(paths.map(stampOf));
}

/**
 * Puts a result into the cache, whole or not at all: it is made in a folder beside and takes the old one's place.
 * @param make writes the result into the folder it is given
 */
export async function store(
  folder: string,
  found: Fingerprint,
  make: (folder: string) => Promise<unknown>,
): Promise<void> {
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await make(temporary);
    await writeFileAtomically(join(temporary, FINGERPRINT), JSON.stringify(found));
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** The folder of matrices in that of a result. */
export const MATRICES = 'matrices';
/** The fingerprint's file in the folder of a result. */
const FINGERPRINT = 'fingerprint.json';

/** null where there is no result. */
export async function readFingerprint(folder: string): Promise<Fingerprint | null> {
  try {
    const stored: unknown = JSON.parse(await readFile(join(folder, FINGERPRINT), 'utf8'));
    return v.parse(Fingerprint, stored);
  } catch {
    return null; // none, or none of ours: no result
  }
}
