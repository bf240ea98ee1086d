import { InputError } from '../core/base/error';
import type { Report } from '../core/report';
import type { Entry, Manifest } from '../core/study/manifest';
import type { NullDistribution } from '../core/study/null-distribution';
import { join } from '../core/study/stored-result';
import type { StudyData } from '../core/study/study-data';
import { StudyDataBuilder } from '../core/study/study-data-builder';
import { type Outcome, tablesOf } from '../core/study/tables';
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

/** As far as results are there; and of those, how many are of files that have changed since. Computes nothing. */
export async function studyStatus(folder: StudyFolder): Promise<StudyState & { readonly changed: number }> {
  const manifest = await folder.readManifest();
  const failures: StudyState['failures'][number][] = [];
  let [done, changed] = [0, 0];
  for (const { id, path } of manifest.checkpoints) {
    const pointer = await folder.readPointer(id);
    if (pointer !== null && (await folder.hasResult(pointer.key))) {
      done++;
      if (!(await areAsTheyWere(pointer.files))) changed++;
    } else {
      const failure = await folder.readFailure(id);
      if (failure !== null) failures.push({ path, reason: failure.reason });
    }
  }
  return { manifest, done, changed, failures, missing: manifest.checkpoints.length - done - failures.length };
}

/**
 * Writes the tables of a study from the results there are, one result in memory at a time.
 * @throws InputError where a result is damaged, or the tables cannot be written
 */
export async function collectStudy(
  folder: StudyFolder,
): Promise<StudyState & { readonly files: readonly string[] }> {
  const manifest = await folder.readManifest();
  const failures: StudyState['failures'][number][] = [];
  let done = 0;
  const counted = async function* (): AsyncGenerator<Outcome> {
    for await (const outcome of outcomes(folder, manifest)) {
      if (outcome.result !== null) done++;
      else if (outcome.failure !== null) failures.push({ path: outcome.entry.path, reason: outcome.failure });
      yield outcome;
    }
  };
  const files = await writeTables(folder.at('tables'), tablesOf(manifest), counted());
  const missing = manifest.checkpoints.length - done - failures.length;
  return { manifest, done, failures, missing, files };
}

/** Results that are read while the one before them is used. */
const AHEAD = 4;

/** What every checkpoint has come to, in the order of the manifest. */
async function* outcomes(folder: StudyFolder, { checkpoints }: Manifest): AsyncGenerator<Outcome> {
  const nulls = new NullLookup(folder);
  const ahead: ReturnType<StudyFolder['outcomeOf']>[] = [];
  for (const [at, entry] of checkpoints.entries()) {
    for (const next of checkpoints.slice(at + ahead.length, at + AHEAD)) {
      const reading = folder.outcomeOf(next);
      reading.catch(() => undefined); // thrown where its turn comes
      ahead.push(reading);
    }
    const { result, failure } = await ahead.shift()!; // filled above
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

/** Null networks, of which neighbours mostly share the same. */
class NullLookup {
  #latest: { readonly key: string; readonly distribution: NullDistribution | null } | null = null;

  constructor(private readonly folder: StudyFolder) {}

  async of(key: string | undefined): Promise<NullDistribution | null> {
    if (key === undefined) return null;
    if (this.#latest?.key !== key) this.#latest = { key, distribution: await this.folder.readNulls(key) };
    return this.#latest.distribution;
  }
}
