import { InputError } from '../base/error';
import { listed, quote } from '../base/text';
import type { DatasetOptions } from './dataset';
import { LABEL_NAMES } from './table-header';
import { numberInCell } from './table-text';

// What the columns of a table are: which has the label, which only number the rows, whether the inputs are pixels.

/** The beginning of a table as cells. */
export interface TableSample {
  /** The names of the columns; null where the table does not say them. */
  readonly header: readonly string[] | null;
  /** Rows of cells, without the header; at least one. All are as long as the first. */
  readonly rows: readonly (readonly string[])[];
  /** Some further down. */
  readonly further: readonly (readonly string[])[];
  readonly decimalComma: boolean;
}

/** What the rows at the beginning of a table show of a column. */
interface Column {
  /** null where there is no header. */
  readonly name: string | null;
  /** Whether all cells are numbers, or True and False. */
  readonly numeric: boolean;
  /** Whether none is; some may be blank. */
  readonly words: boolean;
  readonly whole: boolean;
  readonly least: number;
  readonly largest: number;
  /** Different cells. */
  readonly distinct: number;
  /** The share of rows that have the most frequent cell. */
  readonly commonest: number;
  /** Whether it counts the rows, from 0 or 1 on. */
  readonly counts: boolean;
}

/** Which column is what. */
export interface Roles {
  readonly label: number;
  /** Whether the label is a word, or True or False, rather than a number. */
  readonly words: boolean;
  /** Neither input nor label. */
  readonly ignored: readonly number[];
  /** Whether the inputs look like pixels: whole numbers from 0 to 255, of which some are large. */
  readonly pixels: 'yes' | 'perhaps' | 'no';
  /** Why, for those that the table itself does not say; null where it or the user does. */
  readonly why: { readonly label: string | null; readonly ignored: string | null };
}

const BOOLEAN = /^(true|false)$/i;

/** The value of a cell among the inputs: True and False are 1 and 0. NaN where it is no number. */
export function inputInCell(cell: string, decimalComma: boolean): number {
  const value = numberInCell(cell, decimalComma);
  if (!Number.isNaN(value) || !BOOLEAN.test(cell.trim())) return value;
  return cell.trim().toLowerCase() === 'true' ? 1 : 0;
}

/**
 * The ways in which a table can be read, the likeliest first; one where all is known.
 * @throws InputError where a column that the user names is not there, or none is left for the inputs
 */
export function rolesOf(path: string, sample: TableSample, options: DatasetOptions): Roles[] {
  const columns = sample.rows[0]!.map((_, index) => columnOf(sample, index)); // a sample has a row
  const find = (key: string | number): number => columnIndex(path, sample.header, columns.length, key);
  const labelGiven = options.label === undefined ? null : find(options.label);
  const ignoredGiven = options.ignore === undefined ? null : options.ignore.map(find);
  const ways =
    ignoredGiven === null ? ignoredWays(columns, labelGiven) : [{ ignored: ignoredGiven, why: null }];
  const roles = ways.flatMap(({ ignored, why }) => {
    const left = [...columns.keys()].filter((index) => !ignored.includes(index));
    const labels =
      labelGiven === null
        ? labelWays(columns, left, sample.rows.length + sample.further.length)
        : [{ label: labelGiven, why: null }];
    return labels.map(({ label, why: whyLabel }): Roles => {
      const inputs = columns.filter((_, index) => index !== label && !ignored.includes(index));
      const column = columns[label]!; // an index inside the columns
      const words = column.words || BOOLEAN.test(sample.rows[0]![label]!);
      return { label, words, ignored, pixels: pixelsIn(inputs), why: { label: whyLabel, ignored: why } };
    });
  });
  const usable = roles.filter(({ label, ignored }) => !ignored.includes(label));
  if (usable.length === 0 || columns.length - usable[0]!.ignored.length < 2)
    throw new InputError(path, 'has one column; inputs and a label are needed');
  return usable;
}

function columnOf({ header, rows, further, decimalComma }: TableSample, index: number): Column {
  const cells = [...rows, ...further].map((row) => row[index]!); // rows are of one length
  const values = cells.map((cell) => inputInCell(cell, decimalComma));
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const first = values[0]!;
  return {
    name: header?.[index] ?? null,
    numeric: values.every((value) => Number.isFinite(value)),
    words: values.every((value) => Number.isNaN(value)) && cells.some((cell) => cell !== ''),
    whole: values.every((value) => Number.isInteger(value)),
    least: values.reduce((least, value) => Math.min(least, value), Infinity),
    largest: values.reduce((largest, value) => Math.max(largest, value), -Infinity),
    distinct: counts.size,
    commonest: Math.max(...counts.values()) / cells.length,
    counts:
      rows.length > 2 && (first === 0 || first === 1) && rows.every((_, row) => values[row] === first + row),
  };
}

/** The index of a column by name or number. @throws InputError where there is none */
function columnIndex(
  path: string,
  header: readonly string[] | null,
  columns: number,
  key: string | number,
): number {
  if (typeof key === 'string') {
    const index = header?.indexOf(key) ?? -1;
    if (index >= 0) return index;
    const remedy =
      header === null
        ? `It has no header: say the number of the column, 0 to ${columns - 1}, or -1 for the last`
        : `It has ${listed(header)}`;
    throw new InputError(path, `has no column ${quote(key)}`, remedy);
  }
  const index = key < 0 ? columns + key : key;
  if (index >= 0 && index < columns) return index;
  throw new InputError(
    path,
    `has no column ${key}`,
    `Its ${columns} columns have the numbers 0 to ${columns - 1}, or -1 to -${columns} from the end`,
  );
}

/** The cell over the row numbers that pandas and R write. */
const UNNAMED = /^(unnamed: ?\d+)?$/i;
const ROW_NAME = /^(id|index|idx|row|row_?id|row_?names?|(image|img|sample)_?id)$/i;

/** Which columns number the rows. */
function ignoredWays(
  columns: readonly Column[],
  label: number | null,
): { ignored: number[]; why: string | null }[] {
  const numbering = columns.flatMap(({ name, whole, words, distinct, counts }, index) => {
    if (index === label || name === null) return [];
    const isUnnamed = index === 0 && UNNAMED.test(name);
    if (!isUnnamed && !ROW_NAME.test(name)) return [];
    const isEach = distinct > 2 && (whole || words);
    return counts || isEach ? [index] : [];
  });
  if (numbering.length > 0) {
    const names = numbering.map((index) => quote(columns[index]!.name ?? '')); // only columns with names are in it
    return [
      { ignored: numbering, why: `${listed(names)}, which only numbers the rows` },
      { ignored: [], why: 'none, though some look as if they only number the rows' },
    ];
  }
  const mayCount = columns[0]!.name === null && columns[0]!.counts && label !== 0;
  if (!mayCount) return [{ ignored: [], why: null }];
  return [
    { ignored: [], why: 'none, though the first counts the rows' },
    { ignored: [0], why: 'the first, which counts the rows' },
  ];
}

/** Whole numbers beyond are not classes. */
const MAX_CLASS = 10_000;

/**
 * How far a column looks like classes: 4 for words; 3 for 0, 1, …, k or 1, …, k; 2 for other whole numbers, 1 where most are the
 * same, as at the border of images; 0 for other numbers; −1 where all are the same.
 */
function classRank(
  { words, whole, least, largest, distinct, commonest, counts }: Column,
  rows: number,
): number {
  if (words) return 4;
  if (distinct < 2) return -1;
  if (!whole || least < 0 || largest > MAX_CLASS || counts) return 0;
  const contiguous = largest - least + 1 === distinct && least <= 1 && distinct <= Math.max(2, rows / 2);
  if (contiguous) return 3;
  return commonest < 0.5 || rows < 8 ? 2 : 1;
}

/** The columns that may be the label, the likeliest first. */
function labelWays(
  columns: readonly Column[],
  left: readonly number[],
  rows: number,
): { label: number; why: string | null }[] {
  for (const usual of LABEL_NAMES) {
    const label = left.findLast((index) => usual.test(columns[index]!.name ?? ''));
    if (label !== undefined) return [{ label, why: null }];
  }
  const words = left.filter((index) => columns[index]!.words);
  if (words.length === 1) return [{ label: words[0]!, why: 'the only one that holds words' }];
  const first = left[0] ?? 0;
  const last = left.at(-1) ?? 0;
  if (first === last) return [{ label: last, why: null }];
  const ends = { first: columns[first]!, last: columns[last]! }; // indexes of columns
  const ranks = { first: classRank(ends.first, rows), last: classRank(ends.last, rows) };
  // Where both may be classes, the last is more usual, unless its numbers are much larger, as those of pixels are.
  const isFirst =
    // What a regression is to give is in the last column as a rule: numbers there give way to plain classes alone.
    ranks.first > (ranks.last === 0 ? 2 : Math.max(0, ranks.last)) ||
    (ranks.first === ranks.last &&
      [1, 2].includes(ranks.first) &&
      ends.first.largest * 2 <= ends.last.largest);
  const found = `the first holds ${contentOf(ends.first)}, the last ${contentOf(ends.last)}`;
  const ways = [
    { label: first, why: `the first (${found})`, rank: ranks.first },
    { label: last, why: `the last (${found})`, rank: ranks.last },
  ];
  return (isFirst ? ways : ways.reverse()).filter(
    ({ rank }, place) => place === 0 || rank > 0 || (ranks.first < 0 && ranks.last < 0),
  );
}

function contentOf({ numeric, words, whole, least, largest, distinct }: Column): string {
  if (words) return 'words';
  if (!numeric) return 'numbers and others';
  if (distinct === 1) return `only ${least}`;
  return `${whole ? 'whole numbers' : 'numbers'} from ${least} to ${largest}`;
}

/** Columns called pixel0, or 1x1 to 28x28. */
const PIXEL_NAME = /^(pix|pixel|px|p)[-_ .]?\d+$|^\d+x\d+$/i;
/** An image has at least so many pixels, and the brightest is above half of what a byte holds. */
const LEAST_PIXELS = 16;
const BRIGHT = 128;

function pixelsIn(inputs: readonly Column[]): Roles['pixels'] {
  const bytes = inputs.every(({ whole, least, largest }) => whole && least >= 0 && largest <= 255);
  const largest = inputs.reduce((most, column) => Math.max(most, column.largest), 0);
  if (!bytes || largest <= 1) return 'no';
  const isNamed = inputs.every(({ name }) => name !== null && PIXEL_NAME.test(name));
  return isNamed || (inputs.length >= LEAST_PIXELS && largest >= BRIGHT) ? 'yes' : 'perhaps';
}
