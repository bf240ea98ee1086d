import { join } from 'node:path';
import { InputError } from '../core/base/error';
import type { Entry, Manifest } from '../core/study/manifest';
import { split } from '../core/study/stored-result';
import type { Outcome } from '../core/study/tables';
import type { StudySource } from '../protocol';
import { cacheKey, MATRICES, readFingerprint } from './cache';
import { NullFolder, NullLookup } from './null-folder';
import { readReport } from './results';
import type { StudyFolder } from './study-folder';
import type { MatricesOf } from './study-matrices';
import { checkpointPath } from './study-plan';

/** What the checkpoints of a study have come to whose results are those of analyses, in their cache. */
export class AnalysisOutcomes {
  readonly #nulls: NullLookup;
  #failed: Promise<ReadonlySet<string>> | null = null;

  constructor(
    private readonly folder: StudyFolder,
    private readonly manifest: Manifest,
    private readonly results: NonNullable<StudySource['results']>,
  ) {
    this.#nulls = new NullLookup(new NullFolder(results.nulls));
  }

  /** Of all of them, in the order of the manifest. */
  async *all(): AsyncGenerator<Outcome> {
    for (const [index, entry] of this.manifest.checkpoints.entries()) yield await this.of(entry, index);
  }

  /** @param index of the entry */
  async of(entry: Entry, index: number): Promise<Outcome> {
    const result = this.results.numbers[index] === 0 ? null : await this.#resultOf(entry);
    const failure = result === null ? await this.#failureOf(entry) : null;
    return { entry, result, failure, untrained: await this.#nulls.of(result?.nulls.untrained) };
  }

  /** Where the association matrices of an entry are. */
  readonly matricesOf: MatricesOf = (entry, index) =>
    Promise.resolve(this.results.numbers[index] === 0 ? null : join(this.#folderOf(entry), MATRICES));

  #folderOf(entry: Entry): string {
    return join(this.results.cache, cacheKey(checkpointPath(this.folder, this.manifest, entry)));
  }

  async #failureOf({ id }: Entry): Promise<string | null> {
    this.#failed ??= this.folder.failed();
    return (await this.#failed).has(id) ? ((await this.folder.readFailure(id))?.reason ?? null) : null;
  }

  /** null where it went meanwhile. */
  async #resultOf(entry: Entry): Promise<Outcome['result']> {
    const folder = this.#folderOf(entry);
    const fingerprint = await readFingerprint(folder);
    if (fingerprint === null) return null;
    try {
      return split(await readReport(folder), fingerprint.nulls).result;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }
}
