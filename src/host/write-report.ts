import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../core/file/write';
import type { Measure } from '../core/measures';
import type { MeasureReport, Report } from '../core/report';
import { reportJson } from '../core/report/json';
import { earlierFiles, removeEarlier } from '../core/report/earlier';
import { REPORT_FILES } from '../core/report/paths';
import { readReport } from './results';

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
