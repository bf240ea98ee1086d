import { createRef } from 'lit/directives/ref.js';
import type { MatrixPicture } from '../../src/protocol';
import { announce } from './announce';
import { exact, type Write } from './data/format';
import { valueOfByte } from './data/picture-scale';
import type { Position } from './matrix/keys';
import type { Panel } from './panel';
import { words } from './strings';
import type { Rows } from './view/plain-table';

/** Exact values are asked for when the pointer rests. */
const REST = 80;
/** Rows and columns of the table. */
export const PAGE = 16;

const text = words.association;

/** What is under the cursor of the selected matrix: roughly at once, exactly a moment later. */
export class Readout {
  #picture: MatrixPicture | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
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
  show(picture: MatrixPicture): void {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.page = { from: { row: 0, column: 0 }, values: null };
  }

  readonly describe = ({ row, column }: Position): string => {
    const picture = this.#picture;
    if (picture === null) return '';
    const byte = picture.levels[0]?.bytes[row * picture.units + column] ?? 0;
    const value = row === column ? text.diagonal : `≈ ${exact(valueOfByte(picture, byte), 2)}`;
    return text.value(this.#pair(picture, row, column), value);
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
      void this.#exact(position, turn, by);
    }, REST);
  };

  /** The table's page, with the names of its units. */
  rows(write: Write = exact): Rows {
    const picture = this.#picture;
    if (picture === null) return [];
    const { from, values } = this.page;
    const [rows, columns] = [range(from.row, picture.units), range(from.column, picture.units)];
    const name = (position: number): string =>
      `${picture.order[position]!} (${words.clusterName(picture.clusters[position]!)})`;
    return [
      ['', ...columns.map(name)],
      ...rows.map((row, i) => [
        name(row),
        ...columns.map((_, j) => write(values?.[i * columns.length + j] ?? null)),
      ]),
    ];
  }

  /** Another part of the table. */
  turn(rows: number, columns: number): void {
    const last = Math.max(0, (this.#picture?.units ?? 0) - PAGE);
    const clamp = (start: number): number => Math.min(last, Math.max(0, start));
    const { row, column } = this.page.from;
    this.page = {
      from: { row: clamp(row + rows * PAGE), column: clamp(column + columns * PAGE) },
      values: null,
    };
    void this.loadPage();
  }

  /** The table's page, once its values are there. */
  async loaded(): Promise<void> {
    if (this.page.values === null) await this.loadPage();
  }

  async loadPage(): Promise<void> {
    const picture = this.#picture;
    if (picture === null) return;
    const page = this.page;
    const units = (start: number): number[] =>
      range(start, picture.units).map((position) => picture.order[position]!);
    const values = await this.panel.values(units(page.from.row), units(page.from.column));
    if (page !== this.page) return;
    this.page = { ...page, values };
    this.onPage();
  }

  get units(): number {
    return this.#picture?.units ?? 0;
  }

  async #exact({ row, column }: Position, turn: number, by: 'pointer' | 'keyboard'): Promise<void> {
    const picture = this.#picture;
    if (picture === null) return;
    const [value] = await this.panel.values([picture.order[row]!], [picture.order[column]!]);
    if (turn !== this.#turn || value === undefined) return;
    const sentence = text.value(this.#pair(picture, row, column), exact(value, 6));
    this.#say(sentence);
    if (by === 'keyboard') announce(sentence);
  }

  #pair({ order, clusters }: MatrixPicture, row: number, column: number): string {
    return text.pair(order[row]!, clusters[row]!, order[column]!, clusters[column]!);
  }

  #say(sentence: string): void {
    if (this.output.value !== undefined) this.output.value.textContent = sentence;
  }
}

const range = (start: number, units: number): number[] =>
  Array.from({ length: Math.min(PAGE, units - start) }, (_, i) => start + i);
