import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { MEASURES } from '../measures';
import { Report } from '../report';
import { fileNames } from './file-names';
import {
  AGREEMENT_METRICS,
  associationFile,
  agreementFile,
  matrixFile,
  MODULARITY_FILE,
  REPORT_FILES,
} from './paths';

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
