import { pipeline, Readable } from 'node:stream';
import { CsvError, parse, type Options } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { InputError } from '../base/error';
import { fileChunks } from '../file/chunks';
import type { RandomAccessFile } from '../file/file';

/** Characters in a row: more than any sample has. */
const MAX_ROW = 2 ** 22;
const FORMAT: Options = {
  bom: true,
  delimiter: [',', ';', '\t'],
  trim: true,
  skip_empty_lines: true,
  relax_column_count: true, // counted where rows are known by their numbers
  max_record_size: MAX_ROW,
};
/** Room for two rows of any sensible table. */
const HEAD = 1 << 20;

/** The first two rows, or as many as there are. */
export async function readFirstRows(file: RandomAccessFile): Promise<readonly string[][]> {
  const head = await file.read(0, Math.min(HEAD, file.size));
  try {
    return parseSync(head, { ...FORMAT, to: 2 });
  } catch (error) {
    throw asInputError(file.path, error);
  }
}

/**
 * The rows from number `first` on, one by one; as little is read as is asked for. Cells may have spaces around them.
 * Rows without quotes, which tables of numbers are made of, are split here: csv-parse takes three times as long.
 */
export async function* readRows(file: RandomAccessFile, first: number): AsyncGenerator<string[]> {
  let row = 0;
  for await (const lines of lineBatches(file)) {
    for (const line of lines) {
      // Past a quote that opens in one line and closes in another, lines are not rows.
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
    // A \r at the end may be the first half of \r\n; should it not be, a blank line follows, which is no row.
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
  const rows = pipeline(Readable.from(fileChunks(file)), parser, () => {
    // Errors arrive in the loop below; leaving it early destroys both streams, which is not one.
  });
  try {
    // Without `columns` a record is an array of its cells; the stream's declared type does not say so.
    for await (const row of rows as AsyncIterable<string[]>) yield row;
  } catch (error) {
    throw asInputError(file.path, error);
  }
}

function asInputError(path: string, error: unknown): unknown {
  return error instanceof CsvError ? new InputError(path, `is not a CSV table: ${error.message}`) : error;
}
