import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { CONTENT_HASH } from '../core/base/content-hash';
import { InputError } from '../core/base/error';
import { exists } from '../core/file/folders';

import { type Entry, type Manifest, parseManifest } from '../core/study/manifest';
import { resultJson, StoredResult, StoredTimes } from '../core/study/stored-result';
import { NullFolder } from './null-folder';
import { jsonLine, readStored, readStoredOrNull, readStoredText, writeStored } from './stored-json';

const Failure = v.object({
  schema: v.literal('modscope-failure/1'),
  checkpoint: v.string(),
  reason: v.string(),
  /** Where the program failed, where that was a fault of its own. */
  stack: v.nullable(v.string()),
});
export type Failure = v.InferOutput<typeof Failure>;

const Stamp = v.object({ path: v.string(), size: v.number(), modified: v.number() });

/** Which result is that of an entry, and the files it was computed from as they were: while they are the same, so is the key. */
const Pointer = v.object({
  schema: v.literal('modscope-entry/1'),
  key: v.pipe(v.string(), v.regex(CONTENT_HASH)),
  files: v.array(Stamp),
});
export type Pointer = v.InferOutput<typeof Pointer>;

/** Milliseconds after which nobody is still writing a temporary file. */
const ABANDONED = 3_600_000;

/**
 * A study on disk. Every file is written whole or not at all, and what stands in it depends on its name alone, so that any
 * number of processes may work in the folder at once and be stopped at any moment.
 *
 *   manifest.json               what the study is
 *   results/KEY.json            a result, under the key of all it depends on
 *   times/KEY.json              when and how fast it was computed
 *   entries/ID.json             the key of a checkpoint of the manifest
 *   failures/ID.json            why a checkpoint of the manifest failed
 *   nulls/                      null networks, shared by all checkpoints of an architecture: see NullFolder
 *   matrices/KEY/LAYER.MEASURE.npy  association matrices of examples
 *   tables/                     what was collected
 */
export class StudyFolder {
  readonly nulls: NullFolder;

  constructor(readonly path: string) {
    this.nulls = new NullFolder(this.at('nulls'));
  }

  get manifestPath(): string {
    return this.at('manifest.json');
  }

  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** @throws InputError where there is no study, or none of this version */
  async readManifest(): Promise<Manifest> {
    if (!(await exists(this.manifestPath))) {
      throw new InputError(this.path, 'holds no study', 'Plan one with modscope study plan GLOB --out DIR');
    }
    return parseManifest(this.manifestPath, await readStoredText(this.manifestPath));
  }

  writeManifest(manifest: Manifest): Promise<void> {
    return writeStored(this.manifestPath, `${JSON.stringify(manifest, null, 1)}\n`);
  }

  hasResult(key: string): Promise<boolean> {
    return exists(this.at('results', `${key}.json`));
  }

  /** null where there is none. @throws InputError where it is damaged */
  readResult(key: string): Promise<StoredResult | null> {
    return readStored(this.at('results', `${key}.json`), StoredResult);
  }

  readTimes(key: string): Promise<StoredTimes | null> {
    return readStored(this.at('times', `${key}.json`), StoredTimes);
  }

  /** The times first: where a result stands, they do. */
  async writeResult(key: string, result: StoredResult, times: StoredTimes): Promise<void> {
    await writeStored(this.at('times', `${key}.json`), jsonLine(times));
    await writeStored(this.at('results', `${key}.json`), resultJson(result));
  }

  /** null where there is none that can be read: it is found out anew. */
  readPointer(id: string): Promise<Pointer | null> {
    return readStoredOrNull(this.at('entries', `${id}.json`), Pointer);
  }

  /** The entry has a result; that it failed before counts no more. */
  async writePointer(id: string, pointer: Omit<Pointer, 'schema'>): Promise<void> {
    await writeStored(this.at('entries', `${id}.json`), jsonLine({ schema: 'modscope-entry/1', ...pointer }));
    await this.removeFailure(id);
  }

  readFailure(id: string): Promise<Failure | null> {
    return readStoredOrNull(this.at('failures', `${id}.json`), Failure);
  }

  /** The entries that failed. */
  async failed(): Promise<ReadonlySet<string>> {
    const files = await readdir(this.at('failures')).catch(() => []);
    return new Set(files.map((file) => file.replace(/\.json$/, '')));
  }

  /** The entry has no result: one of the checkpoint as it was before counts no more. */
  async writeFailure(id: string, failure: Omit<Failure, 'schema'>): Promise<void> {
    await writeStored(
      this.at('failures', `${id}.json`),
      jsonLine({ schema: 'modscope-failure/1', ...failure }),
    );
    await rm(this.at('entries', `${id}.json`), { force: true }).catch(() => undefined);
  }

  /** Why an entry failed counts no more. */
  async removeFailure(id: string): Promise<void> {
    await rm(this.at('failures', `${id}.json`), { force: true }).catch(() => undefined);
  }

  /** The result of an entry, and why it failed where it did. @throws InputError where the result is damaged */
  async outcomeOf({
    id,
  }: Entry): Promise<{ key: string | null; result: StoredResult | null; failure: string | null }> {
    const pointer = await this.readPointer(id);
    const result = pointer === null ? null : await this.readResult(pointer.key);
    if (pointer !== null && result !== null) return { key: pointer.key, result, failure: null };
    return { key: null, result: null, failure: (await this.readFailure(id))?.reason ?? null };
  }

  /** Removes what processes that were killed while writing left behind. */
  async removeAbandoned(): Promise<void> {
    const matrices = await readdir(this.at('matrices')).catch(() => []);
    const folders = ['.', 'results', 'times', 'entries', 'failures', 'nulls', 'tables', 'figures'];
    for (const name of [...folders, ...matrices.map((key) => join('matrices', key))]) {
      for (const file of await readdir(this.at(name)).catch(() => [])) {
        if (!/\.[0-9a-f-]{36}\.tmp$/.test(file)) continue;
        const path = this.at(name, file);
        const found = await stat(path).catch(() => null);
        if (found !== null && Date.now() - found.mtimeMs > ABANDONED) await rm(path, { force: true });
      }
    }
  }
}
