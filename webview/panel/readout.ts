import { createRef } from 'lit/directives/ref.js';
import { announce } from './announce';
import { exact, type Write } from './data/format';
import { valueRows, valuesOf } from './data/matrix-values';
import { valueOfByte } from './data/picture-scale';
import type { Position } from './matrix/keys';
import type { Panel } from './panel';
import type { ShownMatrix } from './state';
import { words } from './strings';
import type { Rows } from './view/plain-table';

/** Exact values are asked for when the pointer rests. */
const REST = 80;
/** Rows and columns of the table. */
export const PAGE = 16;

const text = words.association;

/** What is under the cursor of the shown matrix: roughly at once, exactly a moment later. */
export class Readout {
  #shown: ShownMatrix | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** The table's page on its way. */
  #loading: Promise<void> | null = null;
  /** The table's corner, and its values row by row, null while they are on their way. */
  page: { readonly from: Position; readonly values: Float64Array | null } = {
    from: { row: 0, column: 0 },
    values: null,
  };
  readonly output = createRef<HTMLElement>();

  /** @param onPage the table has other values */
  constructor(
    readonly panel: Panel,
    readonly onPage: () => void,
  ) {}

  /** The matrix of which is spoken. */
  show(shown: ShownMatrix): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#open({ row: 0, column: 0 });
  }

  readonly describe = ({ row, column }: Position): string => {
    if (this.#shown === null) return '';
    const { picture } = this.#shown;
    const byte = picture.levels[0]?.bytes[row * picture.units + column] ?? 0;
    const value = row === column ? text.diagonal : `≈ ${exact(valueOfByte(picture, byte), 2)}`;
    return text.value(pair(this.#shown, row, column), value);
  };

  readonly at = (position: Position | null, by: 'pointer' | 'keyboard'): void => {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    if (position === null) {
      this.#say(text.hint);
      return;
    }
    this.#say(this.describe(position));
    this.#timer = setTimeout(() => {
      this.panel.attempt(this.#exact(position, turn, by));
    }, REST);
  };

  /** The table's page, with the names of its units. */
  rows(write: Write = exact): Rows {
    if (this.#shown === null) return [];
    const { from, values } = this.page;
    return valueRows(this.#shown, { ...from, span: PAGE }, values, write);
  }

  /** Another part of the table. */
  turn(rows: number, columns: number): void {
    const last = Math.max(0, this.units - PAGE);
    const clamp = (start: number): number => Math.min(last, Math.max(0, start));
    const { row, column } = this.page.from;
    this.#open({ row: clamp(row + rows * PAGE), column: clamp(column + columns * PAGE) });
    this.onPage();
  }

  /** Asks for the table's page, once. */
  fetch(): void {
    if (this.#loading === null) this.panel.attempt(this.loaded());
  }

  /** Ends when the values of the table's page are there. */
  loaded(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  get units(): number {
    return this.#shown?.picture.units ?? 0;
  }

  #open(from: Position): void {
    this.page = { from, values: null };
    this.#loading = null;
  }

  async #load(): Promise<void> {
    if (this.#shown === null) return;
    const page = this.page;
    const values = await valuesOf(this.panel, this.#shown, { ...page.from, span: PAGE });
    if (page !== this.page) return;
    this.page = { ...page, values };
    this.onPage();
  }

  async #exact({ row, column }: Position, turn: number, by: 'pointer' | 'keyboard'): Promise<void> {
    if (this.#shown === null) return;
    const shown = this.#shown;
    const [value] = await valuesOf(this.panel, shown, { row, column, span: 1 });
    if (turn !== this.#turn || value === undefined) return;
    const sentence = text.value(pair(shown, row, column), exact(value, 6));
    this.#say(sentence);
    if (by === 'keyboard') announce(sentence);
  }

  #say(sentence: string): void {
    if (this.output.value !== undefined) this.output.value.textContent = sentence;
  }
}

function pair({ picture: { order, clusters }, names }: ShownMatrix, row: number, column: number): string {
  const name = (position: number): string => names[order[position]!] ?? '';
  return text.pair(name(row), clusters[row]!, name(column), clusters[column]!);
}
