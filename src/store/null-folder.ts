import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NullDistribution, NullNetwork } from '../core/study/null-distribution';
import { jsonLine, readStoredOrNull, writeStored } from './stored-json';

/**
 * Null networks on disk, under the key of all that they depend on. Every file is written whole or not at all, so that any
 * number of processes may share the folder.
 *
 *   KEY.json            all null networks of a kind
 *   KEY/INDEX.json      those of them that are done, until all are
 *   KEY/INDEX.begun     those that a process has begun, empty
 */
export class NullFolder {
  constructor(readonly path: string) {}

  /** null where there are none that can be read. */
  readAll(key: string): Promise<NullDistribution | null> {
    return readStoredOrNull(join(this.path, `${key}.json`), NullDistribution);
  }

  writeAll(key: string, distribution: NullDistribution): Promise<void> {
    return writeStored(join(this.path, `${key}.json`), jsonLine(distribution));
  }

  readOne(key: string, index: number): Promise<NullNetwork | null> {
    return readStoredOrNull(join(this.path, key, `${index}.json`), NullNetwork);
  }

  writeOne(key: string, index: number, network: NullNetwork): Promise<void> {
    return writeStored(join(this.path, key, `${index}.json`), jsonLine(network));
  }

  /** Those of a kind that are done, and those that a process has begun. */
  async singles(key: string): Promise<{ readonly done: Set<number>; readonly begun: Set<number> }> {
    const found = { done: new Set<number>(), begun: new Set<number>() };
    for (const name of await readdir(join(this.path, key)).catch(() => [])) {
      const [, index, kind] = /^(\d+)\.(json|begun)$/.exec(name) ?? [];
      if (index !== undefined) found[kind === 'json' ? 'done' : 'begun'].add(Number(index));
    }
    return found;
  }

  /** Marks one as begun; false where another process was faster. */
  async begin(key: string, index: number): Promise<boolean> {
    try {
      await mkdir(join(this.path, key), { recursive: true });
      await writeFile(join(this.path, key, `${index}.begun`), '', { flag: 'wx' });
      return true;
    } catch (error) {
      // Where it cannot be marked it is measured all the same; that it cannot be written either is then said.
      return !(error instanceof Error && 'code' in error && error.code === 'EEXIST');
    }
  }

  /** Removes what was kept one by one, which is of no more use once all of a kind are there. */
  async removeSingle(key: string): Promise<void> {
    await rm(join(this.path, key), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Looks null networks up, of which neighbours mostly share the same. */
export class NullLookup {
  #latest: { readonly key: string; readonly distribution: NullDistribution | null } | null = null;

  constructor(private readonly folder: NullFolder) {}

  /** null where there are none, or the key is not known. */
  async of(key: string | undefined): Promise<NullDistribution | null> {
    if (key === undefined) return null;
    if (this.#latest?.key !== key) this.#latest = { key, distribution: await this.folder.readAll(key) };
    return this.#latest.distribution;
  }
}
