import { InputError } from '../../base/error';
import { printable } from '../../base/text';
import { withFile } from '../../file/local';
import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { Composer, isScalar, type CST, Lexer, LineCounter, Parser, visit } from 'yaml';

/** No run's record is longer; logs of long trainings are the longest. */
export const LONGEST_LOG = 2 ** 25;
/** Configurations are written by people. */
const LONGEST_YAML = 2 ** 20;

/**
 * A text file of bounded size.
 * @throws InputError where it is longer, or cannot be read
 */
export function readText(path: string, longest: number): Promise<string> {
  return withFile(path, async (file) => {
    if (file.size > longest)
      throw new InputError(
        path,
        `has ${file.size} bytes, and a run's record of its kind at most ${longest}`,
        'Move it elsewhere if it is not one',
      );
    return new TextDecoder().decode(await file.read(0, file.size));
  });
}

/** @throws InputError where the file is no JSON, or too long */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path, LONGEST_LOG);
  try {
    return parsePythonJson(text);
  } catch (error) {
    throw malformed(path, 'JSON', error instanceof Error ? error.message : '');
  }
}

const STRING_OR_NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** Python writes NaN and Infinity, which JSON has not: they are null here, as the value of a metric that failed. */
function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(STRING_OR_NOT_FINITE, (part) => (part.startsWith('"') ? part : 'null')));
  }
}

/** @throws InputError where the file is no YAML, is nested or shared without end, or is too long */
export async function readYaml(path: string): Promise<unknown> {
  const text = await readText(path, LONGEST_YAML);
  try {
    return parseYaml(text);
  } catch (error) {
    throw malformed(path, 'YAML', error instanceof Error ? error.message : '');
  }
}

function malformed(path: string, language: string, reason: string): InputError {
  return new InputError(
    path,
    `is not ${language} as it should be: ${printable(reason)}`,
    'Repair or remove it',
  );
}

const DEEPEST = 64;
/** Each looks for its anchor from the start of the file. */
const MOST_ALIASES = 1000;
/** What a Python class or function by name is tagged with: the name is what a hyper-parameter says. */
const PYTHON_NAME = /^tag:yaml\.org,2002:python\/(?:name|module):/;

/**
 * The first document of a YAML file as plain data. Tags are never resolved: `!!python/tuple [1, 2]` is the list, and
 * `!!python/name:torch.nn.ReLU ''` the text "torch.nn.ReLU".
 * @throws Error that says what is wrong and where
 */
function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  // Keys are not compared, which would take the square of their number.
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent' });
  const [document] = composer.compose(boundedTokens(text, lines), true, text.length);
  const [error] = document?.errors ?? [];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new Error(`${error.message} at line ${line}, column ${col}`);
  }
  if (document === undefined) return null;
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && node.tag !== undefined && PYTHON_NAME.test(node.tag) && node.value === '')
        node.value = node.tag.replace(PYTHON_NAME, '');
    },
  });
  return document.toJS({ maxAliasCount: 100 });
}

/**
 * The tokens of a YAML text. What is built of them is built by recursion, which a megabyte of "[" would crash, so
 * depth is watched here, where it is a list.
 */
function boundedTokens(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let aliases = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > DEEPEST) throw new Error(`it is nested more than ${DEEPEST} deep`);
    if (lexeme.startsWith('*') && ++aliases > MOST_ALIASES)
      throw new Error(`it has more than ${MOST_ALIASES} aliases`);
  }
  tokens.push(...parser.end());
  return tokens;
}

/**
 * The rows of a CSV file, the header first, cells trimmed. Blank lines are no rows.
 * @throws InputError where it is no CSV, is longer than `longest` bytes, or a row has another number of cells
 */
export async function readRows(path: string, longest: number): Promise<readonly (readonly string[])[]> {
  const text = await readText(path, longest);
  try {
    const rows = parseCsv(text, {
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
