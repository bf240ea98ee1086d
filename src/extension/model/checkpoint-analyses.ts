import type { Report } from '../../core/report';
import type { AnalysisEvent, AnalysisRequest } from '../../protocol';
import { Queue } from '../../queue';
import { toFailure } from '../../rpc';
import type { ResultState } from '../../store/cache';
import { type Entry, type EntryState, isBusy, newEntry } from './entry';
import type { Overrides } from './requests';
import { Signal } from './signal';

/** What analyses are made with: the worker and the cache, or a test's. */
export interface AnalysesOptions {
  request(path: string, overrides?: Overrides): Promise<AnalysisRequest>;
  analyze(
    request: AnalysisRequest,
    options: { signal: AbortSignal; onEvent: (event: AnalysisEvent) => void },
  ): Promise<Report>;
  /** Whether there is a result of the request, and whether it still holds. */
  find(request: AnalysisRequest): Promise<ResultState>;
  read(folder: string): Promise<Report>;
}

/** The checkpoints, their states and their results. */
export class Analyses {
  /** An entry changed, be it only its progress: its path; null for the list. */
  readonly changed = new Signal<string | null>();
  /** A result came, went or no longer holds. */
  readonly stateChanged = new Signal<string>();
  readonly progress = new Signal<{ readonly path: string; readonly event: AnalysisEvent }>();
  readonly finished = new Signal<{ readonly path: string; readonly report: Report }>();

  readonly #entries = new Map<string, Entry>();
  /** Checkpoints from elsewhere that the user had analyzed. */
  readonly #guests = new Set<string>();
  readonly #queue = new Queue();

  constructor(readonly options: AnalysesOptions) {}

  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  get(path: string): Entry {
    return this.#entries.get(path) ?? newEntry(path);
  }

  /** Whether it is of the workspace, or from elsewhere and known. */
  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** The checkpoints of the workspace. Others are forgotten, except those under way and guests. */
  list(paths: readonly string[]): void {
    const present = new Set([...paths, ...this.#guests]);
    for (const entry of this.entries) {
      if (!present.has(entry.path) && !isBusy(entry)) this.#entries.delete(entry.path);
    }
    for (const path of paths) if (!this.#entries.has(path)) this.#entries.set(path, newEntry(path));
    this.changed.fire(null);
  }

  /** Checkpoints from elsewhere that are to be known as those of the workspace are. */
  invite(paths: readonly string[]): void {
    for (const path of paths) if (!this.#entries.has(path)) this.#guests.add(path);
  }

  /** Looks in the cache whether a checkpoint has a result, and whether it still holds. */
  async refresh(path: string): Promise<void> {
    const found = await this.#look(path);
    const entry = this.get(path);
    // A failure stays told until the file changes, or there is a result that holds.
    if (isBusy(entry) || (entry.state === 'failed' && found.state !== 'done')) return;
    if (entry.state !== found.state || entry.folder !== found.folder) this.#set(found);
  }

  /** The file changed. */
  async touch(path: string): Promise<void> {
    const found = await this.#look(path);
    if (!isBusy(this.get(path))) this.#set(found);
  }

  /**
   * The report of a checkpoint: the stored one where it still holds, else a new one.
   * @throws InputError; RemoteError for faults; CancelledError when it is cancelled or `signal` is aborted
   */
  async analyze(path: string, overrides: Overrides = {}, signal?: AbortSignal): Promise<Report> {
    const { report, folder } = await this.#obtain(path, overrides, signal, ['fresh']);
    return report ?? this.options.read(folder);
  }

  /**
   * Sees to it that a checkpoint has a report that holds, be it without its matrices.
   * @throws as `analyze` does
   */
  async ensure(path: string, signal?: AbortSignal): Promise<void> {
    await this.#obtain(path, {}, signal, ['fresh', 'thin']);
  }

  /** @param enough states of a stored result that make another analysis needless; its report is then not read */
  async #obtain(
    path: string,
    overrides: Overrides,
    signal: AbortSignal | undefined,
    enough: readonly ResultState[],
  ): Promise<{ readonly report: Report | null; readonly folder: string }> {
    if (!this.#entries.has(path)) this.#guests.add(path);
    // What has a result is shown as it is until it is known to need another.
    if (this.get(path).folder === null) this.#wait(path);
    try {
      const request = await this.options.request(path, overrides);
      const { folder } = request;
      if (enough.includes(await this.options.find(request))) {
        await this.refresh(path);
        return { report: null, folder };
      }
      this.#wait(path);
      // Other settings are another analysis, even of the same checkpoint.
      const job = { name: JSON.stringify([path, overrides]), topic: path, signal };
      return { report: await this.#queue.add((turn) => this.#run(request, turn.signal), job), folder };
    } finally {
      if (this.get(path).state === 'waiting' && !this.#queue.has(path)) this.#set(await this.#look(path));
    }
  }

  /** Stops the analysis of one checkpoint, or all. */
  cancel(path?: string): void {
    this.#queue.cancel(path);
  }

  /** The newest report of a checkpoint, stale or not; null where there is none. */
  async report(path: string): Promise<Report | null> {
    const folder = this.get(path).folder ?? (await this.#look(path)).folder;
    return folder === null ? null : this.options.read(folder);
  }

  async #run(request: AnalysisRequest, signal: AbortSignal): Promise<Report> {
    const path = request.checkpoint;
    this.#patch(path, { state: 'running' });
    const onEvent = (event: AnalysisEvent): void => {
      this.#patch(path, changeOf(event, this.get(path), request));
      this.progress.fire({ path, event });
    };
    try {
      const report = await this.options.analyze(request, { signal, onEvent });
      // The checkpoint may have changed while it was analyzed.
      this.#set(await this.#look(path));
      this.finished.fire({ path, report });
      return report;
    } catch (error) {
      const { kind, message, input } = toFailure(error);
      const found = await this.#look(path);
      this.#set(
        kind === 'cancelled' ? found : { ...found, state: 'failed', message, about: input?.about ?? null },
      );
      throw error;
    }
  }

  /** The entry as the cache has it. */
  async #look(path: string): Promise<Entry> {
    const request = await this.options.request(path);
    const found = await this.options.find(request);
    if (found === 'missing') return newEntry(path);
    return { ...newEntry(path), state: STATES[found], folder: request.folder };
  }

  #wait(path: string): void {
    if (!isBusy(this.get(path))) this.#patch(path, { state: 'waiting', message: null, about: null });
  }

  #patch(path: string, change: Partial<Entry>): void {
    this.#set({ ...this.get(path), ...change });
  }

  #set(entry: Entry): void {
    const before = this.get(entry.path);
    const isNew = !this.#entries.has(entry.path);
    this.#entries.set(entry.path, entry);
    this.changed.fire(isNew ? null : entry.path);
    if (before.state !== entry.state) this.stateChanged.fire(entry.path);
  }
}

/** What an event of a running analysis changes. */
function changeOf(event: AnalysisEvent, { measures }: Entry, { folder }: AnalysisRequest): Partial<Entry> {
  switch (event.type) {
    case 'progress':
      return { progress: event };
    case 'method':
      return { measures: [...measures, event] };
    case 'measured':
      return { folder };
  }
}

const STATES: Readonly<Record<Exclude<ResultState, 'missing'>, EntryState>> = {
  stale: 'stale',
  partial: 'partial',
  thin: 'done',
  fresh: 'done',
};
