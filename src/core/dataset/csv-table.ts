import { InputError } from '../base/error';
import { listed } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import { readFirstRows } from './csv-rows';

const LABEL_NAME = /^(label|class|target|y)$/i;

/** How a table of numbers is laid out. */
export interface TableLayout {
  readonly header: readonly string[] | null;
  readonly columns: number;
  /** The label's column. */
  readonly label: number;
}

/** Reads the first two rows. @param label the label's column by name @throws InputError where it is no such table */
export async function readLayout(file: RandomAccessFile, label?: string): Promise<TableLayout> {
  const [first, second] = await readFirstRows(file);
  const header = first?.some((cell) => Number.isNaN(numberIn(cell))) ? first : null;
  const row = header === null ? first : second;
  if (row === undefined) throw new InputError(file.path, 'holds no samples');
  if (row.length < 2) throw new InputError(file.path, 'has one column; inputs and a label are needed');
  const layout = { header, columns: row.length, label: labelColumn(file.path, header, row.length, label) };
  parseRow(file.path, layout, row, 0);
  return layout;
}

/** Inputs and label of one row. @throws InputError for another number of cells, and one that is not a number */
export function parseRow(
  path: string,
  layout: TableLayout,
  cells: readonly string[],
  sample: number,
): { readonly inputs: Float32Array; readonly label: number } {
  if (cells.length !== layout.columns)
    throw new InputError(
      path,
      `row ${rowOf(layout, sample)} has ${cells.length} columns, and the first ${layout.columns}`,
    );
  const inputs = new Float32Array(layout.columns - 1);
  let label = NaN;
  let next = 0;
  for (let column = 0; column < layout.columns; column++) {
    const value = numberIn(cells[column]!);
    if (!Number.isFinite(value)) throw notANumber(path, layout, cells, sample, column);
    if (column === layout.label) label = value;
    else inputs[next++] = value;
  }
  return { inputs, label };
}

function notANumber(
  path: string,
  layout: TableLayout,
  cells: readonly string[],
  sample: number,
  column: number,
): InputError {
  const name = layout.header === null ? '' : ` (${layout.header[column]!})`;
  return new InputError(
    path,
    `row ${rowOf(layout, sample)}, column ${column + 1}${name}: ${JSON.stringify(cells[column]!.trim())} is not a number`,
  );
}

/** The row of a sample as a spreadsheet counts. */
export function rowOf({ header }: TableLayout, sample: number): number {
  return sample + (header === null ? 1 : 2);
}

function labelColumn(
  path: string,
  header: readonly string[] | null,
  columns: number,
  name: string | undefined,
): number {
  if (name === undefined) {
    const usual = header?.findIndex((column) => LABEL_NAME.test(column)) ?? -1;
    return usual >= 0 ? usual : columns - 1;
  }
  const index = header?.indexOf(name) ?? -1;
  if (index < 0)
    throw new InputError(
      path,
      `has no column ${JSON.stringify(name)}`,
      header === null ? 'It has no header; its last column is the label' : `It has ${listed(header)}`,
    );
  return index;
}

/** NaN for anything but a number; a blank cell would count as 0. */
function numberIn(cell: string): number {
  const value = Number(cell);
  return value === 0 && cell.trim() === '' ? NaN : value;
}
