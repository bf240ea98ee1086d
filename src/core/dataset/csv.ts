import { join } from 'node:path';
import type { Assumption } from '../base/assumption';
import { InputError } from '../base/error';
import { quote } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import { withFile } from '../file/local';
import { classAssumption, numberClasses } from './class-names';
import {
  type Dataset,
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  type Proposal,
  type DataReading,
  splitOfPath,
} from './dataset';
import { assemble } from './inputs';
import { inputInCell, type Roles, rolesOf } from './table-columns';
import { headerOf } from './table-header';
import { type Dialect, numberInCell, readTableHead, type TableRow, tableRows } from './table-text';

/** Tables, a sample in each row: the label in one column, the inputs in the others. */
export const csvReader: DatasetReader = {
  propose(folder, { files }, options) {
    const names = files.filter((name) => /\.(csv|tsv)(\.gz)?$/i.test(name));
    return names.map((name) => tableProposal(join(folder, name), options));
  },
};

/** What else a table may be called where the user names it. */
export const TABLE_FILE = /\.(csv|tsv|txt|data|dat)(\.gz)?$/i;

export function tableProposal(path: string, options: DatasetOptions): Proposal {
  const identity = splitOfPath(path, options.split);
  return {
    kind: 'CSV',
    paths: [path],
    set: identity.set,
    certain: false, // logs of training are tables too
    open: async () => [await openTable(path, identity, options)],
  };
}

/** A table, and one way to read it. */
interface TableLayout {
  readonly dialect: Dialect;
  readonly header: readonly string[] | null;
  /** Rows before the first sample. */
  readonly skip: number;
  /** Cells of a row. */
  readonly columns: number;
  readonly roles: Roles;
  /** The columns of the inputs. */
  readonly inputs: readonly number[];
}

async function openTable(path: string, identity: Identity, options: DatasetOptions): Promise<DatasetSource> {
  const layouts = await withFile(path, (file) => readLayouts(file, options), options.open);
  const sources = layouts.flatMap((layout) => {
    const { pixels } = layout.roles;
    const scales =
      options.scale !== undefined || pixels === 'no'
        ? [options.scale ?? 'as_is']
        : pixels === 'yes'
          ? (['divide_255', 'as_is'] as const)
          : (['as_is', 'divide_255'] as const);
    return scales.map((scale) => tableSource(path, identity, layout, { ...options, scale }, options));
  });
  const [first, ...others] = sources;
  if (first === undefined) throw new Error('a table can be read in one way at least');
  return others.length === 0 ? first : { ...first, readings: others };
}

/**
 * Reads the beginning of the file.
 * @returns the ways to read it, the likeliest first; at least one
 * @throws InputError where it is no such table
 */
async function readLayouts(file: RandomAccessFile, options: DatasetOptions): Promise<TableLayout[]> {
  const head = await readTableHead(file);
  const { dialect } = head;
  const cut = (cells: readonly string[]): readonly string[] =>
    dialect.trailing && cells.at(-1) === '' ? cells.slice(0, -1) : cells;
  const rows = head.rows.map(({ cells }) => cut(cells));
  const { header, skip } = headerOf(rows, head.comment, dialect);
  const samples = rows.slice(skip);
  const columns = samples[0]?.length;
  if (columns === undefined) throw new InputError(file.path, 'holds no samples');
  if (columns < 2) throw new InputError(file.path, 'has one column; inputs and a label are needed');
  if (header !== null && header.length !== columns)
    throw new InputError(
      file.path,
      `has ${header.length} names in its header, and ${columns} columns`,
      'Name all columns or none',
    );
  const isWhole = (cells: readonly string[]): boolean => cells.length === columns; // loading says which row is not
  const sample = {
    header,
    rows: samples.filter(isWhole),
    further: head.further.map(cut).filter(isWhole),
    decimalComma: dialect.decimalComma,
  };
  return rolesOf(file.path, sample, options).map((roles) => {
    const isInput = (index: number): boolean => index !== roles.label && !roles.ignored.includes(index);
    const inputs = Array.from({ length: columns }, (_, index) => index).filter(isInput);
    const layout = { dialect, header, skip, columns, roles, inputs };
    parseRow(file.path, layout, head.rows[skip]!); // there is a sample
    return layout;
  });
}

/**
 * @param options with the scale that was decided on
 * @param given as the user gave them
 */
function tableSource(
  path: string,
  identity: Identity,
  layout: TableLayout,
  options: DatasetOptions,
  given: DatasetOptions,
): DatasetSource {
  const { roles } = layout;
  const reading: DataReading = { label: roles.label, ignore: roles.ignored, scale: options.scale };
  const assumptions = assumptionsOf(layout, reading, given);
  return {
    kind: 'CSV',
    paths: [path],
    ...identity,
    samples: null,
    sampleShape: [layout.inputs.length],
    layout: options.layout ?? null,
    reading,
    assumptions,
    ...(roles.words && { classNames: () => readClassNames(path, layout, options) }),
    load: async (limit = Infinity) => {
      const dataset = await loadTable(path, identity, layout, limit, options);
      return { ...dataset, assumptions: [...assumptions, ...(dataset.assumptions ?? [])] };
    },
  };
}

async function loadTable(
  path: string,
  { split }: Identity,
  layout: TableLayout,
  limit: number,
  options: DatasetOptions,
): Promise<Dataset> {
  const { roles, inputs: columns } = layout;
  const isBytes = roles.pixels !== 'no' && options.scale === 'divide_255';
  const rows: (Float32Array | Uint8Array)[] = [];
  const labels: number[] = [];
  const words: string[] = [];
  const lines: number[] = [];
  await eachRow(path, layout, limit, options, (row) => {
    const { inputs, label } = parseRow(path, layout, row);
    rows.push(isBytes ? pixels(path, layout, row, inputs) : inputs);
    if (roles.words) words.push(label);
    else labels.push(numberInCell(label, layout.dialect.decimalComma));
    lines.push(row.line);
  });
  const size = columns.length;
  const inputs = isBytes ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    inputs.set(row, i * size);
  });
  const place = (sample: number): string => `row ${lines[sample]!}`;
  const assembled = (numbers: ArrayLike<number>): Dataset =>
    assemble({ path, split, sampleShape: [size], inputs, labelsPath: path, labels: numbers, place }, options);
  if (!roles.words) return assembled(labels);
  // Which words there are is known once all rows were read.
  const names = rows.length < limit ? undefined : await readClassNames(path, layout, options);
  const { numbers, classNames } = numberClasses(path, words, options.classes ?? names);
  const dataset = assembled(numbers);
  if (options.classes !== undefined) return { ...dataset, classNames };
  return { ...dataset, classNames, assumptions: [classAssumption(classNames)] };
}

/** The words in the label's column, in the order of their numbers. */
async function readClassNames(
  path: string,
  layout: TableLayout,
  options: DatasetOptions,
): Promise<readonly string[]> {
  const words = new Set<string>();
  await eachRow(path, layout, Infinity, options, (row) => {
    words.add(checkedCells(path, layout, row)[layout.roles.label]!.trim()); // checked: as many cells as columns
  });
  return numberClasses(path, [...words], options.classes).classNames;
}

async function eachRow(
  path: string,
  layout: TableLayout,
  limit: number,
  options: DatasetOptions,
  use: (row: TableRow) => void,
): Promise<void> {
  await withFile(
    path,
    async (file) => {
      let count = 0;
      for await (const row of tableRows(file, layout.dialect, layout.skip)) {
        use(row);
        if (++count >= limit) break;
      }
    },
    options.open,
  );
}

/** The cells of a row. @throws InputError unless there are as many as columns */
function checkedCells(
  path: string,
  { columns, dialect }: TableLayout,
  { cells, line }: TableRow,
): readonly string[] {
  const found = cells.length - (dialect.trailing && cells.at(-1)?.trim() === '' ? 1 : 0);
  if (found === columns) return cells;
  throw new InputError(
    path,
    `row ${line} has ${found} columns, and the first ${columns}`,
    'Give every row the same columns',
  );
}

/** Inputs and label of one row. @throws InputError for another number of cells, and one that is not a number */
function parseRow(
  path: string,
  layout: TableLayout,
  row: TableRow,
): { readonly inputs: Float32Array; readonly label: string } {
  const cells = checkedCells(path, layout, row);
  const { decimalComma } = layout.dialect;
  const inputs = new Float32Array(layout.inputs.length);
  layout.inputs.forEach((column, i) => {
    const value = inputInCell(cells[column]!, decimalComma);
    if (!Number.isFinite(value)) throw notANumber(path, layout, row, column);
    inputs[i] = value;
  });
  const label = cells[layout.roles.label]!.trim(); // checked: as many cells as columns
  if (layout.roles.words && label === '')
    throw new InputError(path, `row ${row.line} has no label`, 'Fill in or leave out what is missing');
  if (!layout.roles.words && !Number.isFinite(numberInCell(label, decimalComma)))
    throw notANumber(path, layout, row, layout.roles.label);
  return { inputs, label };
}

/** @throws InputError unless all are whole numbers from 0 to 255, as those at the beginning of the file are */
function pixels(path: string, layout: TableLayout, row: TableRow, inputs: Float32Array): Uint8Array {
  const bad = inputs.findIndex((value) => !(value >= 0 && value <= 255 && Number.isInteger(value)));
  if (bad < 0) return Uint8Array.from(inputs);
  throw new InputError(
    path,
    `row ${row.line}, column ${layout.inputs[bad]! + 1}: ${row.cells[layout.inputs[bad]!]!.trim()} is no pixel, and the inputs before it are whole numbers from 0 to 255`,
    'Set "scale" of "data" in modscope.json to "as_is" where they are no pixels',
  );
}

const MISSING = /^(|na|n\/a|nan|null|none|\?)$/i;

function notANumber(
  path: string,
  { header }: TableLayout,
  { cells, line }: TableRow,
  column: number,
): InputError {
  const name = header === null ? '' : ` (${header[column]!})`;
  const cell = cells[column]!.trim();
  return new InputError(
    path,
    `row ${line}, column ${column + 1}${name}: ${quote(cell)} is not a number`,
    MISSING.test(cell)
      ? 'Fill in or leave out what is missing'
      : 'Write it as a number, or leave the column out by "ignore" of "data" in modscope.json',
  );
}

/** What of a reading the table does not say, nor the user. */
function assumptionsOf(
  { header, dialect, roles, inputs }: TableLayout,
  reading: DataReading,
  given: DatasetOptions,
): Assumption[] {
  const found: Assumption[] = [];
  const named = (index: number): string =>
    header === null || header[index] === ''
      ? `column ${index + 1}`
      : `column ${index + 1} (${quote(header[index]!)})`;
  if (roles.why.label !== null)
    found.push({
      name: 'label',
      says: `The label was taken from ${named(roles.label)}, ${roles.why.label}.`,
      otherwise: 'With the label in another column, inputs, loss, accuracy and all measures would be others.',
      fix: `Set "label" of "data" in modscope.json to ${header === null ? 'the number of its column: 0 is the first, -1 the last' : 'the name of its column'}.`,
    });
  if (roles.why.ignored !== null)
    found.push({
      name: 'columns',
      says: `Of the columns was set aside: ${roles.why.ignored}.`,
      otherwise: `With another choice the samples would not have ${inputs.length} inputs.`,
      fix: 'Set "ignore" of "data" in modscope.json to the columns that are no inputs, by name or number; [] for none.',
    });
  if (given.scale === undefined && roles.pixels !== 'no') {
    const divided = reading.scale === 'divide_255';
    found.push({
      name: 'scale',
      says: `The inputs are whole numbers from 0 to 255 and were ${divided ? 'divided by 255, as pixels' : 'taken as they are'}.`,
      otherwise: `${divided ? 'Taken as they are' : 'Divided by 255, as pixels'}, they would give another loss, accuracy and other measures.`,
      fix: `Set "scale" of "data" in modscope.json to ${divided ? '"as_is"' : '"divide_255"'}.`,
    });
  }
  if (dialect.decimalComma)
    found.push({
      name: 'numbers',
      says: 'A comma in a number was taken for its decimal point.',
      otherwise: 'As a mark of thousands it would make the numbers larger.',
      fix: 'Write the numbers with decimal points.',
    });
  return found;
}
