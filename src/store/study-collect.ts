import { join as folderPath } from 'node:path';
import { InputError } from '../core/base/error';
import type { Report } from '../core/report';
import type { Entry, Manifest } from '../core/study/manifest';
import { join } from '../core/study/stored-result';
import { type Outcome, tablesOf } from '../core/study/tables';
import { NullLookup } from './null-folder';
import type { StudyFolder } from './study-folder';
import { areAsTheyWere } from './study-run';
import { writeTables } from './table-files';

/** How far a study has come. */
export interface StudyState {
  readonly manifest: Manifest;
  readonly done: number;
  readonly failures: readonly { readonly path: string; readonly reason: string }[];
  /** Neither done nor failed. */
  readonly missing: number;
}

/** What an entry has come to. */
export interface EntryState {
  readonly done: boolean;
  /** Done, and its files are no more as they were. */
  readonly changed: boolean;
  /** Why it failed; null where it did not. */
  readonly failure: string | null;
}

/** How far a study has come, and each of its entries in their order. Computes nothing. */
export async function studyStatus(
  folder: StudyFolder,
): Promise<StudyState & { readonly changed: number; readonly states: readonly EntryState[] }> {
  const manifest = await folder.readManifest();
  const states: EntryState[] = [];
  for (const entry of manifest.checkpoints) states.push(await entryState(folder, entry));
  const failures = states.flatMap(({ failure }, index) =>
    failure === null ? [] : [{ path: manifest.checkpoints[index]!.path, reason: failure }],
  );
  const done = states.filter((state) => state.done).length;
  const changed = states.filter((state) => state.changed).length;
  const missing = states.length - done - failures.length;
  return { manifest, states, done, changed, failures, missing };
}

async function entryState(folder: StudyFolder, { id }: Entry): Promise<EntryState> {
  const pointer = await folder.readPointer(id);
  if (pointer !== null && (await folder.hasResult(pointer.key))) {
    return { done: true, changed: !(await areAsTheyWere(pointer.files)), failure: null };
  }
  const failure = await folder.readFailure(id);
  return { done: false, changed: false, failure: failure?.reason ?? null };
}

/**
 * Writes the tables of a study from the results there are, one result in memory at a time.
 * @throws InputError where a result is damaged, or the tables cannot be written
 */
export async function collectStudy(
  folder: StudyFolder,
): Promise<StudyState & { readonly files: readonly string[] }> {
  const manifest = await folder.readManifest();
  return collectOutcomes(manifest, outcomesOf(folder, manifest), folder.path);
}

/**
 * The same of a study whose results may lie elsewhere.
 * @param outcomes of all checkpoints, in the order of the manifest
 * @param to the folder in which they are written
 */
export async function collectOutcomes(
  manifest: Manifest,
  outcomes: AsyncIterable<Outcome>,
  to: string,
): Promise<StudyState & { readonly files: readonly string[] }> {
  const failures: StudyState['failures'][number][] = [];
  let done = 0;
  const counted = async function* (): AsyncGenerator<Outcome> {
    for await (const outcome of outcomes) {
      if (outcome.result !== null) done++;
      else if (outcome.failure !== null) failures.push({ path: outcome.entry.path, reason: outcome.failure });
      yield outcome;
    }
  };
  const files = await writeTables(folderPath(to, 'tables'), tablesOf(manifest), counted());
  const missing = manifest.checkpoints.length - done - failures.length;
  return { manifest, done, failures, missing, files };
}

/** Results that are read while the one before them is used. */
const AHEAD = 4;

/** What every checkpoint has come to, in the order of the manifest. */
export async function* outcomesOf(folder: StudyFolder, { checkpoints }: Manifest): AsyncGenerator<Outcome> {
  const nulls = new NullLookup(folder.nulls);
  const ahead: ReturnType<StudyFolder['outcomeOf']>[] = [];
  for (const [at, entry] of checkpoints.entries()) {
    for (const next of checkpoints.slice(at + ahead.length, at + AHEAD)) {
      const reading = folder.outcomeOf(next);
      reading.catch(() => undefined); // thrown where its turn comes
      ahead.push(reading);
    }
    const { result, failure } = (await ahead.shift()) ?? { result: null, failure: null };
    const untrained = await nulls.of(result?.nulls.untrained);
    yield { entry, result, failure, untrained };
  }
}

/** The reports of the checkpoints that have one, in the order of the manifest. */
export async function* studyReports(
  folder: StudyFolder,
  { checkpoints }: Manifest,
): AsyncGenerator<{ readonly entry: Entry; readonly report: Report }> {
  for (const entry of checkpoints) {
    const { key, result } = await folder.outcomeOf(entry);
    if (key === null || result === null) continue;
    const times = await folder.readTimes(key);
    if (times === null) {
      throw new InputError(folder.at('times', `${key}.json`), 'is not there', 'Remove the result beside it');
    }
    yield { entry, report: join(result, times, entry.path) };
  }
}
