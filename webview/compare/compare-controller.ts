import type { ComparisonMethods, ComparisonNotice } from '../../src/protocol';
import type { Connection } from '../../src/rpc';
import { messageOf, type Rows, tsv } from '../format';
import { announce, keep, type Store } from '../page-base';
import { words } from './compare-words';
import {
  type CompareState,
  kept,
  type KeptState,
  orderOf,
  type TableName,
  validSelection,
} from './compare-state';

/** What the page does: it changes the state, and asks the extension for all it needs. */
export class Controller {
  /** Ends the calls for what is no longer wanted. */
  #asked = new AbortController();
  #pictures = new AbortController();

  constructor(
    readonly store: Store<CompareState>,
    readonly extension: Connection<ComparisonMethods, ComparisonNotice>,
  ) {}

  get #state(): CompareState {
    return this.store.state;
  }

  /** Results came, went or changed: asks again for all of it. What is shown stays until the answer is there. */
  async refresh(): Promise<void> {
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    try {
      const { checkpoints, palette } = await this.extension.call('summary', null, { signal });
      this.store.update({ checkpoints, palette });
      this.#keep();
      if (checkpoints.some(({ state }) => state === 'missing')) return;
      if (this.#state.comparison.state !== 'ready') this.store.update({ comparison: { state: 'loading' } });
      const comparison = await this.extension.call('comparison', null, { signal });
      this.store.update({
        comparison: { state: 'ready', value: comparison },
        ...validSelection(this.#state, comparison),
      });
      await this.#loadPictures();
    } catch (error) {
      if (!signal.aborted) this.store.update({ comparison: { state: 'failed', message: messageOf(error) } });
    }
  }

  /** Changes what is kept, and keeps it. */
  change(changes: Partial<KeptState>): void {
    const before = this.#state;
    this.store.update(changes);
    this.#keep();
    const { layer, method, scale, order } = this.#state;
    const isAnother =
      before.layer !== layer || before.method !== method || before.scale !== scale || before.order !== order;
    if (isAnother) void this.#loadPictures();
  }

  toggleTable(name: TableName): void {
    const { tables } = this.#state;
    this.change({ tables: tables.includes(name) ? tables.filter((one) => one !== name) : [...tables, name] });
  }

  open(checkpoint: number): void {
    const id = this.#state.checkpoints?.[checkpoint]?.id;
    const { layer, method } = this.#state;
    if (id !== undefined) this.attempt(this.extension.call('open', { id, layer, method }));
  }

  run(command: ComparisonMethods['run']['input']['command']): void {
    this.attempt(this.extension.call('run', { command }));
  }

  copy(rows: Rows): void {
    const copied = this.extension.call('copy', { text: tsv(rows) }).then(() => {
      announce(words.copied);
    });
    this.attempt(copied);
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

  /** The extension makes the page again of what it keeps, so that it names its checkpoints. */
  #keep(): void {
    const { checkpoints } = this.#state;
    if (checkpoints === null) return;
    keep({ ...kept(this.#state), checkpoints: checkpoints.map(({ id }) => id) });
  }

  async #loadPictures(): Promise<void> {
    this.#pictures.abort();
    const { signal } = (this.#pictures = new AbortController());
    const { layer, method, scale, comparison } = this.#state;
    if (layer === null || method === null || comparison.state !== 'ready') return;
    const order = orderOf(this.#state, comparison.value);
    try {
      if (this.#state.pictures.state !== 'ready') this.store.update({ pictures: { state: 'loading' } });
      const value = await this.extension.call('pictures', { layer, method, scale, order }, { signal });
      if (!signal.aborted) this.store.update({ pictures: { state: 'ready', value } });
    } catch (error) {
      if (!signal.aborted) this.store.update({ pictures: { state: 'failed', message: messageOf(error) } });
    }
  }
}
