import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../core/base/error';
import type { SquareMatrix } from '../core/base/matrix';
import type { RandomAccessFile } from '../core/file/file';
import { withFile, writeFileAtomically } from '../core/file/local';
import { type NpyHeader, parseNpyHeader, USUAL_HEADER } from '../core/file/npy';
import { isMeasure, type Measure } from '../core/measures';
import { REPORT_FILES } from '../core/render/report-files';
import { earlierFiles, removeEarlier } from '../core/render/write';
import { reportJson } from '../core/render/report-json';
import { type MeasureReport, Report } from '../core/report';

// What is read of the results in the cache, and copied from there into the workspace.

/** The report read last: the page asks for value after value of the same one. */
let latest: { readonly path: string; readonly modified: number; readonly report: Report } | null = null;

/** The report of a result in the cache. @throws InputError where there is none */
export async function readReport(folder: string): Promise<Report> {
  const path = join(folder, REPORT_FILES.json);
  const found = await stat(path).catch(() => null);
  if (found === null) throw gone(path);
  if (latest?.path === path && latest.modified === found.mtimeMs) return latest.report;
  const report: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!v.is(Report, report)) throw gone(path); // not as this version writes it
  latest = { path, modified: found.mtimeMs, report };
  return report;
}

/** A stored association matrix, opened: float64, row-major. */
export interface StoredMatrix {
  readonly file: RandomAccessFile;
  readonly size: number;
  /** Where the values begin. */
  readonly offset: number;
  readonly result: MeasureReport;
}

/** Opens the matrix of a layer by a measure. @throws InputError where the result has none */
export async function withMatrix<T>(
  folder: string,
  layer: string,
  measure: string,
  use: (matrix: StoredMatrix) => Promise<T>,
): Promise<T> {
  const report = await readReport(folder);
  const methods = report.layers.find(({ name }) => name === layer)?.methods;
  const result = isMeasure(measure) ? methods?.[measure] : undefined;
  const path = result?.matrix ?? null;
  if (result === undefined || path === null) throw gone(`${layer}, ${measure}`);
  return withFile(join(folder, path), async (file) => {
    const header = parseNpyHeader(await file.read(0, Math.min(USUAL_HEADER, file.size)), file.path, 'it');
    return use({ file, size: squareSize(header, file.path), offset: header.dataOffset, result });
  });
}

const VALUE_BYTES = Float64Array.BYTES_PER_ELEMENT;

/** All values of a stored matrix, in memory of their own. */
export async function matrixOf({ file, size, offset }: StoredMatrix): Promise<SquareMatrix> {
  const { buffer, byteOffset } = await file.read(offset, size * size * VALUE_BYTES);
  return { size, data: new Float64Array(buffer, byteOffset, size * size) };
}

/**
 * Exact values of a stored matrix, rows × columns of unit numbers, row-major; only the rows asked for are read.
 * @throws InputError for a unit the matrix has not
 */
export async function readValues(
  { file, size, offset }: StoredMatrix,
  rows: readonly number[],
  columns: readonly number[],
): Promise<Float64Array<ArrayBuffer>> {
  const missing = [...rows, ...columns].find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= size);
  if (missing !== undefined)
    throw new InputError(file.path, `has units 0 to ${size - 1}, and not ${missing}`);
  const values = new Float64Array(rows.length * columns.length);
  for (const [r, row] of rows.entries()) {
    const bytes = await file.read(offset + row * size * VALUE_BYTES, size * VALUE_BYTES);
    const stored = new Float64Array(bytes.buffer, bytes.byteOffset, size);
    columns.forEach((column, c) => (values[r * columns.length + c] = stored[column]!));
  }
  return values;
}

function squareSize({ dtype, shape, bigEndian, fortranOrder }: NpyHeader, path: string): number {
  const [rows = 0, columns] = shape;
  // The matrices are symmetric, but what is not as this program writes it is not its own.
  if (dtype !== 'f64' || bigEndian || fortranOrder || shape.length !== 2 || rows !== columns)
    throw gone(path);
  return rows;
}

function gone(what: string): InputError {
  return new InputError(what, 'is not in the stored result', 'Analyze the checkpoint again');
}

/**
 * Copies a stored result into a folder of the workspace, without its matrices: they are many times the rest. Figures of
 * an earlier report there that this one has not are removed.
 * @returns path of the Markdown
 * @throws InputError where there is no result, or nothing can be written there
 */
export async function copyReport(folder: string, to: string): Promise<string> {
  const report = await readReport(folder);
  const { json, markdown, html, csv, figures } = REPORT_FILES;
  const earlier = await earlierFiles(to);
  await mkdir(to, { recursive: true });
  for (const name of [figures, html, csv, markdown])
    await cp(join(folder, name), join(to, name), { recursive: true });
  const written = await readdir(join(folder, figures));
  await removeEarlier(
    to,
    earlier,
    written.map((name) => `${figures}/${name}`),
  );
  await writeFileAtomically(join(to, json), reportJson(withoutMatrices(report)));
  return join(to, markdown);
}

function withoutMatrices(report: Report): Report {
  const layers = report.layers.map((layer) => ({
    ...layer,
    methods: Object.fromEntries(
      Object.entries(layer.methods).map(([measure, result]) => [measure, { ...result, matrix: null }]),
    ) satisfies Partial<Record<Measure, MeasureReport>>,
  }));
  return { ...report, layers };
}
