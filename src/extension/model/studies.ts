import type { PlannedStudy, StudyGrouping } from '../../protocol';
import { toFailure } from '../../rpc';
import type { Analyses } from './checkpoint-analyses';
import { Signal } from './signal';
import { counted, keptRecords, keptStudy, recordOf, type Study, type StudyRecord, studyId } from './study';

/** What studies are made with: the workspace, the worker and what is kept between windows, or a test's. */
export interface StudiesOptions {
  readonly analyses: Pick<
    Analyses,
    'get' | 'has' | 'ensure' | 'refresh' | 'invite' | 'stateChanged' | 'changed'
  >;
  /** Checkpoints in folders and below. */
  readonly find: (folders: readonly string[]) => Promise<readonly string[]>;
  /** @param checkpoints null: those of the plan there is, grouped anew */
  readonly plan: (study: StudyRecord, checkpoints: readonly string[] | null) => Promise<PlannedStudy>;
  /** Keeps why a checkpoint failed, or that it did not. */
  readonly keepFailure: (
    study: StudyRecord,
    entry: string,
    path: string,
    reason: string | null,
  ) => Promise<void>;
  readonly memory: { get(): unknown; set(records: readonly StudyRecord[]): void };
}

/** Checkpoints under way at a time: one that is analyzed and one that waits, so that nothing idles between two. */
const AHEAD = 2;
/** Milliseconds. Training writes in bursts: one look at the folders for all of it. */
const SETTLE = 1000;

/** The studies of a workspace: which there are, how far they are, and the running of them. */
export class Studies {
  /** A study changed, be it only its counts: its id. */
  readonly changed = new Signal<string>();
  /** A study came or went. */
  readonly listed = new Signal<null>();

  readonly #studies = new Map<string, Study>();
  readonly #runs = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>();
  readonly #plans = new Map<string, Promise<void>>();
  readonly #subscriptions: readonly { dispose(): void }[];
  readonly #numbers = new Map<string, number>();
  #lastNumber = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly options: StudiesOptions) {
    for (const record of keptRecords(options.memory.get())) this.#studies.set(record.id, keptStudy(record));
    const { stateChanged, changed } = options.analyses;
    this.#subscriptions = [
      stateChanged.on((path) => {
        this.#stateChanged(path);
      }),
      changed.on((path) => {
        if (path === null) this.#later();
      }),
    ];
  }

  get list(): readonly Study[] {
    return [...this.#studies.values()];
  }

  get(id: string): Study | undefined {
    return this.#studies.get(id);
  }

  /** Whether it is at work now. */
  isAtWork(id: string): boolean {
    return this.#runs.has(id);
  }

  /** The study of these folders, a new one where there is none. @returns its id */
  add(kind: StudyRecord['kind'], folders: readonly string[]): string {
    const sorted = [...folders].sort();
    const id = studyId(kind, sorted);
    if (!this.#studies.has(id)) {
      const counts = { planned: 0, done: 0, failed: 0 };
      const decided = { grouping: { pick: 'all' }, running: false, counts, sentence: '' } as const;
      const record: StudyRecord = { id, kind, folders: sorted, ...decided };
      this.#studies.set(id, keptStudy(record));
      this.#keep();
      this.listed.fire(null);
    }
    return id;
  }

  /** Forgets a study; the results of its checkpoints stay. */
  async remove(id: string): Promise<void> {
    await this.stop(id);
    if (!this.#studies.delete(id)) return;
    this.#keep();
    this.listed.fire(null);
  }

  /** Sees to it that its plan is known. What is wrong is its problem. */
  async open(id: string): Promise<void> {
    if (this.get(id)?.plan === null) await this.refresh(id);
  }

  /** Looks for its checkpoints anew, and plans it of those there are now. */
  refresh(id: string): Promise<void> {
    return this.#planOnce(id, (study) =>
      study.kind === 'folder' ? Promise.resolve(null) : this.options.find(study.folders),
    );
  }

  /** Groups and picks its checkpoints as the user wants. @throws InputError, and all stays as it was */
  async group(id: string, grouping: StudyGrouping): Promise<void> {
    await this.#plans.get(id);
    const study = this.get(id);
    if (study === undefined || study.kind === 'folder') return;
    const again = study.plan === null || study.grouping.pick !== grouping.pick;
    const checkpoints = again ? await this.options.find(study.folders) : null;
    const plan = await this.options.plan({ ...study, grouping }, checkpoints);
    this.#patch(id, { grouping });
    await this.#adopt(id, plan);
    this.#keep();
  }

  /**
   * Analyzes what is not done until it is, or stopped.
   * @param again also what failed before
   */
  async run(id: string, { again }: { readonly again: boolean }): Promise<void> {
    const study = this.get(id);
    if (study === undefined || study.kind === 'folder') return;
    const underWay = this.#runs.get(id);
    if (underWay?.stop.signal.aborted === false) return underWay.over;
    if (underWay !== undefined) {
      await underWay.over; // it is being stopped
      return this.run(id, { again });
    }
    const stop = new AbortController();
    const over = this.#work(id, stop.signal, again).finally(() => {
      this.#runs.delete(id);
      if (!stop.signal.aborted) this.#patch(id, { running: false });
      this.#keep();
      this.changed.fire(id);
    });
    this.#runs.set(id, { stop, over });
    this.#patch(id, { running: true });
    this.#keep();
    return over;
  }

  /** What is done stays; the checkpoint under way is given up. */
  async stop(id: string): Promise<void> {
    const run = this.#runs.get(id);
    this.#patch(id, { running: false });
    this.#keep();
    run?.stop.abort();
    await run?.over;
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.list.filter(({ running }) => running).map(({ id }) => this.stop(id)));
  }

  /** Goes on with those that were running when the window was closed. */
  async resume(): Promise<void> {
    const interrupted = this.list.filter(({ id, running }) => running && !this.#runs.has(id));
    await Promise.all(interrupted.map(({ id }) => this.run(id, { again: false })));
  }

  /** Ends all work; what was running goes on in the next window. */
  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { stop } of this.#runs.values()) stop.abort();
  }

  async #work(id: string, signal: AbortSignal, again: boolean): Promise<void> {
    await this.refresh(id);
    const tried = new Set<string>();
    const underWay = new Set<Promise<void>>();
    for (;;) {
      const next = signal.aborted ? undefined : this.#next(id, tried, again);
      if (next === undefined) break;
      tried.add(next.path);
      const task = this.#analyze(id, next, signal).finally(() => underWay.delete(task));
      underWay.add(task);
      if (underWay.size >= AHEAD) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  /** The plan may change meanwhile: each time the first that is to do and was not tried. */
  #next(
    id: string,
    tried: ReadonlySet<string>,
    again: boolean,
  ): PlannedStudy['checkpoints'][number] | undefined {
    const study = this.get(id);
    return study?.plan?.checkpoints.find(
      ({ path }) => !study.done.has(path) && !tried.has(path) && (again || !study.failures.has(path)),
    );
  }

  async #analyze(
    id: string,
    { id: entry, path }: PlannedStudy['checkpoints'][number],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.options.analyses.ensure(path, signal);
      await this.#fail(id, entry, path, null);
    } catch (error) {
      const { kind, message } = toFailure(error);
      if (kind !== 'cancelled') await this.#fail(id, entry, path, message);
    }
  }

  async #fail(id: string, entry: string, path: string, reason: string | null): Promise<void> {
    const study = this.get(id);
    if (study === undefined || (study.failures.get(path) ?? null) === reason) return;
    const failures = new Map(study.failures);
    if (reason === null) failures.delete(path);
    else failures.set(path, reason);
    this.#patch(id, { failures });
    await this.options.keepFailure(study, entry, path, reason);
  }

  /** One plan at a time for each study: who comes meanwhile waits for it. */
  #planOnce(id: string, find: (study: Study) => Promise<readonly string[] | null>): Promise<void> {
    const underWay = this.#plans.get(id);
    if (underWay !== undefined) return underWay;
    const plan = async (): Promise<void> => {
      const study = this.get(id);
      if (study === undefined) return;
      this.#patch(id, { planning: true });
      try {
        const found = await find(study);
        await this.#adopt(id, await this.options.plan(study, found));
      } catch (error) {
        this.#patch(id, { problem: toFailure(error).message });
      } finally {
        this.#plans.delete(id);
        this.#patch(id, { planning: false });
      }
    };
    const planned = plan();
    this.#plans.set(id, planned);
    return planned;
  }

  /** Takes a plan, and looks which of its checkpoints are done. */
  async #adopt(id: string, plan: PlannedStudy): Promise<void> {
    const { analyses } = this.options;
    const kind = this.get(id)?.kind;
    const paths = plan.checkpoints.map(({ path }) => path);
    const strangers = kind === 'folder' ? [] : paths.filter((path) => !analyses.has(path));
    analyses.invite(strangers);
    const isDone = (one: PlannedStudy['checkpoints'][number]): boolean =>
      kind === 'folder' ? one.done : analyses.get(one.path).state === 'done';
    this.#patch(id, {
      plan,
      problem: null,
      paths: new Set(paths),
      done: new Map(plan.checkpoints.filter(isDone).map(({ path }) => [path, this.#numberOf(path)])),
      failures: new Map(
        plan.checkpoints.flatMap((one) =>
          one.failure === null || isDone(one) ? [] : [[one.path, one.failure] as const],
        ),
      ),
    });
    for (const path of strangers) await analyses.refresh(path);
    this.#keep();
  }

  #stateChanged(path: string): void {
    const isDone = this.options.analyses.get(path).state === 'done';
    if (!isDone) this.#numbers.delete(path);
    for (const { id, kind, paths, done } of this.list) {
      if (kind === 'folder' || !paths.has(path) || done.has(path) === isDone) continue;
      const now = new Map(done);
      if (isDone) now.set(path, this.#numberOf(path));
      else now.delete(path);
      this.#patch(id, { done: now });
    }
  }

  /** The number of the result that a checkpoint has now. */
  #numberOf(path: string): number {
    const known = this.#numbers.get(path);
    if (known !== undefined) return known;
    this.#numbers.set(path, ++this.#lastNumber);
    return this.#lastNumber;
  }

  /** Checkpoints came or went: those of studies that are known may have others now. */
  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const { id, kind, plan } of this.list) {
        if (kind === 'analyses' && plan !== null) void this.#lookAgain(id);
      }
    }, SETTLE);
  }

  async #lookAgain(id: string): Promise<void> {
    const study = this.get(id);
    const plan = study?.plan ?? null;
    if (study === undefined || plan === null) return;
    const found = await this.options.find(study.folders);
    const there = new Set(found);
    const same =
      there.size === study.paths.size + plan.leftOut && [...study.paths].every((path) => there.has(path));
    if (!same) await this.#planOnce(id, () => Promise.resolve(found));
  }

  #patch(id: string, change: Partial<Study>): void {
    const study = this.#studies.get(id);
    if (study === undefined) return;
    const isOther = change.done !== undefined || change.failures !== undefined;
    const results = study.results + (isOther ? 1 : 0);
    this.#studies.set(id, counted({ ...study, ...change, results }));
    this.changed.fire(id);
  }

  #keep(): void {
    this.options.memory.set(this.list.map(recordOf));
  }
}
