import { type Dialect, numberInCell } from './table-text';

/** The usual names of a label's column. */
export const LABEL_NAMES = [
  /^labels?$/i,
  /^class(es)?$/i,
  /^targets?$/i,
  /^y$/i,
  /^(species|category|categories)$/i,
];

/** A table's names of its columns, and the rows before its first sample. */
interface Header {
  readonly header: readonly string[] | null;
  readonly skip: 0 | 1;
}

/**
 * Tells whether a table has a header: its first row has a word where the others have numbers, or it numbers the columns.
 * @param rows those at the beginning of a table
 * @param comment the one before the first row: numpy.savetxt writes the header so
 */
export function headerOf(
  rows: readonly (readonly string[])[],
  comment: string | null,
  dialect: Dialect,
): Header {
  const [first, second] = rows;
  if (first === undefined) return { header: null, skip: 0 };
  if (isHeader(first, rows.slice(1), dialect.decimalComma)) {
    // R leaves out the name over the row numbers.
    const isShort = second?.length === first.length + 1;
    return { header: isShort ? ['', ...first] : first, skip: 1 };
  }
  const names = comment
    ?.split(dialect.delimiter === ' ' ? /\s+/ : dialect.delimiter)
    .map((name) => name.trim());
  const isNamed = first.length > 1 && names?.length === first.length;
  return { header: isNamed ? names : null, skip: 0 };
}

function isHeader(
  first: readonly string[],
  others: readonly (readonly string[])[],
  decimalComma: boolean,
): boolean {
  const isNumber = (cell: string | undefined): boolean =>
    cell !== undefined && !Number.isNaN(numberInCell(cell, decimalComma));
  const words = first.flatMap((cell, column) => (isNumber(cell) ? [] : [column]));
  const [second] = others;
  if (second === undefined) return words.length > 1;
  if (isColumnNumbers(first) && !others.some(isColumnNumbers)) return true;
  // Where the first row is shorter, its names stand over the columns from the second on.
  const shift = second.length === first.length + 1 ? 1 : 0;
  return words.some((column) => {
    if (others.some((row) => isNumber(row[column + shift]))) return true;
    const isName = LABEL_NAMES.some((usual) => usual.test(first[column]!)); // a column of the first row
    return isName && !others.some((row) => row[column + shift] === first[column]);
  });
}

/** pandas numbers columns without names: 0, 1, 2, …, after a blank over the numbers of the rows. */
function isColumnNumbers(cells: readonly string[]): boolean {
  const numbers = cells[0] === '' ? cells.slice(1) : cells;
  return numbers.length > 2 && numbers.every((cell, index) => cell === String(index));
}
