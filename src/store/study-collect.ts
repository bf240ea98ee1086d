import { join } from 'node:path';
import { InputError } from '../core/base/error';
import { FIGURE_DEFAULTS } from '../core/render/study/figure-options';
import type { Report } from '../core/report';
import { CURVE_DEFAULTS } from '../core/study/curves';
import { studyStatistics, type StudyStatistics } from '../core/study/findings/study-statistics';
import type { Entry, Manifest } from '../core/study/manifest';
import { join as joinStored } from '../core/study/stored-result';
import type { StudyData } from '../core/study/study-data';
import { StudyDataBuilder } from '../core/study/study-data-builder';
import { type Outcome, tablesOf } from '../core/study/tables';
import { NullLookup } from './null-folder';
import type { StudyFolder } from './study-folder';
import { keptMatrices, readExamples } from './study-matrices';
import { StudyMaking, writeStudyReport } from './study-report-files';
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

/** A study that has been collected. */
export interface CollectedStudy extends StudyState {
  readonly data: StudyData;
  readonly statistics: StudyStatistics;
  /** What was written. */
  readonly files: readonly string[];
}

/** Writes the tables and the report of a study from the results there are. @throws InputError where a result is damaged */
export async function collectStudy(folder: StudyFolder): Promise<CollectedStudy> {
  const manifest = await folder.readManifest();
  return collectOutcomes(folder.path, manifest, outcomesOf(folder, manifest), (data) =>
    readExamples(keptMatrices(folder), manifest, data, FIGURE_DEFAULTS.palette),
  );
}

/**
 * Writes the tables and the report of a study into its folder, with one result in memory at a time; its numbers alone are
 * gathered.
 * @param outcomes in the order of the manifest
 * @param examplesOf the association matrices to draw, as far as there are any
 * @throws InputError where it cannot be written there
 */
export async function collectOutcomes(
  path: string,
  manifest: Manifest,
  outcomes: AsyncIterable<Outcome>,
  examplesOf: (data: StudyData) => ReturnType<typeof readExamples>,
): Promise<CollectedStudy> {
  const failures: StudyState['failures'][number][] = [];
  const builder = new StudyDataBuilder(manifest);
  const making = new StudyMaking();
  const passing = async function* (): AsyncGenerator<Outcome> {
    for await (const outcome of outcomes) {
      const { entry, result, failure } = outcome;
      if (result === null && failure !== null) failures.push({ path: entry.path, reason: failure });
      if (result !== null) making.add(result);
      builder.add(outcome);
      yield outcome;
    }
  };
  const tables = await writeTables(join(path, 'tables'), tablesOf(manifest), passing());
  const data = builder.data();
  const statistics = studyStatistics(data, CURVE_DEFAULTS);
  const examples = await examplesOf(data);
  const collected = { data, statistics, failures, making, examples };
  const files = [...tables, ...(await writeStudyReport(path, collected))];
  const done = data.checkpoints.length;
  const missing = manifest.checkpoints.length - done - failures.length;
  return { manifest, data, statistics, done, failures, missing, files };
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
    const { result, failure } = await (ahead.shift() ?? folder.outcomeOf(entry));
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
    yield { entry, report: joinStored(result, times, entry.path) };
  }
}
