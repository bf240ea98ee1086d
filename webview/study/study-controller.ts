import type {
  StudyFigureOptions,
  StudyGrouping,
  StudyMethods,
  StudyNotice,
  StudySummary,
} from '../../src/protocol';
import type { Connection } from '../../src/rpc';
import { messageOf } from '../format';
import { keep, type Store } from '../page-base';
import type { KeptState, Role, StudyState } from './study-state';

/** Milliseconds between two askings for the findings while checkpoints finish, at least. */
const FINDINGS_INTERVAL = 5000;
/** And as many times as long as they took: they are tests of all numbers there are, which others wait for. */
const FINDINGS_REST = 10;

/** What the page does: it changes the state, and asks the extension for all it needs. */
export class Controller {
  /** Counts what figures and findings depend on: the results, and the options. */
  #version = 0;
  /** The version of a figure that was drawn last, or is being drawn. */
  readonly #versions = new Map<string, number>();
  readonly #visible = new Set<string>();
  #loading: Promise<void> | null = null;
  #again = false;
  #loadFailed = false;
  #findingsDue = 0;
  #findingsTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly store: Store<StudyState>,
    readonly extension: Connection<StudyMethods, StudyNotice>,
  ) {}

  get #state(): StudyState {
    return this.store.state;
  }

  /** Something changed: asks for what did. One asking at a time; who comes meanwhile has another follow. */
  async refresh(): Promise<void> {
    if (this.#loading !== null) {
      this.#again = true;
      return this.#loading;
    }
    this.#loading = this.#load();
    await this.#loading;
    this.#loading = null;
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  notice(notice: StudyNotice): void {
    if (notice.type === 'progress') this.store.update({ progress: notice });
    else void this.refresh();
  }

  /** Changes what is kept, and keeps it. */
  change(changes: Partial<KeptState>): void {
    this.store.update(changes);
    const { summary, options, grouping, top } = this.#state;
    if (summary !== null)
      keep({ study: summary.id, options, grouping, top } satisfies KeptState & { study: string });
  }

  /** Draws figures otherwise. */
  choose(changes: Partial<StudyFigureOptions>): void {
    this.change({ options: { ...this.#state.options, ...changes } });
    this.#version++;
    this.#drawVisible();
    if (changes.threshold !== undefined) this.#askFindings(0);
  }

  /** A figure came into view, or left it. */
  see(id: string, visible: boolean): void {
    if (visible) this.#visible.add(id);
    else this.#visible.delete(id);
    this.#drawVisible();
  }

  /** Opens the checkpoint that a point of a figure stands for. */
  openPoint(id: string, point: number): void {
    const drawn = this.#state.figures.get(id)?.drawn;
    const checkpoint = drawn?.checkpoints[point];
    if (drawn === undefined || drawn === null || checkpoint === undefined) return;
    this.open(drawn.revision, checkpoint);
  }

  open(revision: string, checkpoint: number): void {
    this.attempt(this.extension.call('open', { revision, checkpoint }));
  }

  save(id: string): void {
    const svg = this.#state.figures.get(id)?.drawn?.svg;
    const study = this.#state.summary?.name.replace(/[^\p{L}\p{N}._-]+/gu, '_') ?? 'study';
    if (svg !== undefined) this.attempt(this.extension.call('save', { name: `${study}_${id}.svg`, svg }));
  }

  run(command: StudyMethods['run']['input']['command']): void {
    this.attempt(this.extension.call('run', { command }));
  }

  /** Looks for the checkpoints of the study again. */
  reload(): void {
    this.attempt(this.extension.call('refresh', null));
  }

  /** Gives a key another role; it is applied when the user says so. */
  assign(key: string, role: Role): void {
    this.store.update({ roles: new Map(this.#state.roles).set(key, role) });
  }

  pick(pick: NonNullable<StudyState['pick']>): void {
    this.store.update({ pick });
  }

  /** Groups the study as the form says. */
  applyGrouping(): void {
    const plan = this.#state.summary?.plan;
    if (plan === undefined || plan === null) return;
    const { roles, pick } = this.#state;
    const keysIn = (wanted: Role): string[] =>
      plan.keys.filter(({ key, role }) => (roles.get(key) ?? role) === wanted).map(({ key }) => key);
    const grouping = { by: keysIn('factor'), replicate: keysIn('replicate'), ignore: keysIn('ignored') };
    this.#group({
      ...(roles.size > 0 ? grouping : overruled(plan.grouping)),
      pick: pick ?? plan.grouping.pick,
    });
  }

  /** Lets the grouping be found out. */
  groupAutomatically(): void {
    const { pick, summary } = this.#state;
    this.#group({ pick: pick ?? summary?.plan?.grouping.pick ?? 'all' });
  }

  /** Tells the user why a task that they asked for fails. */
  attempt(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      this.store.update({ problem: messageOf(error) });
    });
  }

  dismissProblem(): void {
    this.store.update({ problem: null });
  }

  #group(grouping: StudyGrouping): void {
    const task = this.extension.call('group', grouping).then(() => {
      this.store.update({ roles: new Map(), pick: null });
    });
    this.attempt(task);
  }

  async #load(): Promise<void> {
    try {
      const before = this.#state.summary;
      const summary = await this.extension.call('study', null);
      // That the study was planned anew just then, for instance, is soon over.
      const again = this.#loadFailed;
      if (again) this.store.update({ problem: null });
      this.#loadFailed = false;
      this.store.update({
        summary,
        progress: summary.state === 'running' || summary.state === 'stopping' ? this.#state.progress : null,
      });
      if (before === null) this.change({});
      if (summary.plan === null) return;
      if (before?.plan?.revision !== summary.plan.revision) {
        const { names } = await this.extension.call('names', null);
        this.store.update({ names });
      }
      if (before !== null && !again && sameResults(before, summary)) {
        // What was found of the last results may still wait for its turn.
        if (before.state === 'running' && summary.state !== 'running') this.#askFindings(0);
        return;
      }
      this.#version++;
      this.store.update({ overview: await this.extension.call('overview', null) });
      this.#drawVisible();
      this.#laterFindings();
    } catch (error) {
      this.#loadFailed = true;
      this.store.update({ problem: messageOf(error) });
    }
  }

  /** Only what is seen is drawn anew; the rest when it is scrolled to. */
  #drawVisible(): void {
    const { overview } = this.#state;
    for (const { id } of overview?.figures ?? [])
      if (this.#visible.has(id) && this.#versions.get(id) !== this.#version)
        void this.#draw(id, this.#version);
  }

  async #draw(id: string, version: number): Promise<void> {
    this.#versions.set(id, version);
    const show = (drawn: NonNullable<ReturnType<StudyState['figures']['get']>>): void => {
      if (this.#versions.get(id) !== version) return; // a newer one is on its way
      this.store.update({ figures: new Map(this.#state.figures).set(id, drawn) });
    };
    try {
      const { options } = this.#state;
      show({ drawn: await this.extension.call('figure', { id, options }), problem: null });
    } catch (error) {
      show({ drawn: this.#state.figures.get(id)?.drawn ?? null, problem: messageOf(error) });
    }
  }

  /** While checkpoints finish, findings are asked for now and then. */
  #laterFindings(): void {
    const isRunning = this.#state.summary?.state === 'running';
    this.#askFindings(isRunning ? this.#findingsDue - Date.now() : 0);
  }

  /** @param wait milliseconds */
  #askFindings(wait: number): void {
    clearTimeout(this.#findingsTimer);
    const ask = async (): Promise<void> => {
      const start = Date.now();
      const { threshold } = this.#state.options;
      const findings = await this.extension.call('findings', { threshold });
      this.#findingsDue = Date.now() + Math.max(FINDINGS_INTERVAL, FINDINGS_REST * (Date.now() - start));
      if (threshold === this.#state.options.threshold) this.store.update({ findings });
    };
    this.#findingsTimer = setTimeout(
      () => {
        this.attempt(ask());
      },
      Math.max(0, wait),
    );
  }
}

/** The lists that the user overruled the grouping with before. */
function overruled({ by, replicate, ignore }: StudyGrouping): Omit<StudyGrouping, 'pick'> {
  return { ...(by && { by }), ...(replicate && { replicate }), ...(ignore && { ignore }) };
}

/** Whether figures of both would be the same. */
function sameResults(a: StudySummary, b: StudySummary): boolean {
  return a.plan?.revision === b.plan?.revision && a.results === b.results;
}
