import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../core/base/error';
import { NO_FILE, withFile, writeFileAtomically } from '../core/file/local';
import { exists } from '../core/file/folders';
import { KEY } from '../core/study/keys';
import { type Entry, type Manifest, parseManifest } from '../core/study/manifest';
import { NullDistribution, NullNetwork } from '../core/study/null-distribution';
import { resultJson, StoredResult, StoredTimes } from '../core/study/stored-result';

/**
 * The folder of a study could not be written to: the study cannot go on, whereas a checkpoint that fails only costs its own
 * result.
 */
export class StudyFolderError extends InputError {}

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
  key: v.pipe(v.string(), v.regex(KEY)),
  files: v.array(Stamp),
});
export type Pointer = v.InferOutput<typeof Pointer>;

/** Bytes that a file of a study may have: far more than any does, and what a string can hold. */
const MOST_BYTES = 2 ** 28;
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
 *   nulls/KEY.json              null networks, shared by all checkpoints of an architecture
 *   nulls/KEY/INDEX.json        those of them that are done, until all are
 *   nulls/KEY/INDEX.begun       those that a process has begun, empty
 *   tables/                     what was collected
 */
export class StudyFolder {
  constructor(readonly path: string) {}

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
    return parseManifest(this.manifestPath, await readText(this.manifestPath));
  }

  writeManifest(manifest: Manifest): Promise<void> {
    return write(this.manifestPath, `${JSON.stringify(manifest, null, 1)}\n`);
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
    await write(this.at('times', `${key}.json`), json(times));
    await write(this.at('results', `${key}.json`), resultJson(result));
  }

  /** null where there is none that can be read: it is found out anew. */
  readPointer(id: string): Promise<Pointer | null> {
    return readOrNull(this.at('entries', `${id}.json`), Pointer);
  }

  /** The entry has a result; that it failed before counts no more. */
  async writePointer(id: string, pointer: Omit<Pointer, 'schema'>): Promise<void> {
    await write(this.at('entries', `${id}.json`), json({ schema: 'modscope-entry/1', ...pointer }));
    await rm(this.at('failures', `${id}.json`), { force: true }).catch(() => undefined);
  }

  readFailure(id: string): Promise<Failure | null> {
    return readOrNull(this.at('failures', `${id}.json`), Failure);
  }

  /** The entry has no result: one of the checkpoint as it was before counts no more. */
  async writeFailure(id: string, failure: Omit<Failure, 'schema'>): Promise<void> {
    await write(this.at('failures', `${id}.json`), json({ schema: 'modscope-failure/1', ...failure }));
    await rm(this.at('entries', `${id}.json`), { force: true }).catch(() => undefined);
  }

  readNulls(key: string): Promise<NullDistribution | null> {
    return readOrNull(this.at('nulls', `${key}.json`), NullDistribution);
  }

  /** All of a kind. */
  writeNulls(key: string, distribution: NullDistribution): Promise<void> {
    return write(this.at('nulls', `${key}.json`), json(distribution));
  }

  /** Removes what was kept of them one by one, which is of no more use once all of a kind are there. */
  async removeSingleNulls(key: string): Promise<void> {
    await rm(this.at('nulls', key), { recursive: true, force: true }).catch(() => undefined);
  }

  readNull(key: string, index: number): Promise<NullNetwork | null> {
    return readOrNull(this.at('nulls', key, `${index}.json`), NullNetwork);
  }

  /** Those of them that are done, and those that a process has begun. */
  async singleNulls(key: string): Promise<{ readonly done: Set<number>; readonly begun: Set<number> }> {
    const found = { done: new Set<number>(), begun: new Set<number>() };
    for (const name of await readdir(this.at('nulls', key)).catch(() => [])) {
      const [, index, kind] = /^(\d+)\.(json|begun)$/.exec(name) ?? [];
      if (index !== undefined) found[kind === 'json' ? 'done' : 'begun'].add(Number(index));
    }
    return found;
  }

  /** Marks one as begun; false where another process was faster. */
  async beginNull(key: string, index: number): Promise<boolean> {
    const path = this.at('nulls', key, `${index}.begun`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '', { flag: 'wx' });
      return true;
    } catch (error) {
      // Where it cannot be marked it is measured all the same; that it cannot be written either is then said.
      return !(error instanceof Error && 'code' in error && error.code === 'EEXIST');
    }
  }

  writeNull(key: string, index: number, network: NullNetwork): Promise<void> {
    return write(this.at('nulls', key, `${index}.json`), json(network));
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
    for (const name of ['.', 'results', 'times', 'entries', 'failures', 'nulls', 'tables']) {
      for (const file of await readdir(this.at(name)).catch(() => [])) {
        if (!/\.[0-9a-f-]{36}\.tmp$/.test(file)) continue;
        const path = this.at(name, file);
        const found = await stat(path).catch(() => null);
        if (found !== null && Date.now() - found.mtimeMs > ABANDONED) await rm(path, { force: true });
      }
    }
  }
}

function json(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomically(path, text, { durable: true });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new StudyFolderError(error.where, error.problem, 'What is done is kept: run the study again');
  }
}

async function readText(path: string): Promise<string> {
  return withFile(path, async (file) => {
    if (file.size > MOST_BYTES)
      throw new InputError(path, `has ${file.size} bytes, which no file of a study has`);
    return new TextDecoder().decode(await file.read(0, file.size));
  });
}

/** null where there is no such file. @throws InputError where it is not what it should be */
async function readStored<const S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | null> {
  const damaged = (what: string) =>
    new InputError(path, `is damaged: ${what}`, 'Remove it and run the study again');
  let value: unknown;
  try {
    value = JSON.parse(await readText(path));
  } catch (error) {
    if (!(error instanceof InputError)) throw damaged('it is not JSON');
    if (error.problem === NO_FILE) return null;
    throw error;
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw damaged(`${v.getDotPath(result.issues[0]) ?? 'it'}: ${result.issues[0].message}`);
}

/** The same for what can be computed again: null where it is not what it should be. */
async function readOrNull<const S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | null> {
  try {
    return await readStored(path, schema);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
