import { plural } from '../core/base/text';
import { quoted, sbatchOptions, submitCommands } from '../core/study/slurm';
import { UsageError, wholeNumber } from '../settings/flags';
import { StudyFolder } from '../store/study-folder';
import { submitToSlurm, writeSlurmScripts } from '../store/study-submit';
import { parse } from './arguments';
import { type CommandHelp, parseable } from './help';

const FLAGS = {
  slurm: {
    form: '["OPTIONS"]',
    help: 'all options of sbatch in one argument, such as\n"--partition=cpu --time=2:00:00 --mem=4G"',
  },
  shards: { form: 'N', help: 'how many tasks (default one per checkpoint, at most 100)' },
  'dry-run': { form: '', help: 'only write the scripts, and print the commands that submit them' },
} as const;

/** modscope study submit --help */
export const submitHelp: CommandHelp = {
  form: 'study submit S --slurm ["SBATCH OPTIONS"] [options]',
  about: 'Runs and collects a study that is planned as jobs of Slurm.',
  flags: [FLAGS],
};

/** `modscope study submit S --slurm ["OPTIONS"] [--shards N] [--dry-run]` */
export async function submitCommand(args: readonly string[]): Promise<string> {
  const { positionals, values } = parse(withSlurmValue(args), parseable(FLAGS));
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UsageError('study submit takes the folder of a study, and the options of sbatch in quotes');
  }
  if (values.slurm === undefined) throw new UsageError('study submit takes --slurm');
  const scripts = await writeSlurmScripts(new StudyFolder(path), {
    program: [process.execPath, __filename],
    shards: wholeNumber('shards', values.shards, 1) ?? null,
    options: sbatchOptions(values.slurm),
  });
  const { jobs, tasks, folder } = scripts;
  process.stderr.write(`Scripts: ${folder}\n`);
  if (tasks.length === 0) return `Every checkpoint is done. Next: modscope study collect ${quoted(path)}\n`;
  if (values['dry-run'] === true) return submitCommands(jobs, tasks);
  const { array, collector } = await submitToSlurm(scripts);
  return [
    `Job ${array}: ${plural(tasks.length, 'task')} of ${jobs.shards}; job ${collector} collects`,
    `How far it is: modscope study status ${quoted(path)}; to stop it: scancel ${array} ${collector}`,
    '',
  ].join('\n');
}

/**
 * --slurm may stand alone, and its value begins with a dash, neither of which parseArgs takes: the argument behind it is its
 * value where it looks like an option and is none of ours.
 */
function withSlurmValue(args: readonly string[]): string[] {
  const at = args.indexOf('--slurm');
  if (at === -1) return [...args];
  const next = args[at + 1] ?? '--';
  const isOurs = Object.keys(FLAGS).some((flag) => next === `--${flag}` || next.startsWith(`--${flag}=`));
  const hasValue = next === '' || (next.startsWith('-') && next !== '--' && !isOurs);
  return [...args.slice(0, at), `--slurm=${hasValue ? next : ''}`, ...args.slice(at + (hasValue ? 2 : 1))];
}
