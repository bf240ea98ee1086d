import { InputError } from '../core/base/error';
import type { Report } from '../core/report';
import type { Entry, Manifest } from '../core/study/manifest';
import type { NullDistribution } from '../core/study/null-distribution';
import { join } from '../core/study/stored-result';
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

/** What has become of a checkpoint. `changed`: it is done, and a file that its result comes from is another since. */
export type CheckpointState = 'done' | 'changed' | 'failed' | 'missing';

/** How far a study is, as far as results are there; the states are in the order of the manifest. Computes nothing. */
export async function studyStatus(
  folder: StudyFolder,
): Promise<StudyState & { readonly changed: number; readonly states: readonly CheckpointState[] }> {
  const manifest = await folder.readManifest();
  const failures: StudyState['failures'][number][] = [];
  const states: CheckpointState[] = [];
  for (const { id, path } of manifest.checkpoints) {
    const pointer = await folder.readPointer(id);
    if (pointer !== null && (await folder.hasResult(pointer.key))) {
      states.push((await areAsTheyWere(pointer.files)) ? 'done' : 'changed');
    } else {
      const failure = await folder.readFailure(id);
      if (failure !== null) failures.push({ path, reason: failure.reason });
      states.push(failure === null ? 'missing' : 'failed');
    }
  }
  const count = (wanted: CheckpointState): number => states.filter((state) => state === wanted).length;
  const [changed, missing] = [count('changed'), count('missing')];
  return { manifest, states, done: count('done') + changed, changed, failures, missing };
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

/** What every checkpoint has come to, in the order of the manifest. */
async function* outcomes(folder: StudyFolder, { checkpoints }: Manifest): AsyncGenerator<Outcome> {
  const nulls = new NullLookup(folder);
  for (const entry of checkpoints) {
    const { result, failure } = await folder.outcomeOf(entry);
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
