import { join } from 'node:path';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { InputError } from '../base/error';
import { listed } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import { withFile } from '../file/local';
import { fileChunks, transformed } from '../file/stream';
import {
  type Dataset,
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  splitOfPath,
} from './dataset';
import { assemble } from './inputs';

/** Tables of numbers, a sample in each row: the label in one column, the inputs in all others. */
export const csvReader: DatasetReader = {
  propose(folder, { files }, options) {
    const paths = files.filter((name) => /\.(csv|tsv)$/i.test(name)).map((name) => join(folder, name));
    return paths.map((path) => {
      const identity = splitOfPath(path, options.split);
      return {
        kind: 'CSV',
        paths: [path],
        set: identity.set,
        certain: false, // logs of training are tables too
        open: async () => [await openTable(path, identity, options)],
      };
    });
  },
};

async function openTable(path: string, identity: Identity, options: DatasetOptions): Promise<DatasetSource> {
  const layout = await withFile(path, (file) => readLayout(file, options.label), options.open);
  return {
    kind: 'CSV',
    paths: [path],
    ...identity,
    samples: null,
    sampleShape: [layout.columns - 1],
    layout: options.layout ?? null,
    load: (limit = Infinity) => loadTable(path, identity, layout, limit, options),
  };
}

async function loadTable(
  path: string,
  { split }: Identity,
  layout: TableLayout,
  limit: number,
  options: DatasetOptions,
): Promise<Dataset> {
  const size = layout.columns - 1;
  const rows: Float32Array[] = [];
  const labels: number[] = [];
  await withFile(
    path,
    async (file) => {
      for await (const cells of readRows(file, layout.header === null ? 0 : 1)) {
        const row = parseRow(path, layout, cells, rows.length);
        rows.push(row.inputs);
        labels.push(row.label);
        if (rows.length >= limit) break;
      }
    },
    options.open,
  );
  const inputs = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    inputs.set(row, i * size);
  });
  const place = (sample: number): string => `row ${rowOf(layout, sample)}`;
  return assemble({ path, split, sampleShape: [size], inputs, labelsPath: path, labels, place }, options);
}

const LABEL_NAME = /^(label|class|target|y)$/i;

/** How a table of numbers is laid out. */
interface TableLayout {
  readonly header: readonly string[] | null;
  readonly columns: number;
  /** The label's column. */
  readonly label: number;
}

/**
 * Reads the first two rows.
 * @param label the name of the label's column
 * @throws InputError where they are not those of such a table
 */
async function readLayout(file: RandomAccessFile, label?: string): Promise<TableLayout> {
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
function parseRow(
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

/** The row of a sample, as a spreadsheet counts rows. */
function rowOf({ header }: TableLayout, sample: number): number {
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

/** Characters in a row; no sample has so many. */
const MAX_ROW = 2 ** 22;
const FORMAT: Options = {
  bom: true,
  delimiter: [',', ';', '\t'],
  trim: true,
  skip_empty_lines: true,
  relax_column_count: true, // parseRow checks it, and can say which row is wrong
  max_record_size: MAX_ROW,
};
/** Room for two rows of any sensible table. */
const HEAD = 1 << 20;

/** The first two rows, or as many as there are. */
async function readFirstRows(file: RandomAccessFile): Promise<readonly string[][]> {
  const head = await file.read(0, Math.min(HEAD, file.size));
  try {
    return parseSync(head, { ...FORMAT, to: 2 });
  } catch (error) {
    throw asInputError(file.path, error);
  }
}

/**
 * The rows from number `first` on, one by one. Only what is asked for is read. Cells may have spaces around them.
 * Rows without quotes are split here, because csv-parse takes three times as long, and tables of numbers have no others.
 */
async function* readRows(file: RandomAccessFile, first: number): AsyncGenerator<string[]> {
  let row = 0;
  for await (const lines of lineBatches(file)) {
    for (const line of lines) {
      // After a quote that opens in one line and closes in another, lines are no longer rows.
      const quotes = line.split('"').length - 1;
      if (quotes > 0 && (row >= first || quotes % 2 === 1)) {
        yield* parsedRows(file, Math.max(row, first));
        return;
      }
      if (row >= first) yield line.split(/[;\t]/.test(line) ? /[,;\t]/ : ',');
      row++;
    }
  }
}

/** The lines of a file that are not blank, some at a time. */
async function* lineBatches(file: RandomAccessFile): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of fileChunks(file)) {
    // A \r at the end may be the first half of \r\n. The blank line that then follows is dropped.
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    if (rest.length > MAX_ROW)
      throw new InputError(file.path, `is not a CSV table: a row is longer than ${MAX_ROW} characters`);
    yield lines.filter(isNotBlank);
  }
  yield [rest + decoder.decode()].filter(isNotBlank);
}

function isNotBlank(line: string): boolean {
  return line.trim() !== '';
}

async function* parsedRows(file: RandomAccessFile, first: number): AsyncGenerator<string[]> {
  const parser = parse({ ...FORMAT, from: first + 1 });
  try {
    // Without the option `columns` a record is an array of its cells.
    for await (const row of transformed(file, parser) as AsyncIterable<string[]>) yield row;
  } catch (error) {
    throw asInputError(file.path, error);
  }
}

function asInputError(path: string, error: unknown): unknown {
  return error instanceof CsvError ? new InputError(path, `is not a CSV table: ${error.message}`) : error;
}
