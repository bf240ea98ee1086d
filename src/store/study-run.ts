import { isAbsolute, join, relative, resolve } from 'node:path';
import { analyzeSubject } from '../core/analysis/analyze';
import type { Compute } from '../core/analysis/compute';
import type { AnalysisInput } from '../core/analysis/input';
import { Progress, type ProgressListener } from '../core/analysis/progress';
import { type Subject, withSubject } from '../core/analysis/subject';
import { CancelledError, InputError, throwIfCancelled } from '../core/base/error';
import { examplesOf } from '../core/study/examples';
import { resultKey } from '../core/study/content-keys';
import { checkNumerics, type Entry, type Manifest } from '../core/study/manifest';
import { inShard, type Shard } from '../core/study/shard';
import { split } from '../core/study/stored-result';
import { checkConfig, describedNetwork } from '../settings/config';
import { SETTING_NAMES, type Settings, SETTINGS, withDefaults } from '../settings/table';
import { stampsOf } from './cache';
import { checkpointFiles, Digests } from './study-digests';
import { SharedNulls } from './shared-nulls';
import { ResultFolderError } from './stored-json';
import type { Pointer, StudyFolder } from './study-folder';
import { writeExampleMatrices } from './study-matrices';

/** What computes, until it is closed or dies. */
export interface StudyCompute extends Compute {
  readonly isOver: boolean;
  close(): Promise<void>;
}

/** `found`: it was computed before, by whomever. */
export type Step = 'done' | 'found' | 'failed';

export interface RunOptions {
  readonly shard: Shard;
  /** Makes what computes, when it is first needed, and again where it has died. */
  readonly compute: (settings: Settings) => StudyCompute;
  readonly signal?: AbortSignal | undefined;
  /** Told of every checkpoint of the shard as it is through. @param problem why it failed */
  readonly onStep?: (entry: Entry, step: Step, problem: string | null) => void;
  /** Told of the progress of the one in work. */
  readonly onProgress?: (entry: Entry) => ProgressListener;
  /** Told what had to be assumed about a network. */
  readonly onAssumption?: (entry: Entry, assumption: string) => void;
}

/** How many checkpoints of the shard came to what. */
export type RunSummary = Readonly<Record<Step, number>>;

/**
 * Analyzes the checkpoints of a study's shard that have no result yet. One that fails is told and costs the others nothing; a
 * cancel or a crash loses the one in work at most.
 * @throws InputError where there is no study or its folder cannot be written to, CancelledError
 */
export async function runStudy(folder: StudyFolder, options: RunOptions): Promise<RunSummary> {
  const manifest = await folder.readManifest();
  checkNumerics(folder.manifestPath, manifest);
  await folder.removeAbandoned();
  const run = new StudyRun(folder, manifest, options);
  const summary = { done: 0, found: 0, failed: 0 };
  try {
    for (const entry of inShard(manifest.checkpoints, options.shard)) {
      throwIfCancelled(options.signal);
      summary[await run.step(entry)]++;
    }
  } finally {
    await run.close();
  }
  return summary;
}

/** How the checkpoints of a study are analyzed: paths lead from where the program runs. @throws InputError */
function studyInput(
  folder: StudyFolder,
  { base, config }: Manifest,
): { readonly base: string; readonly input: Omit<AnalysisInput, 'checkpoint'>; readonly settings: Settings } {
  const from = relative(process.cwd(), resolve(folder.path, base));
  const { data, ...checked } = checkConfig(config, folder.manifestPath, from);
  return {
    base: from,
    input: {
      data: data?.named ?? undefined,
      dataOptions: data?.options,
      ...describedNetwork(checked),
    },
    settings: withDefaults(checked),
  };
}

class StudyRun {
  readonly #base: string;
  readonly #input: Omit<AnalysisInput, 'checkpoint'>;
  readonly #settings: Settings;
  readonly #digests = new Digests();
  /** Ids of the entries whose association matrices are kept. */
  readonly #examples: ReadonlySet<string>;
  #compute: StudyCompute | null = null;

  constructor(
    private readonly folder: StudyFolder,
    manifest: Manifest,
    private readonly options: RunOptions,
  ) {
    const { base, input, settings } = studyInput(folder, manifest);
    this.#base = base;
    this.#input = input;
    this.#settings = settings;
    this.#examples = new Set(examplesOf(manifest).map(({ index }) => manifest.checkpoints[index]!.id));
    options.signal?.addEventListener('abort', () => void this.close());
  }

  async close(): Promise<void> {
    await this.#compute?.close();
  }

  /** One checkpoint. @throws CancelledError, and InputError where the study cannot go on */
  async step(entry: Entry): Promise<Step> {
    const { signal, onStep } = this.options;
    try {
      const step = (await this.#isFresh(entry)) ? 'found' : await this.#analyze(entry);
      onStep?.(entry, step, null);
      return step;
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof ResultFolderError || error instanceof CancelledError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const ours = error instanceof Error && !(error instanceof InputError);
      const stack = ours ? (error.stack ?? null) : null;
      await this.folder.writeFailure(entry.id, { checkpoint: entry.path, reason, stack });
      onStep?.(entry, 'failed', reason);
      return 'failed';
    }
  }

  /** Whether it has a result and the files it came from are as they were, so that nothing of them need be read. */
  async #isFresh({ id }: Entry): Promise<boolean> {
    const pointer = await this.folder.readPointer(id);
    if (pointer === null || !(await this.folder.hasResult(pointer.key))) return false;
    return areAsTheyWere(pointer.files);
  }

  #analyze(entry: Entry): Promise<Step> {
    const checkpoint = isAbsolute(entry.path) ? entry.path : join(this.#base, entry.path);
    return withSubject({ ...this.#input, checkpoint }, (subject) => this.#analyzeSubject(entry, subject));
  }

  async #analyzeSubject(entry: Entry, subject: Subject): Promise<Step> {
    const files = await filesOf(subject);
    const digests = await this.#digests.checkpoint(subject);
    const compute = this.#start();
    const key = resultKey(subject, {
      checkpoint: digests,
      data: await this.#digests.data(subject),
      settings: relevant(this.#settings),
      backend: await compute.backend(),
    });
    if (await this.folder.hasResult(key)) {
      await this.folder.writePointer(entry.id, { key, files });
      return 'found';
    }
    const nulls = new SharedNulls(this.folder.nulls, this.options.shard);
    const { report, matrices } = await analyzeSubject(subject, this.#settings, compute, {
      digest: Promise.resolve(digests[0] ?? ''),
      progress: new Progress(this.options.onProgress?.(entry)),
      nulls,
    });
    if (!(await areAsTheyWere(files))) {
      throw new InputError(
        entry.path,
        'changed while it was analyzed, or its data did',
        'Run the study again',
      );
    }
    if (this.#examples.has(entry.id)) await writeExampleMatrices(this.folder, key, report, matrices);
    const { result, times } = split(report, nulls.keys);
    await this.folder.writeResult(key, result, times);
    await this.folder.writePointer(entry.id, { key, files });
    for (const assumption of report.network.assumptions) this.options.onAssumption?.(entry, assumption);
    return 'done';
  }

  /** What computes; a new one where it has died, which costs the checkpoint that was in work alone. */
  #start(): StudyCompute {
    throwIfCancelled(this.options.signal);
    if (this.#compute !== null && !this.#compute.isOver) return this.#compute;
    void this.#compute?.close();
    return (this.#compute = this.options.compute(this.#settings));
  }
}

/** Every file that a result comes from, as it is now. */
async function filesOf(subject: Subject): Promise<Pointer['files']> {
  const { network } = subject.input;
  const graph = network !== undefined && 'graph' in network ? [network.graph] : [];
  const data = subject.choice.splits.flatMap(({ paths }) => paths);
  const paths = [...(await checkpointFiles(subject.checkpoint)), ...graph, ...data];
  return stampsOf([...new Set(paths.map((path) => resolve(path)))]);
}

/** Whether files are there and have neither been written nor replaced. */
export async function areAsTheyWere(files: Pointer['files']): Promise<boolean> {
  try {
    const now = await stampsOf(files.map(({ path }) => path));
    return now.every(({ size, modified }, at) => {
      const then = files[at];
      return then?.size === size && then.modified === modified;
    });
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** The settings that a result depends on; the backend counts by the name it gives itself. */
function relevant(settings: Settings): Readonly<Record<string, unknown>> {
  const names = SETTING_NAMES.filter((name) => SETTINGS[name].changesResult && name !== 'backend');
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}
