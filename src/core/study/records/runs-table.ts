import { basename, dirname, resolve } from 'node:path';
import { InputError } from '../../base/error';
import { listed, plural, quote } from '../../base/text';
import { readRows } from './parse';
import { type Scalar, scalarIn } from './values';

/** Of a table with a row for each of some ten thousand runs. */
const LONGEST = 2 ** 25;
/** Columns that may say which checkpoint a row is for, the surest first; upper and lower case aside. */
const LOCATORS = [
  'path',
  'checkpoint',
  'checkpoint_path',
  'ckpt',
  'ckpt_path',
  'file',
  'filename',
  'file_name',
  'run',
  'run_name',
  'name',
];

/** A checkpoint as a table may call it. */
export interface Located {
  readonly path: string;
  readonly run: string;
}

/**
 * The user's own table: a row per checkpoint, or per run, found by path (from the table's folder, or from where the
 * program runs), file name or run.
 * @returns the other columns' values, for each checkpoint
 * @throws InputError where it cannot be read, no column names a checkpoint, or one has no row or several
 */
export async function readTable(
  path: string,
  checkpoints: readonly Located[],
): Promise<readonly ReadonlyMap<string, Scalar>[]> {
  const [header, ...rows] = await readRows(path, LONGEST);
  if (header === undefined || rows.length === 0) throw new InputError(path, 'has no rows below a header');
  const twice = header.find((name, column) => header.indexOf(name) !== column);
  if (twice !== undefined)
    throw new InputError(path, `has two columns ${quote(twice)}`, 'Rename one of them');
  const names = namesOf(checkpoints);
  const columns = LOCATORS.map((name) => header.findIndex((column) => column.toLowerCase() === name));
  const [best] = columns
    .filter((column) => column >= 0)
    .map((column) => ({ column, found: rowsOf(rowsByName(path, rows, column), names) }))
    .sort((a, b) => known(b.found) - known(a.found));
  if (best === undefined || known(best.found) === 0)
    throw new InputError(
      path,
      `has no column that names these checkpoints (its columns are ${listed(header.map(quote))})`,
      'Add a column "path", "file" or "run"',
    );
  checkRows(path, checkpoints, best.found);
  return best.found.map(([row = 0]) => valuesOf(header, rows[row] ?? [], best.column));
}

/** How a cell may name each checkpoint, the surest first. */
function namesOf(checkpoints: readonly Located[]): string[][] {
  const files = counts(checkpoints.map(({ path }) => basename(path)));
  const lastParts = counts([...new Set(checkpoints.map(({ run }) => run))].map((run) => basename(run)));
  return checkpoints.map(({ path, run }) => [
    `path ${resolve(path)}`,
    // A name that several have tells none of them.
    ...(files.get(basename(path)) === 1 ? [`name ${basename(path)}`] : []),
    `name ${run}`,
    ...(lastParts.get(basename(run)) === 1 ? [`name ${basename(run)}`] : []),
  ]);
}

function counts(names: readonly string[]): ReadonlyMap<string, number> {
  const result = new Map<string, number>();
  for (const name of names) result.set(name, (result.get(name) ?? 0) + 1);
  return result;
}

/** Numbers of the rows for what a cell can mean: a path from the table's folder or from here, or a name. */
function rowsByName(
  table: string,
  rows: readonly (readonly string[])[],
  column: number,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  rows.forEach((row, number) => {
    const cell = row[column] ?? '';
    if (cell === '') return;
    const meanings = [`path ${resolve(dirname(table), cell)}`, `path ${resolve(cell)}`, `name ${cell}`];
    for (const meaning of new Set(meanings)) {
      const numbers = found.get(meaning);
      if (numbers === undefined) found.set(meaning, [number]);
      else numbers.push(number);
    }
  });
  return found;
}

function rowsOf(
  found: ReadonlyMap<string, readonly number[]>,
  names: readonly (readonly string[])[],
): (readonly number[])[] {
  return names.map((candidates) => {
    const name = candidates.find((candidate) => found.has(candidate));
    return (name === undefined ? undefined : found.get(name)) ?? [];
  });
}

function known(found: readonly (readonly number[])[]): number {
  return found.filter((rows) => rows.length > 0).length;
}

/** @throws InputError for checkpoints without a row, or with several */
function checkRows(
  path: string,
  checkpoints: readonly Located[],
  found: readonly (readonly number[])[],
): void {
  const missing = checkpoints.filter((_, index) => found[index]?.length === 0);
  if (missing.length > 0)
    throw new InputError(
      path,
      `has no row for ${plural(missing.length, 'checkpoint')}: ${listed(missing.map((one) => one.path))}`,
      'Add one, or leave them out of the study',
    );
  const twice = found.findIndex((rows) => rows.length > 1);
  if (twice >= 0)
    throw new InputError(
      path,
      `rows ${(found[twice] ?? []).map((row) => row + 2).join(' and ')} are both for ${checkpoints[twice]?.path ?? ''}`,
      'Keep one of them',
    );
}

/** Column names of exported tables say what a column is: "params.lr" of MLflow, "hp.lr" of this program. */
function valuesOf(
  header: readonly string[],
  row: readonly string[],
  column: number,
): ReadonlyMap<string, Scalar> {
  return new Map(
    header.flatMap((name, index): [string, Scalar][] =>
      index === column || name === '' ? [] : [[name, scalarIn(row[index] ?? '')]],
    ),
  );
}
