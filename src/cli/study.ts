import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { Report } from '../core/analysis/report';
import { InputError } from '../core/error';
import { writeFileAtomically } from '../core/file/write';
import { naturalOrder } from '../core/network/names';
import { studyCsv } from '../core/report/csv';
import { printable } from '../core/report/text';
import { ANALYSIS_FLAGS, analysisOptions } from './analysis-options';
import { analyzeOne, withCompute } from './analyze';
import { parse, UsageError } from './arguments';

const DEFAULT_OUT = 'modscope-reports';

/** `modscope study GLOB… [options]`: one CSV row per checkpoint; one that cannot be analyzed is told and passed over. */
export async function study(
  args: readonly string[],
  onCancel: (cancel: () => void) => void,
): Promise<string> {
  const { positionals, values } = parse(args, ANALYSIS_FLAGS);
  const [first] = positionals;
  if (first === undefined) throw new UsageError('study takes at least one path or pattern');
  const paths = await expand(positionals);
  const [start] = paths;
  if (start === undefined) throw new InputError(positionals.join(' '), 'no file matches');
  const options = await analysisOptions(values, start);

  const reports: Report[] = [];
  const failures: string[] = [];
  await withCompute(options, onCancel, async (compute) => {
    for (const path of paths) {
      try {
        reports.push((await analyzeOne(path, options, compute)).report);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        failures.push(error.message);
        process.stderr.write(`${printable(error.message, 1000)}\n`);
      }
    }
  });
  if (reports.length === 0)
    throw new InputError(positionals.join(' '), `none of ${paths.length} files could be analyzed`);
  if (options.json) return `${JSON.stringify(reports, null, 2)}\n`;
  const file = join(options.out ?? DEFAULT_OUT, 'study.csv');
  await writeFileAtomically(file, studyCsv(reports));
  const passedOver = failures.length === 0 ? '' : `, ${failures.length} passed over`;
  return `${reports.length} checkpoints analyzed${passedOver}\nTable: ${file}\n`;
}

/** Paths as they stand, patterns as the files they match, in the order people count. */
async function expand(patterns: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) =>
      /[*?[\]{}]/.test(pattern) ? (await glob(pattern, { onlyFiles: true })).sort(naturalOrder) : [pattern],
    ),
  );
  return [...new Set(found.flat())];
}
