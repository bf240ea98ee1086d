import { basename, extname, join } from 'node:path';
import { ParallelCompute } from '../compute/parallel';
import { type Analysis, analyze } from '../core/analysis/analyze';
import { printable } from '../core/base/text';
import type { LossName } from '../core/choices';
import { type Measure, MEASURES } from '../core/measures';
import { reportJson } from '../core/render/report-json';
import { LOSS_NAMES, lossValue, scoreOf } from '../core/render/score-words';
import { isEstimated, layerSize, quality, STANDARD_ERROR_HELP } from '../core/render/words';
import { writeReport, type WrittenReport } from '../core/render/write';
import type { Report, SplitStatistics } from '../core/report';
import { UsageError } from '../settings/flags';
import { REPORT_FOLDER } from '../settings/table';
import { analysisOptions, type AnalysisOptions, ANALYZE_FLAGS } from './analysis-options';
import { parse } from './arguments';
import { clearProgress, progressLine, textTable } from './output';

/**
 * `modscope analyze CKPT… [options]`
 * @param onCancel told how to stop the work
 */
export async function analyzeCommand(
  args: readonly string[],
  onCancel: (cancel: () => void) => void,
): Promise<string> {
  const { positionals: paths, values } = parse(args, ANALYZE_FLAGS);
  const [first] = paths;
  if (first === undefined) throw new UsageError('analyze takes at least one checkpoint');
  const options = await analysisOptions(values, first);
  const printed = await withCompute(options, onCancel, async (compute) => {
    const texts: string[] = [];
    for (const path of paths) {
      const analysis = await analyzeOne(path, options, compute);
      const folder = outputFolder(path, paths.length, options);
      const written = folder === null ? null : await write(folder, analysis, options);
      const report = written?.report ?? analysis.report;
      texts.push(options.json ? reportJson(report).trimEnd() : summary(report, written?.markdown ?? null));
    }
    return texts;
  });
  if (options.json && printed.length > 1) return `[\n${printed.join(',\n')}\n]\n`;
  return `${printed.join('\n\n')}\n`;
}

/** Gives `use` the worker threads and ends them, whatever happens. */
async function withCompute<T>(
  { settings: { backend, workers } }: AnalysisOptions,
  onCancel: (cancel: () => void) => void,
  use: (compute: ParallelCompute) => Promise<T>,
): Promise<T> {
  // The worker and the WebAssembly modules lie beside this bundle.
  const compute = new ParallelCompute({ backend, workers, folder: __dirname });
  onCancel(() => void compute.close());
  try {
    return await use(compute);
  } finally {
    await compute.close();
  }
}

/** Analyzes a checkpoint, its progress and what was assumed on standard error. */
async function analyzeOne(
  path: string,
  options: AnalysisOptions,
  compute: ParallelCompute,
): Promise<Analysis> {
  try {
    const analysis = await analyze({ ...options.input, checkpoint: path }, options.settings, compute, {
      onProgress: progressLine(basename(path)),
    });
    clearProgress();
    const { assumptions, notes = [], warnings = [] } = analysis.report.network;
    const said = [...warnings.map((warning) => `Warning: ${warning}`), ...assumptions, ...notes];
    for (const sentence of said) process.stderr.write(`${printable(path)}: ${printable(sentence, 800)}\n`);
    return analysis;
  } finally {
    clearProgress();
  }
}

/** null where nothing is to be written: the report goes to standard output alone. */
function outputFolder(path: string, count: number, { out, json }: AnalysisOptions): string | null {
  if (out === undefined && json) return null;
  if (out !== undefined && count === 1) return out;
  return join(out ?? REPORT_FOLDER, basename(path, extname(path)));
}

function write(
  folder: string,
  { report, matrices }: Analysis,
  options: AnalysisOptions,
): Promise<WrittenReport> {
  const lookup = (layer: string, measure: Measure) => matrices.get(layer)?.get(measure);
  return writeReport(folder, report, lookup, { matrices: options.matrices });
}

function summary({ checkpoint, data, stats, layers }: Report, written: string | null): string {
  const split = stats[data.split as keyof typeof stats];
  const score = typeof split === 'object' && split !== null ? scoreWords(split, data.loss) : '';
  const shown = MEASURES.filter((measure) => layers.some((layer) => layer.methods[measure] !== undefined));
  const rows = [
    ['Modularity Q (clusters)', ...layers.map((layer) => printable(layer.name, 40))],
    ['', ...layers.map(layerSize)],
    ...shown.map((measure) => [measure, ...layers.map((layer) => quality(layer.methods[measure], 4))]),
  ];
  const title = `${printable(checkpoint.path)}: ${data.samples} ${data.split} samples of ${printable(data.path)}${score}`;
  const help = isEstimated(layers) ? [STANDARD_ERROR_HELP] : [];
  return [title, textTable(rows), ...help, ...(written === null ? [] : [`Report: ${written}`])].join('\n');
}

/** ", accuracy 0.9700"; of a loss that is not the usual one, its name and value too. */
function scoreWords(split: SplitStatistics, loss: LossName): string {
  const { name, share } = scoreOf(split, 4);
  const value = loss === 'cross_entropy' ? '' : `, ${LOSS_NAMES[loss]} ${lossValue(split, loss)}`;
  return `, ${name} ${share}${value}`;
}
