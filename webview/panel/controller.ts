import type { Report } from '../../src/core/report';
import type {
  AnalysisEvent,
  PanelMethods,
  PanelNotice,
  PanelSelection,
  ResultSummary,
} from '../../src/protocol';
import type { Connection } from '../../src/rpc';
import { messageOf } from '../format';
import { keep, type Store } from '../page-base';
import { MatrixLoader } from './matrix-loader';
import type { Camera } from './matrix/camera';
import {
  clearedView,
  kept,
  type PanelState,
  type ShownMatrix,
  validSelection,
  type ViewName,
  type ViewState,
} from './panel-state';

/** The page keeps the camera once it has not moved for so many milliseconds. */
const CAMERA_REST = 150;

/** What the page does: it changes the state, and asks the extension for all it needs. */
export class Controller {
  #resting: ReturnType<typeof setTimeout> | undefined;
  readonly #matrices: MatrixLoader;
  /** Counts the reports asked for: only the newest is shown. */
  #reportTurn = 0;
  /** The result whose report is shown or on its way. */
  #shown: string | null = null;

  constructor(
    readonly store: Store<PanelState>,
    readonly extension: Connection<PanelMethods, PanelNotice>,
  ) {
    this.#matrices = new MatrixLoader(store, extension);
  }

  get #state(): PanelState {
    return this.store.state;
  }

  /** Results came, went or changed: asks again for what changed. */
  async refresh(): Promise<void> {
    try {
      const before = this.#summary();
      const results = await this.extension.call('results', null);
      const { selection, progress, partial } = this.#state;
      const running = new Set(results.filter(({ state }) => state === 'running').map(({ id }) => id));
      const known = results.some(({ id }) => id === selection.result);
      const of = <T>(ids: ReadonlySet<string | null>, map: ReadonlyMap<string, T>) =>
        new Map([...map].filter(([id]) => ids.has(id)));
      this.store.update({
        results,
        selection: { ...selection, result: known ? selection.result : (results[0]?.id ?? null) },
        progress: of(running, progress),
        // What is shown of an analysis that has just ended stays until its report is there.
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

  /** Selects what the user chose, and tells the extension. */
  select(changes: Partial<PanelSelection>): void {
    this.#show(changes);
    this.attempt(this.extension.call('selected', this.#state.selection));
  }

  /** Changes the view, and keeps it. */
  change(view: Partial<ViewState>): void {
    if (view.camera !== undefined) clearTimeout(this.#resting);
    this.store.update({ view: { ...this.#state.view, ...view } });
    keep(kept(this.#state));
  }

  /** The camera moves with every frame; the page keeps it once it rests. */
  look(camera: Camera): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.change({ camera });
    }, CAMERA_REST);
  }

  toggleTable(name: ViewName): void {
    const { tables } = this.#state.view;
    this.change({ tables: tables.includes(name) ? tables.filter((one) => one !== name) : [...tables, name] });
  }

  run(command: PanelMethods['run']['input']['command']): void {
    this.attempt(this.extension.call('run', { command, id: this.#state.selection.result }));
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

  notice(notice: Exclude<PanelNotice, { type: 'export' }>): void {
    if (notice.type === 'changed') void this.refresh();
    else if (notice.type === 'show') this.#show(notice.selection);
    else this.#progress(notice.id, notice.event);
  }

  #progress(id: string, event: AnalysisEvent): void {
    switch (event.type) {
      case 'progress':
        this.store.update({ progress: new Map(this.#state.progress).set(id, event) });
        break;
      case 'method': {
        const done = this.#state.partial.get(id) ?? [];
        this.store.update({ partial: new Map(this.#state.partial).set(id, [...done, event]) });
        break;
      }
      case 'measured':
        if (id !== this.#state.selection.result) break;
        this.#matrices.forget();
        void this.#loadReport();
    }
  }

  /** Exact associations of units, row by row: rows.length × columns.length values. */
  values(
    { result: id, layer, measure }: ShownMatrix,
    rows: readonly number[],
    columns: readonly number[],
  ): Promise<Float64Array> {
    return this.extension.call('values', { id, layer, method: measure, rows, columns });
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
    if (this.#state.results === null) return; // they are on their way, and will show what is selected
    if (this.#state.selection.result !== before.result) {
      this.change({ cluster: null, pair: null, camera: null });
      void this.#loadReport();
      return;
    }
    const { report } = this.#state;
    if (report.state === 'ready') this.#showReport(report.value, before);
  }

  async #loadReport(): Promise<void> {
    const turn = ++this.#reportTurn;
    this.#matrices.stop();
    const id = this.#state.selection.result;
    if (id === null) {
      this.store.update({ report: { state: 'none' }, matrix: { state: 'none' } });
      return;
    }
    // While a result is computed anew the page shows it as it was; that it had no report before is no news.
    if (id !== this.#shown || this.#state.report.state === 'failed')
      this.store.update({ report: { state: 'loading' }, matrix: { state: 'none' }, thumbnails: new Map() });
    this.#shown = id;
    try {
      const report = await this.extension.call('report', { id });
      if (turn !== this.#reportTurn) return;
      this.store.update({ report: { state: 'ready', value: report } });
      this.#showReport(report, null);
    } catch (error) {
      if (turn === this.#reportTurn)
        this.store.update({ report: { state: 'failed', message: messageOf(error) } });
    }
  }

  /** Keeps the selection to what the report has, and shows its matrices. */
  #showReport(report: Report, before: PanelSelection | null): void {
    const selection = validSelection(this.#state.selection, report);
    this.store.update({ selection });
    this.change(clearedView(before, selection, this.#state.view, report));
    const another = (key: keyof PanelSelection): boolean => before?.[key] !== selection[key];
    if (another('layer') || another('method') || another('scale')) {
      const fresh = before === null || another('layer') || another('scale');
      void this.#matrices.load(report, fresh);
    }
  }
}
