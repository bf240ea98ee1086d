import { announce } from './announce';
import { full, tsv } from './data/format';
import { valueRows, valuesOf } from './data/matrix-values';
import { draw } from './drawing';
import { pngOf } from './image';
import { partOf } from './matrix/camera';
import type { Panel } from './panel';
import type { ViewName } from './state';
import { words } from './strings';
import type { Rows } from './view/plain-table';

/** Rows and columns that a clipboard and a spreadsheet take well: a million values. */
const COPIED_AT_MOST = 1024;

/** Copies and saves what the views show. */
export class Exports {
  constructor(readonly panel: Panel) {}

  copy(rows: Rows | Promise<Rows>): void {
    this.panel.attempt(this.#copy(rows));
  }

  /** The values of the matrix that are in view. */
  copyMatrix(): void {
    this.copy(this.#inView());
  }

  save(view: ViewName, kind: 'png' | 'svg'): void {
    this.panel.attempt(this.#save(view, kind));
  }

  async #copy(rows: Rows | Promise<Rows>): Promise<void> {
    await this.panel.host.call('copy', { text: tsv(await rows) });
    announce(words.copied);
  }

  async #inView(): Promise<Rows> {
    const { matrix, view } = this.panel.store.state;
    if (matrix.state !== 'ready') return [];
    const { picture } = matrix.value;
    const part = partOf(view.camera, picture.units) ?? { row: 0, column: 0, span: picture.units };
    if (part.span > COPIED_AT_MOST) throw new Error(words.association.tooMany(part.span, COPIED_AT_MOST));
    return valueRows(matrix.value, part, await valuesOf(this.panel, matrix.value, part), full);
  }

  async #save(view: ViewName, kind: 'png' | 'svg'): Promise<void> {
    const { state } = this.panel.store;
    const svg = draw(view, state);
    if (svg === null) throw new Error(words.nothingToSave);
    const { layer, method } = state.matrix.state === 'ready' ? state.matrix.value : state.selection;
    const parts = {
      modularity: [view, state.view.measure],
      association: [layer, method],
      agreement: [view, layer, state.selection.metric],
    }[view];
    const name = parts.filter((part) => part !== null).join('.');
    const data = kind === 'svg' ? svg : await pngOf(svg);
    await this.panel.host.call('save', { name: `${name}.${kind}`, kind, data });
  }
}
