import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { InputError } from '../../base/error';
import { readText } from './parse';

/**
 * The rows of a CSV file, the header first, cells trimmed. Blank lines are no rows.
 * @throws InputError where it is no CSV, is longer than `longest` bytes, or a row has another number of cells
 */
export async function readRows(path: string, longest: number): Promise<readonly (readonly string[])[]> {
  const text = await readText(path, longest);
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
    const columns = rows[0]?.length ?? 0;
    const odd = rows.findIndex((row) => row.length !== columns);
    if (odd >= 0)
      throw new InputError(path, `row ${odd + 1} has ${rows[odd]!.length} cells, and the header ${columns}`);
    return rows;
  } catch (error) {
    throw error instanceof CsvError ? new InputError(path, `is not a CSV table: ${error.message}`) : error;
  }
}

/** Spreadsheets of many countries write semicolons; a cell may hold a comma then. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  return [';', '\t'].find((mark) => header.includes(mark) && !header.includes(',')) ?? ',';
}
