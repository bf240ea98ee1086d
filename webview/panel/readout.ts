import { html, type TemplateResult } from 'lit';
import { createRef } from 'lit/directives/ref.js';
import type { MatrixPart } from '../../src/core/render/association-card';
import { rounded, type Rows, type Write } from '../format';
import { announce } from '../page-base';
import type { Controller } from './controller';
import { valueOfByte } from './matrix/matrix-picture';
import type { Position } from './matrix/navigation';
import type { ShownMatrix } from './panel-state';
import { words } from './panel-words';
import { plainTable } from './view/controls';

/** The page asks for an exact value once the pointer has rested for so many milliseconds. */
const POINTER_REST = 80;
/** Rows and columns that the table shows at a time. */
const PAGE = 16;

/** Says what is under the cursor of the shown matrix: roughly at once, exactly a moment later. */
export class Readout {
  #shown: ShownMatrix | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** Ends when the values of the table's page have arrived; null: nobody asked for them. */
  #loading: Promise<void> | null = null;
  /** The first row and column of the table, and its values, row by row; null: they are on their way. */
  page: { readonly from: Position; readonly values: Float64Array | null } = {
    from: { row: 0, column: 0 },
    values: null,
  };
  readonly output = createRef<HTMLElement>();

  /** @param onPage told when the table shows other values */
  constructor(
    readonly controller: Controller,
    readonly onPage: () => void,
  ) {}

  /** Reads another matrix, from its beginning. */
  show(shown: ShownMatrix): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#open({ row: 0, column: 0 });
  }

  readonly describe = ({ row, column }: Position): string => {
    if (this.#shown === null) return '';
    const { picture } = this.#shown;
    const byte = picture.levels[0]?.bytes[row * picture.units + column] ?? 0;
    const value = row === column ? words.association.diagonal : `≈ ${rounded(valueOfByte(picture, byte), 2)}`;
    return words.association.value(pair(this.#shown, row, column), value);
  };

  readonly at = (position: Position | null, by: 'pointer' | 'keyboard'): void => {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    if (position === null) {
      this.#say(words.association.hint);
      return;
    }
    this.#say(this.describe(position));
    this.#timer = setTimeout(() => {
      this.controller.attempt(this.#exact(position, turn, by));
    }, POINTER_REST);
  };

  /** The table's page. */
  rows(write: Write = rounded): Rows {
    if (this.#shown === null) return [];
    const { from, values } = this.page;
    return valueRows(this.#shown, { ...from, span: PAGE }, values, write);
  }

  /** Turns to another page of the table, so many pages down and to the right. */
  turn(rows: number, columns: number): void {
    const last = Math.max(0, this.units - PAGE);
    const clamp = (start: number): number => Math.min(last, Math.max(0, start));
    const { row, column } = this.page.from;
    this.#open({ row: clamp(row + rows * PAGE), column: clamp(column + columns * PAGE) });
    this.onPage();
  }

  /** Asks for the values of the table's page, once. */
  fetch(): void {
    if (this.#loading === null) this.controller.attempt(this.loaded());
  }

  /** Ends when the values of the table's page have arrived. */
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
    const values = await exactValues(this.controller, this.#shown, { ...page.from, span: PAGE });
    if (page !== this.page) return;
    this.page = { ...page, values };
    this.onPage();
  }

  async #exact({ row, column }: Position, turn: number, by: 'pointer' | 'keyboard'): Promise<void> {
    if (this.#shown === null) return;
    const shown = this.#shown;
    const [value] = await exactValues(this.controller, shown, { row, column, span: 1 });
    if (turn !== this.#turn || value === undefined) return;
    const sentence = words.association.value(pair(shown, row, column), rounded(value, 6));
    this.#say(sentence);
    if (by === 'keyboard') announce(sentence);
  }

  #say(sentence: string): void {
    if (this.output.value !== undefined) this.output.value.textContent = sentence;
  }
}

function pair({ picture: { order, clusters }, names }: ShownMatrix, row: number, column: number): string {
  const name = (position: number): string => names[order[position]!] ?? '';
  return words.association.pair(name(row), clusters[row]!, name(column), clusters[column]!);
}

/** At most `span` positions from `start`. */
const range = (start: number, span: number, units: number): number[] =>
  Array.from({ length: Math.min(span, units - start) }, (_, i) => start + i);

/** Asks for the exact associations of a part of the matrix, row by row. */
export function exactValues(
  controller: Controller,
  shown: ShownMatrix,
  { row, column, span }: MatrixPart,
): Promise<Float64Array> {
  const { order, units } = shown.picture;
  const unitsFrom = (start: number): number[] =>
    range(start, span, units).map((position) => order[position]!);
  return controller.values(shown, unitsFrom(row), unitsFrom(column));
}

/**
 * A part of the matrix as a table, with the names of its units.
 * @param values row by row; null: they are on their way
 */
export function valueRows(
  { picture: { order, clusters, units }, names }: ShownMatrix,
  { row, column, span }: MatrixPart,
  values: Float64Array | null,
  write: Write,
): Rows {
  const columns = range(column, span, units);
  const name = (position: number): string =>
    `${names[order[position]!] ?? ''} (${words.clusterName(clusters[position]!)})`;
  return [
    ['', ...columns.map(name)],
    ...range(row, span, units).map((position, i) => [
      name(position),
      ...columns.map((_, j) => write(values?.[i * columns.length + j] ?? null)),
    ]),
  ];
}

/** Exact values, a page of them at a time. */
export function valuesTable(readout: Readout): TemplateResult {
  readout.fetch();
  const { row, column } = readout.page.from;
  const last = (start: number): number => Math.min(readout.units, start + PAGE);
  const turn = (label: string, sign: string, rows: number, columns: number): TemplateResult =>
    html`<button
      class="tool"
      title=${label}
      aria-label=${label}
      @click=${() => {
        readout.turn(rows, columns);
      }}
    >
      ${sign}
    </button>`;
  return html`<div class="tools turn">
      ${turn(words.association.up, '↑', -1, 0)} ${turn(words.association.down, '↓', 1, 0)}
      ${turn(words.association.left, '←', 0, -1)} ${turn(words.association.right, '→', 0, 1)}
    </div>
    ${plainTable(words.association.values(row + 1, last(row), column + 1, last(column)), readout.rows())}`;
}
