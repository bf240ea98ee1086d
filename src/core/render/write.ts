import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SquareMatrix } from '../base/matrix';
import { writeFileAtomically } from '../file/local';
import { encodeNpy } from '../file/npy';
import { inOrder, type Measure, MEASURES } from '../measures';
import { type LayerReport, type MeasureReport, Report } from '../report';
import { AGREEMENT_METRICS } from './agreement-figure';
import type { AssociationStyle } from './association-figure';
import { drawFigures, type MatrixLookup } from './figures';
import { layersCsv } from './report-csv';
import {
  agreementFile,
  associationFile,
  fileNames,
  matrixFile,
  MODULARITY_FILE,
  REPORT_FILES,
} from './report-files';
import { reportHtml } from './report-html';
import { reportJson } from './report-json';
import { reportMarkdown } from './report-markdown';

// Of this folder, this file alone reads and writes files.

export interface WriteOptions extends Partial<AssociationStyle> {
  /** Write the association matrices as .npy files too. */
  readonly matrices: boolean;
}

/** What was written, and where: paths are absolute if the folder was. */
export interface WrittenReport {
  /** As report.json has it, with the places of its matrices. */
  readonly report: Report;
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
  readonly csv: string;
  readonly figures: readonly string[];
  readonly matrices: readonly string[];
}

/**
 * Writes report.json, report.md, report.html, report.csv, figures/*.svg and, on request, matrices/<layer>.<measure>.npy
 * into a folder, which is made where it does not exist. Each file is written to a temporary name and renamed, report.json
 * last: where it stands, the rest does, and nothing of the report that stood there before.
 *
 * @param report its `matrix` fields are set to the matrices written here
 * @throws RangeError when a result is not finite (see reportJson), before anything is written
 */
export async function writeReport(
  dir: string,
  report: Report,
  matrices: MatrixLookup,
  { matrices: withMatrices, palette = 'viridis', scale = 'linear' }: WriteOptions,
): Promise<WrittenReport> {
  const names = fileNames(report.layers.map((layer) => layer.name));
  const arrays = withMatrices ? matrixFiles(report, names, matrices) : new Map<string, SquareMatrix>();
  const complete = {
    ...report,
    layers: report.layers.map((layer, i) => withPaths(layer, names[i]!, arrays)),
  };
  const json = reportJson(complete);
  const figures = drawFigures(complete, names, matrices, { palette, scale });
  const pictures = [
    ...(figures.modularity === null ? [] : [figures.modularity]),
    ...figures.layers.flatMap((layer) => [...layer.association, ...layer.agreement]),
  ];

  const earlier = await earlierFiles(dir);
  const write = async (file: string, data: string | Uint8Array): Promise<string> => {
    const path = join(dir, file);
    await writeFileAtomically(path, data);
    return path;
  };
  const figurePaths = await Promise.all(pictures.map(({ file, svg }) => write(file, svg)));
  const matrixPaths: string[] = [];
  // One at a time: together the bytes of large matrices would not fit into memory.
  for (const [file, { size, data }] of arrays)
    matrixPaths.push(await write(file, encodeNpy(data, [size, size])));
  await removeEarlier(dir, earlier, [...pictures.map(({ file }) => file), ...arrays.keys()]);
  return {
    report: complete,
    figures: figurePaths,
    matrices: matrixPaths,
    markdown: await write(REPORT_FILES.markdown, reportMarkdown(complete, figures)),
    html: await write(REPORT_FILES.html, reportHtml(complete, figures)),
    csv: await write(REPORT_FILES.csv, layersCsv(complete)),
    json: await write(REPORT_FILES.json, json),
  };
}

/** File → matrix. */
function matrixFiles(
  { layers }: Report,
  names: readonly string[],
  matrices: MatrixLookup,
): Map<string, SquareMatrix> {
  const files = new Map<string, SquareMatrix>();
  for (const [i, layer] of layers.entries()) {
    for (const measure of inOrder(Object.keys(layer.methods))) {
      const matrix = matrices(layer.name, measure);
      if (matrix !== undefined) files.set(matrixFile(names[i]!, measure), matrix);
    }
  }
  return files;
}

/** The layer with the paths of its matrices, as far as they are written. */
function withPaths(layer: LayerReport, name: string, files: ReadonlyMap<string, unknown>): LayerReport {
  const methods: Partial<Record<Measure, MeasureReport>> = {};
  for (const measure of inOrder(Object.keys(layer.methods))) {
    const result = layer.methods[measure];
    const file = matrixFile(name, measure);
    if (result !== undefined) methods[measure] = { ...result, matrix: files.has(file) ? file : null };
  }
  return { ...layer, methods };
}

/** What is read of an earlier report. */
const Earlier = v.object({
  schema: Report.entries.schema,
  layers: v.array(v.object({ name: v.string() })),
});

/**
 * Files that a report written into a folder earlier may have left, relative to it: what writeReport calls the figures and
 * matrices of its layers. None where there is no report, so that nothing of anybody else's is ever among them.
 */
export async function earlierFiles(dir: string): Promise<string[]> {
  const layers = await earlierLayers(dir);
  if (layers === null) return [];
  const files = fileNames(layers).flatMap((name) => [
    ...MEASURES.flatMap((measure) => [associationFile(name, measure), matrixFile(name, measure)]),
    ...AGREEMENT_METRICS.map((metric) => agreementFile(name, metric)),
  ]);
  return [MODULARITY_FILE, ...files];
}

/** Removes those of an earlier report that the new one does not have. */
export async function removeEarlier(
  dir: string,
  earlier: readonly string[],
  written: Iterable<string>,
): Promise<void> {
  // On file systems that ignore letter case, a file of the new one.
  const stay = new Set([...written].map((file) => file.toLowerCase()));
  for (const file of earlier) if (!stay.has(file.toLowerCase())) await rm(join(dir, file), { force: true });
}

async function earlierLayers(dir: string): Promise<string[] | null> {
  try {
    const report: unknown = JSON.parse(await readFile(join(dir, REPORT_FILES.json), 'utf8'));
    return v.parse(Earlier, report).layers.map(({ name }) => name);
  } catch {
    return null; // none, or none of ours
  }
}
