import { join } from 'node:path';
import { InputError } from '../core/base/error';
import { printable } from '../core/base/text';
import { writeFileAtomically } from '../core/file/local';
import { studyCsv } from '../core/render/report-csv';
import { expandPatterns, study } from '../core/study/study';
import { UsageError } from '../settings/flags';
import { REPORT_FOLDER } from '../settings/table';
import { ANALYSIS_FLAGS, analysisOptions } from './analysis-options';
import { analyzeOne, withCompute } from './analyze-command';
import { parse } from './arguments';

/** `modscope study GLOB… [options]`: one CSV row per checkpoint; one that cannot be analyzed is told and passed over. */
export async function studyCommand(
  args: readonly string[],
  onCancel: (cancel: () => void) => void,
): Promise<string> {
  const { positionals, values } = parse(args, ANALYSIS_FLAGS);
  if (positionals.length === 0) throw new UsageError('study takes at least one path or pattern');
  const checkpoints = await expandPatterns(positionals);
  const [first] = checkpoints;
  if (first === undefined) throw new InputError(positionals.join(' '), 'no file matches');
  const options = await analysisOptions(values, first);

  const { reports, failures } = await withCompute(options, onCancel, (compute) => {
    const analyze = async (checkpoint: string) => (await analyzeOne(checkpoint, options, compute)).report;
    return study(checkpoints, analyze, ({ message }) => {
      process.stderr.write(`${printable(message, 1000)}\n`);
    });
  });
  if (options.json) return `${JSON.stringify(reports, null, 2)}\n`;
  const file = join(options.out ?? REPORT_FOLDER, 'study.csv');
  await writeFileAtomically(file, studyCsv(reports));
  const passedOver = failures.length === 0 ? '' : `, ${failures.length} passed over`;
  return `${reports.length} checkpoints analyzed${passedOver}\nTable: ${file}\n`;
}
