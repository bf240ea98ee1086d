import {
  areNullsShort,
  defaultNulls,
  type LayerQs,
  type NullRun,
  type NullSource,
  type NullWork,
} from '../core/analysis/nulls';
import type { NullRequest } from '../core/report';
import { nullKey } from '../core/study/content-keys';
import {
  distributionOf,
  measureNull,
  type NullDistribution,
  type NullNetwork,
  qsOf,
} from '../core/study/null-distribution';
import { type Shard, WHOLE } from '../core/study/shard';
import type { StoredResult } from '../core/study/stored-result';
import type { NullFolder } from './null-folder';

/** As many as the paper's: they are computed once for all checkpoints of an architecture. */
const SHARED_NULLS: readonly NullRequest[] = [{ kind: 'untrained', count: 100 }];

/**
 * The null networks of one analysis, kept on disk for all others that need the same. Processes that need them at once share
 * the work: each begins at another, marks what it has begun, and takes over what the others have done. The marks only say what
 * to leave for last: where nothing else is left, a network is measured whoever has begun it, so that nobody waits for one that
 * was killed.
 */
export class SharedNulls implements NullSource {
  /** Those that were used, by kind. */
  readonly keys: StoredResult['nulls'] = {};

  constructor(
    private readonly folder: NullFolder,
    private readonly shard: Shard = WHOLE,
  ) {}

  /** A hundred untrained ones; where they would take long, as an analysis by itself. */
  defaults(...[model, samples]: Parameters<NullSource['defaults']>): readonly NullRequest[] {
    return areNullsShort(SHARED_NULLS, model, samples) ? SHARED_NULLS : defaultNulls(model, samples);
  }

  async areReady(work: NullWork): Promise<boolean> {
    const backend = await work.compute.backend();
    for (const request of work.settings.nulls) {
      if ((await this.folder.readAll(nullKey(work, request, backend))) === null) return false;
    }
    return true;
  }

  async measure(work: NullWork, onDone: () => void): Promise<NullRun<LayerQs>[]> {
    const backend = await work.compute.backend();
    const runs: NullRun<LayerQs>[] = [];
    for (const request of work.settings.nulls) {
      const key = nullKey(work, request, backend);
      this.keys[request.kind] = key;
      let distribution = await this.folder.readAll(key);
      if (distribution === null) {
        distribution = await this.#compute(key, work, request, onDone);
        await this.folder.removeSingle(key); // again, where a slower process wrote one meanwhile
      }
      runs.push(...qsOf(distribution));
    }
    return runs;
  }

  async #compute(
    key: string,
    work: NullWork,
    { kind, count }: NullRequest,
    onDone: () => void,
  ): Promise<NullDistribution> {
    const first = Math.floor((count * this.shard.index) / this.shard.count);
    const order = Array.from({ length: count }, (_, step) => (first + step) % count);
    const byOthers = new Set<number>(); // known from their marks alone, where a network file system lists late
    for (let told = 0; ;) {
      const { done, begun } = await this.folder.singles(key);
      for (; told < done.size; told++) onDone();
      const missing = order.filter((index) => !done.has(index));
      // What others have begun comes last: it is theirs unless they were stopped.
      const [index = missing[0]] = missing.filter(
        (candidate) => !begun.has(candidate) && !byOthers.has(candidate),
      );
      if (index === undefined) break;
      const finished = await this.folder.readAll(key); // by another process meanwhile
      if (finished !== null) return finished;
      try {
        if (!(await this.folder.begin(key, index)) && !begun.has(index) && !byOthers.has(index)) {
          byOthers.add(index); // one that was faster
          continue;
        }
        await this.folder.writeOne(key, index, await measureNull(work, kind, index));
      } catch (error) {
        const removed = await this.folder.readAll(key); // the folder, by one that had all of them
        if (removed !== null) return removed;
        throw error;
      }
    }
    const networks: NullNetwork[] = [];
    for (let index = 0; index < count; index++) {
      const network = await this.folder.readOne(key, index);
      if (network === null) {
        const finished = await this.folder.readAll(key); // and removed, one by one
        if (finished !== null) return finished;
      }
      networks.push(network ?? (await measureNull(work, kind, index)));
    }
    const distribution = distributionOf(kind, networks);
    await this.folder.writeAll(key, distribution);
    return distribution;
  }
}
