import { Readable, pipeline } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { InputError } from '../base/error';
import type { RandomAccessFile } from '../file/file';
import { isGzip, readStart, unpackedChunks } from '../file/stream';

// From the bytes of a table to its rows: gzip, encoding, comments, what separates the cells.

/** How the text of a table is written. */
export interface Dialect {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** What stands between two cells; a space is any number of spaces. */
  readonly delimiter: ',' | ';' | '\t' | '|' | ' ';
  /** Numbers are written 0,5. */
  readonly decimalComma: boolean;
  /** Every row ends in a delimiter, which begins no cell. */
  readonly trailing: boolean;
}

/** The cells of a row, and the line of the file that it ends in, from 1 on. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The beginning of a table. */
interface TableHead {
  readonly dialect: Dialect;
  /** Rows that are there whole; neither blank lines nor comments. */
  readonly rows: readonly TableRow[];
  /** The cells of some rows further down. */
  readonly further: readonly (readonly string[])[];
  /** The last comment before the first row, without its mark; null where there is none. */
  readonly comment: string | null;
}

/** Characters in a row; no sample has so many. */
const MAX_ROW = 2 ** 22;
/** Bytes that are looked at to tell how a table is laid out. */
const HEAD = 1 << 20;
/** Rows of it, and bytes that are looked at further down. */
const MAX_ROWS = 4000;
const PIECE = 1 << 14;
const PIECES = 16;
/** Bytes of a gzip file that are unpacked for them. */
const MAX_SEARCHED = 2 ** 28;
/** Characters of a whole table: more do not fit in memory as numbers. A small gzip file can hold any number of them. */
const MAX_TEXT = 2 ** 32;
const COMMENT = '#';
const OPTIONS: Options = {
  trim: true,
  skip_empty_lines: true,
  relax_column_count: true, // who reads the rows checks it, and can say which row is wrong
  max_record_size: MAX_ROW,
  comment: COMMENT,
  comment_no_infix: true,
  info: true,
};

/** Reads the beginning of a table. @throws InputError where it is none */
export async function readTableHead(file: RandomAccessFile): Promise<TableHead> {
  const start = await readStart(file, HEAD);
  const encoding = encodingOf(start);
  const decoded = new TextDecoder(encoding).decode(start);
  // The last row may be cut off, unless this is all there is.
  const text = start.length < HEAD ? decoded : decoded.slice(0, lastLineEnd(decoded));
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => !isComment(line));
  const comment = first > 0 ? (lines[first - 1] ?? '').trim().slice(COMMENT.length).trim() : null;
  const delimiter = delimiterOf(first < 0 ? [] : lines.slice(first).filter((line) => !isComment(line)));
  const rows = headRows(file.path, text, delimiter);
  const below = rows.slice(rows.length > 1 ? 1 : 0); // a header may end without a delimiter
  const trailing = below.length > 0 && below.every(({ cells }) => cells.length > 1 && cells.at(-1) === '');
  const decimalComma = usesDecimalComma(rows);
  const isPlain = start.length === HEAD && encoding === 'utf-8' && !text.includes('"');
  const further = isPlain ? await furtherRows(file, delimiter) : [];
  return { dialect: { encoding, delimiter, decimalComma, trailing }, rows, further, comment };
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Where the last line begins that may be cut off. */
function lastLineEnd(text: string): number {
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  return end < 0 ? text.length : end;
}

/** Rows from places all over a file. Tables are often sorted by class: the first rows would show one. */
async function furtherRows(file: RandomAccessFile, delimiter: Dialect['delimiter']): Promise<string[][]> {
  const pieces = (await isGzip(file)) ? await unpackedPieces(file) : await storedPieces(file);
  return pieces.flatMap((piece) =>
    linesOf(new TextDecoder().decode(piece))
      .slice(1, -1)
      .filter((line) => line.trim() !== '' && !isComment(line) && !line.includes('"'))
      .slice(0, MAX_ROWS)
      .map((line) => splitLine(line, delimiter).map((cell) => cell.trim())),
  );
}

function storedPieces(file: RandomAccessFile): Promise<Uint8Array[]> {
  const step = (file.size - PIECE) / PIECES;
  const places = Array.from({ length: PIECES }, (_, i) => Math.floor((i + 1) * step));
  return Promise.all(places.map((place) => file.read(place, PIECE)));
}

/** Nothing of a gzip file can be unpacked without what is before it. */
async function unpackedPieces(file: RandomAccessFile): Promise<Uint8Array[]> {
  let pieces: Uint8Array[] = [];
  let [every, chunks, bytes] = [1, 0, 0];
  for await (const chunk of unpackedChunks(file)) {
    bytes += chunk.length;
    if (bytes > MAX_SEARCHED) break;
    if (chunks++ % every === 0) pieces.push(Uint8Array.from(chunk.subarray(0, PIECE)));
    if (pieces.length > 2 * PIECES) {
      pieces = pieces.filter((_, i) => i % 2 === 0);
      every *= 2;
    }
  }
  return pieces;
}

/** The number in a cell; NaN for anything else, and for a blank cell. */
export function numberInCell(cell: string, decimalComma: boolean): number {
  const value = Number(decimalComma ? cell.replace(',', '.') : cell);
  return value !== 0 || cell.includes('0') ? value : NaN;
}

/** By its byte order mark; without one, ASCII in UTF-16 has a zero in every other byte. */
function encodingOf([first, second]: Uint8Array): Dialect['encoding'] {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return 'utf-8';
}

/** The rarer mark first: decimal commas stand between semicolons and tabs, and words may have spaces. */
const DELIMITERS = ['\t', ';', ',', '|', ' '] as const;

/** The first that is in every line. */
function delimiterOf(lines: readonly string[]): Dialect['delimiter'] {
  const unquoted = lines.slice(0, 100).map((line) => line.trim().replace(/"(?:[^"]|"")*"/g, ''));
  return DELIMITERS.find((mark) => unquoted.every((line) => line.includes(mark))) ?? ',';
}

function usesDecimalComma(rows: readonly TableRow[]): boolean {
  const cells = rows.flatMap((row) =>
    row.cells.filter((cell) => /^[-+]?\d*[.,]\d+(?:e[-+]?\d+)?$/i.test(cell)),
  );
  return cells.length > 0 && cells.every((cell) => cell.includes(','));
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith(COMMENT);
}

function headRows(path: string, text: string, delimiter: Dialect['delimiter']): TableRow[] {
  const rows: TableRow[] = [];
  if (delimiter === ' ' || !text.includes('"')) {
    for (const [i, line] of linesOf(text).entries()) {
      if (line.trim() !== '' && !isComment(line))
        rows.push({ cells: splitLine(line, delimiter).map((cell) => cell.trim()), line: i + 1 });
      if (rows.length === MAX_ROWS) break;
    }
    return rows;
  }
  try {
    const parsed: unknown = parseSync(text, { ...OPTIONS, bom: true, delimiter, to: MAX_ROWS });
    // With `info` and without `columns` these are its records.
    return (parsed as Parsed[]).map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    throw asInputError(path, error);
  }
}

/** What csv-parse gives with `info` and without `columns`. */
interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * The rows of a table, one by one, without comments and blank lines. Only what is asked for is read. Rows without quotes
 * are split here, because csv-parse takes three times as long, and tables of numbers have no others.
 * @param skip so many rows at the beginning are left out
 */
export async function* tableRows(
  file: RandomAccessFile,
  dialect: Dialect,
  skip: number,
): AsyncGenerator<TableRow> {
  let row = 0;
  let number = 0;
  for await (const lines of lineBatches(file, dialect.encoding)) {
    for (const line of lines) {
      number++;
      if (line.trim() === '' || isComment(line)) continue;
      // After a quote that opens in one line and closes in another, lines are no longer rows.
      const quotes = dialect.delimiter === ' ' ? 0 : line.split('"').length - 1;
      if (quotes > 0 && (row >= skip || quotes % 2 === 1)) {
        yield* parsedRows(file, dialect, Math.max(row, skip));
        return;
      }
      if (row >= skip) yield { cells: splitLine(line, dialect.delimiter), line: number };
      row++;
    }
  }
}

function splitLine(line: string, delimiter: Dialect['delimiter']): string[] {
  return delimiter === ' ' ? line.trim().split(/\s+/) : line.split(delimiter);
}

async function* decodedText(file: RandomAccessFile, encoding: Dialect['encoding']): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding); // which drops a byte order mark
  let length = 0;
  for await (const chunk of unpackedChunks(file)) {
    const text = decoder.decode(chunk, { stream: true });
    length += text.length;
    if (length > MAX_TEXT)
      throw new InputError(
        file.path,
        `has more than ${MAX_TEXT} characters`,
        'Store so large a table as .npz',
      );
    yield text;
  }
  yield decoder.decode();
}

/** The lines of a file, some at a time. */
async function* lineBatches(
  file: RandomAccessFile,
  encoding: Dialect['encoding'],
): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const text of decodedText(file, encoding)) {
    // A \r at the end may be the first half of \r\n.
    const whole = rest + text;
    const end = whole.endsWith('\r') ? whole.length - 1 : whole.length;
    const lines = linesOf(whole.slice(0, end));
    rest = (lines.pop() ?? '') + whole.slice(end);
    if (rest.length > MAX_ROW)
      throw new InputError(file.path, `is not a CSV table: a row is longer than ${MAX_ROW} characters`);
    yield lines;
  }
  yield rest.split(/[\r\n]/);
}

async function* parsedRows(
  file: RandomAccessFile,
  { encoding, delimiter }: Dialect,
  skip: number,
): AsyncGenerator<TableRow> {
  const parser = parse({ ...OPTIONS, delimiter });
  const records = pipeline(Readable.from(decodedText(file, encoding)), parser, () => {
    // The loop gets the errors. Leaving it early destroys both streams, which is no error.
  });
  let row = 0;
  try {
    for await (const { record, info } of records as AsyncIterable<Parsed>) {
      if (row++ >= skip) yield { cells: record, line: info.lines };
    }
  } catch (error) {
    throw asInputError(file.path, error);
  }
}

function asInputError(path: string, error: unknown): unknown {
  return error instanceof CsvError ? new InputError(path, `is not a CSV table: ${error.message}`) : error;
}
