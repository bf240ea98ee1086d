import { WorkerCrashError } from '../compute/worker-pool';
import { CancelledError, InputError } from '../core/base/error';
import { printable } from '../core/base/text';
import { VERSION } from '../core/base/version';
import { UsageError } from '../settings/flags';
import { agreeCommand, agreeHelp } from './agree-command';
import { ANALYSIS_HELP, ANALYZE_HELP, analyzeHelp } from './analysis-options';
import { analyzeCommand } from './analyze-command';
import { clusterCommand, clusterHelp } from './cluster-command';
import { asksForHelp, commandHelp, type CommandHelp } from './help';
import { inspectCommand, inspectHelp } from './inspect-command';
import { helpOnStudy, studyCommand } from './study-command';
import { STUDY_HELP } from './study-flags';

const USAGE = `modscope ${VERSION}: how the hidden units of neural networks cluster into modules

modscope inspect CKPT [--json]
    tensors, hyper-parameters, what the file names that was left inert; reads headers only
modscope analyze CKPT... [options]
    the measures, clusters and their agreement, as a report
modscope study GLOB... [options]
    many checkpoints, as tables in a folder (--out, default modscope-study); goes on where it was stopped
modscope study plan GLOB... --out S [options] | run S [--shard k/n|auto] [--workers N] | status S [--json] | collect S
    the same step by step: what the study is; its results, in as many processes or jobs as there are shards; how far it
    is; its tables. auto asks the job array of Slurm, SGE or LSF which shard this is, auto/n that of PBS or Kubernetes
modscope study submit S --slurm ["SBATCH OPTIONS"] [--shards N] [--dry-run]
    runs and collects the study as jobs of Slurm, with all options of sbatch in one argument, such as
    "--partition=cpu --time=2:00:00 --mem=4G"; --dry-run only writes the scripts, and prints the commands that submit them
modscope cluster MATRIX.npy [--solver NAME] [--resolution G] [--seed S] [--json]
    the clusters of any similarity matrix without negative entries, its diagonal left out; --sweep G,G,... adds Q and the
    number of clusters at other resolutions, --consensus N the partition that N starts agree on
modscope agree PARTITIONS.json [--matrices DIR] [--dead exclude|as-cluster] [--null N] [--seed S] [--json]
    how well partitions agree: {"name": [label per unit, -1 dead], ...}, with DIR/<name>.npy their matrices
modscope COMMAND --help
    the options of one command

Options of analyze
${ANALYZE_HELP}
Options of study
${STUDY_HELP}
Options of analyze and study
${ANALYSIS_HELP}`;

/** The help on a command, by the arguments behind its name. */
const HELP: Readonly<Record<string, ((args: readonly string[]) => CommandHelp) | undefined>> = {
  inspect: () => inspectHelp,
  analyze: () => analyzeHelp,
  study: helpOnStudy,
  cluster: () => clusterHelp,
  agree: () => agreeHelp,
};

type Command = (args: readonly string[], onCancel: (cancel: () => void) => void) => Promise<string>;

const COMMANDS: Readonly<Record<string, Command>> = {
  inspect: inspectCommand,
  analyze: analyzeCommand,
  study: studyCommand,
  cluster: clusterCommand,
  agree: agreeCommand,
};

/** Exit codes: 0 done, 1 the input is bad, 2 wrong usage, 130 interrupted. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && args.length === 0)) {
    process.stdout.write(USAGE);
    return name === undefined ? 2 : 0;
  }
  const [asked = '', ...rest] = name === 'help' ? args : [name, ...args];
  const help = Object.hasOwn(HELP, asked) ? HELP[asked] : undefined;
  if (help !== undefined && (name === 'help' || asksForHelp(rest))) {
    process.stdout.write(commandHelp(help(rest)));
    return 0;
  }
  if (name === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  let cancel = (): void => process.exit(130);
  process.on('SIGINT', () => {
    cancel();
  });
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no command "${asked}"`);
    process.stdout.write(await command(args, (stop) => (cancel = stop)));
    return 0;
  } catch (error) {
    return complain(error);
  }
}

function complain(error: unknown): number {
  if (error instanceof CancelledError) {
    process.stderr.write('Interrupted\n');
    return 130;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`modscope: ${error.message}. See modscope --help\n`);
    return 2;
  }
  if (error instanceof InputError || error instanceof WorkerCrashError) {
    process.stderr.write(`modscope: ${printable(error.message, 2000)}${flagsFor(error)}\n`);
    return 1;
  }
  // A fault of the program's own: its stack helps whoever mends it.
  process.stderr.write(
    `modscope: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}

/** What the command line has beside modscope.json. */
function flagsFor(error: Error): string {
  if (!(error instanceof InputError)) return '';
  switch (error.about) {
    case 'data':
      return ' (flags: --data PATH, or --images and --labels)';
    case 'loss':
      return ' (flag: --loss NAME)';
    case undefined:
      return '';
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = complain(error);
  },
);
