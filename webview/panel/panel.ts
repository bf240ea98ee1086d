import type { Report } from '../../src/core/report';
import type { PanelMethods, PanelNotice, PanelSelection, ResultSummary } from '../../src/protocol';
import { messageOf } from './data/format';
import { settle, unsettled } from './data/settle';
import type { Host } from './host';
import type { Camera } from './matrix/camera';
import { Matrices } from './matrices';
import { kept, type ShownMatrix, type State, type ViewName, type ViewState } from './state';
import type { Store } from './store';

/** Milliseconds without a move after which the camera rests. */
const REST = 150;

/** What the page does: every change of its state, and all it asks of the extension. */
export class Panel {
  #resting: ReturnType<typeof setTimeout> | undefined;
  readonly #matrices: Matrices;
  /** What is shown is the newest that was asked for. */
  #reportTurn = 0;
  /** The result whose report is shown, or on its way. */
  #shown: string | null = null;

  constructor(
    readonly store: Store<State>,
    readonly host: Host,
  ) {
    this.#matrices = new Matrices(store, host);
  }

  get #state(): State {
    return this.store.state;
  }

  /** Results came, went or changed; only what changed is asked for again. */
  async refresh(): Promise<void> {
    try {
      const before = this.#summary();
      const results = await this.host.call('results', null);
      const { selection, progress, partial } = this.#state;
      const running = new Set(results.filter(({ state }) => state === 'running').map(({ id }) => id));
      const known = results.some(({ id }) => id === selection.result);
      const of = <T>(ids: ReadonlySet<string | null>, map: ReadonlyMap<string, T>) =>
        new Map([...map].filter(([id]) => ids.has(id)));
      this.store.update({
        results,
        selection: { ...selection, result: known ? selection.result : (results[0]?.id ?? null) },
        progress: of(running, progress),
        // What is shown of one that has just ended stays until its report is there.
        partial: of(new Set([...running, selection.result]), partial),
      });
      const now = this.#summary();
      if (now?.id === before?.id && now?.state === before?.state) return;
      this.#matrices.forget();
      await this.#loadReport();
    } catch (error) {
      this.store.update({ results: [], report: { state: 'failed', message: messageOf(error) } });
    }
  }

  /** The user chose. */
  select(changes: Partial<PanelSelection>): void {
    this.#show(changes);
    this.attempt(this.host.call('selected', this.#state.selection));
  }

  change(view: Partial<ViewState>): void {
    if (view.camera !== undefined) clearTimeout(this.#resting);
    this.store.update({ view: { ...this.#state.view, ...view } });
    this.host.keep(kept(this.#state));
  }

  /** What is seen of the matrix; it moves with every frame, and is kept once it rests. */
  look(camera: Camera): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.change({ camera });
    }, REST);
  }

  toggleTable(name: ViewName): void {
    const { tables } = this.#state.view;
    this.change({ tables: tables.includes(name) ? tables.filter((one) => one !== name) : [...tables, name] });
  }

  run(command: PanelMethods['run']['input']['command']): void {
    this.attempt(this.host.call('run', { command, id: this.#state.selection.result }));
  }

  /** What the user asked for: where it fails, it is said. */
  attempt(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      this.store.update({ problem: messageOf(error) });
    });
  }

  dismissProblem(): void {
    this.store.update({ problem: null });
  }

  notice(notice: Exclude<PanelNotice, { type: 'export' }>): void {
    if (notice.type === 'changed') void this.refresh();
    else if (notice.type === 'show') this.#show(notice.selection);
    else if (notice.event.type === 'progress') {
      this.store.update({ progress: new Map(this.#state.progress).set(notice.id, notice.event) });
    } else {
      const done = this.#state.partial.get(notice.id) ?? [];
      const partial = new Map(this.#state.partial).set(notice.id, [...done, notice.event]);
      this.store.update({ partial });
    }
  }

  /** Exact associations of units, rows × columns. */
  values(
    { result: id, layer, method }: ShownMatrix,
    rows: readonly number[],
    columns: readonly number[],
  ): Promise<Float64Array> {
    return this.host.call('values', { id, layer, method, rows, columns });
  }

  retry(): void {
    void this.#loadReport();
  }

  #summary(): ResultSummary | undefined {
    const { results, selection } = this.#state;
    return results?.find(({ id }) => id === selection.result);
  }

  #show(changes: Partial<PanelSelection>): void {
    const before = this.#state.selection;
    this.store.update({ selection: { ...before, ...changes } });
    if (this.#state.results === null) return; // they are on their way, and what is selected will be shown
    if (this.#state.selection.result !== before.result) {
      this.change({ cluster: null, pair: null, camera: null });
      void this.#loadReport();
      return;
    }
    const { report } = this.#state;
    if (report.state === 'ready') this.#settle(report.value, before);
  }

  async #loadReport(): Promise<void> {
    const turn = ++this.#reportTurn;
    this.#matrices.stop();
    const id = this.#state.selection.result;
    if (id === null) {
      this.store.update({ report: { state: 'none' }, matrix: { state: 'none' } });
      return;
    }
    // A result that is computed anew is shown as it was until then; that it had no report yet is no news.
    if (id !== this.#shown || this.#state.report.state === 'failed')
      this.store.update({ report: { state: 'loading' }, matrix: { state: 'none' }, thumbnails: new Map() });
    this.#shown = id;
    try {
      const report = await this.host.call('report', { id });
      if (turn !== this.#reportTurn) return;
      this.store.update({ report: { state: 'ready', value: report } });
      this.#settle(report, null);
    } catch (error) {
      if (turn === this.#reportTurn)
        this.store.update({ report: { state: 'failed', message: messageOf(error) } });
    }
  }

  /** Keeps the selection to what the report has, and shows its matrices. */
  #settle(report: Report, before: PanelSelection | null): void {
    const selection = settle(this.#state.selection, report);
    this.store.update({ selection });
    this.change(unsettled(before, selection, this.#state.view, report));
    const another = (key: keyof PanelSelection): boolean => before?.[key] !== selection[key];
    if (another('layer') || another('method') || another('scale')) {
      const fresh = before === null || another('layer') || another('scale');
      void this.#matrices.load(report, fresh);
    }
  }
}
