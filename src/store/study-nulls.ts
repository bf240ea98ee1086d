import {
  areNullsShort,
  defaultNulls,
  type LayerQs,
  type NullRun,
  type NullSource,
  type NullWork,
} from '../core/analysis/nulls';
import type { NullRequest } from '../core/report';
import { nullKey } from '../core/study/keys';
import {
  distributionOf,
  measureNull,
  type NullDistribution,
  type NullNetwork,
  qsOf,
} from '../core/study/null-distribution';
import type { Shard } from '../core/study/shard';
import type { StoredResult } from '../core/study/stored-result';
import type { StudyFolder } from './study-folder';

/** As many as the paper's: they are computed once for all checkpoints of an architecture. */
const STUDY_NULLS: readonly NullRequest[] = [{ kind: 'untrained', count: 100 }];

/**
 * The null networks of one analysis of a study, kept in its folder. Processes that need the same at once share the work: each
 * begins at another, marks what it has begun, and takes over what the others have done. The marks only say what to leave for
 * last: where nothing else is left, a network is measured whoever has begun it, so that nobody waits for one that was killed.
 */
export class StudyNulls implements NullSource {
  /** Those that were used, by kind. */
  readonly keys: StoredResult['nulls'] = {};

  constructor(
    private readonly folder: StudyFolder,
    private readonly shard: Shard,
  ) {}

  /** A hundred untrained ones; where they would take long, as an analysis by itself. */
  defaults(...[model, samples]: Parameters<NullSource['defaults']>): readonly NullRequest[] {
    return areNullsShort(STUDY_NULLS, model, samples) ? STUDY_NULLS : defaultNulls(model, samples);
  }

  async measure(work: NullWork, onDone: () => void): Promise<NullRun<LayerQs>[]> {
    const backend = await work.compute.backend();
    const runs: NullRun<LayerQs>[] = [];
    for (const request of work.settings.nulls) {
      const key = nullKey(work, request, backend);
      this.keys[request.kind] = key;
      let distribution = await this.folder.readNulls(key);
      if (distribution === null) {
        distribution = await this.#compute(key, work, request, onDone);
        await this.folder.removeSingleNulls(key); // again, where a slower process wrote one meanwhile
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
      const { done, begun } = await this.folder.singleNulls(key);
      for (; told < done.size; told++) onDone();
      const missing = order.filter((index) => !done.has(index));
      // What others have begun comes last: it is theirs unless they were stopped.
      const [index = missing[0]] = missing.filter(
        (candidate) => !begun.has(candidate) && !byOthers.has(candidate),
      );
      if (index === undefined) break;
      const finished = await this.folder.readNulls(key); // by another process meanwhile
      if (finished !== null) return finished;
      try {
        if (!(await this.folder.beginNull(key, index)) && !begun.has(index) && !byOthers.has(index)) {
          byOthers.add(index); // one that was faster
          continue;
        }
        await this.folder.writeNull(key, index, await measureNull(work, kind, index));
      } catch (error) {
        const removed = await this.folder.readNulls(key); // the folder, by one that had all of them
        if (removed !== null) return removed;
        throw error;
      }
    }
    const networks: NullNetwork[] = [];
    for (let index = 0; index < count; index++) {
      const network = await this.folder.readNull(key, index);
      if (network === null) {
        const finished = await this.folder.readNulls(key); // and removed, one by one
        if (finished !== null) return finished;
      }
      networks.push(network ?? (await measureNull(work, kind, index)));
    }
    const distribution = distributionOf(kind, networks);
    await this.folder.writeNulls(key, distribution);
    return distribution;
  }
}
