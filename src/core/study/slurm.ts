import { basename } from 'node:path';
import { InputError } from '../base/error';

// The scripts of a study for Slurm: an array of jobs that are each a shard, and a job that collects them.

/** What the scripts are made from. */
export interface SlurmJobs {
  /** How the program is called: absolute paths, so that no PATH is needed. */
  readonly program: readonly string[];
  /** The folder of the study, absolute. */
  readonly study: string;
  /** As many tasks has the array. */
  readonly shards: number;
  /** What sbatch is given besides, for both. */
  readonly options: readonly string[];
}

/** How often the array is submitted: once, and again as long as something is missing. */
const MOST_ROUNDS = 3;

/** Where the scripts lie in the folder of a study, and below them what they print. */
export const SLURM_FOLDER = 'slurm';
export const SLURM_LOGS = 'logs';
export const ARRAY_SCRIPT = 'array.sh';
export const COLLECTOR_SCRIPT = 'collect.sh';

/** Options of sbatch that the scripts need for themselves. */
const RESERVED = /^(--(array|chdir|dependency|wrap)(=|$)|-[aDd])/;
/** A word, as a shell would read it; quotes may be anywhere in it. */
const WORD = /\s*((?:[^\s'"]|'[^']*'|"[^"]*")+)\s*/y;

/**
 * The words of sbatch's options: "--mem=4G --comment='a b'" are two.
 * @throws InputError where a quote is not closed, or an option is one that the scripts have
 */
export function sbatchOptions(text: string): string[] {
  const wrong = (problem: string, remedy?: string) => new InputError('--slurm', problem, remedy);
  if (/\p{Cc}/u.test(text)) throw wrong('has a line break or another control character');
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.trimEnd().length) {
    const word = WORD.exec(text)?.[1];
    if (word === undefined) throw wrong('has a quote that is not closed');
    words.push(
      word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
    );
  }
  const [first] = words;
  if (first !== undefined && !first.startsWith('-'))
    throw wrong(`begins with "${first}", which is no option`);
  const taken = words.find((word) => RESERVED.test(word));
  if (taken !== undefined) throw wrong(`"${taken}" is set by the scripts`, 'Leave it out; see --shards');
  return words;
}

/** The job array: a task computes a shard. @throws InputError where a path cannot be written into a script */
export function arrayScript(jobs: SlurmJobs): string {
  return `#!/bin/bash
# Written by modscope study submit. Each task of this job array analyzes one shard of a study: every ${ordinal(jobs.shards)}
# checkpoint, beginning with the one that has the task's number. A result is written once and whole, under a key of what it
# depends on, so a task may be killed at any moment and submitted again: what is done is found and not computed twice.
# By hand:  sbatch array.sh,  or some of the tasks:  sbatch --array=3,7 array.sh

# The tasks, which are the shards, counted from 0.
#SBATCH --array=0-${jobs.shards - 1}
${header(jobs, '', 'array-%A_%a')}
# A task whose node fails begins again by itself, if the cluster allows it.
#SBATCH --requeue
${given(jobs)}
set -eu

${calls(jobs)}
# As many threads as Slurm gives the task processors; it tells where --cpus-per-task was asked for.
exec "\${modscope[@]}" study run "$study" --shard auto/${jobs.shards} --workers "\${SLURM_CPUS_PER_TASK:-1}"
`;
}

/** The job that waits for the array. @throws InputError where a path cannot be written into a script */
export function collectorScript(jobs: SlurmJobs): string {
  return `#!/bin/bash
# Written by modscope study submit. This job begins when every task of the array has ended, in whatever way. Where
# checkpoints are missing, because a task was killed or its time was up, it submits those tasks again and then itself, up to
# ${MOST_ROUNDS} rounds in all; otherwise it writes the tables. A checkpoint that failed with a reason is not missing.
# By hand:  sbatch collect.sh

${header(jobs, '-collect', 'collect-%j')}
${given(jobs)}
set -eu

${calls(jobs)}
# The round that has ended, counted from 1: the collector before this one says it.
round=\${1:-1}

# For the log: how far the study is, and why which checkpoints failed.
"\${modscope[@]}" study status "$study"

# The tasks with a checkpoint that is neither done nor failed, as sbatch takes them: "3,7", or nothing.
missing=$("\${modscope[@]}" study status "$study" --missing ${jobs.shards})

if [[ -n $missing && $round -lt ${MOST_ROUNDS} ]]; then
  echo "Round $round of at most ${MOST_ROUNDS} is over; submitting again: $missing"
  # sbatch says the number of the job, and after a semicolon the cluster where there are several.
  if array=$(sbatch --parsable --array="$missing" ${inStudy(ARRAY_SCRIPT)}) &&
    sbatch --dependency="afterany:\${array%%;*}" ${inStudy(COLLECTOR_SCRIPT)} $((round + 1)); then
    exit
  fi
  echo 'sbatch failed, so the study is collected as far as it is.'
fi

exec "\${modscope[@]}" study collect "$study"
`;
}

/** What sbatch is given to submit some tasks of the array, or all of them where none are named. */
export function arrayArguments(jobs: SlurmJobs, tasks: readonly number[]): string[] {
  const some = tasks.length < jobs.shards ? [`--array=${tasks.join(',')}`] : [];
  return ['--parsable', ...some, pathOf(jobs, ARRAY_SCRIPT)];
}

/** What sbatch is given to submit the collector of an array. @param array number of its job */
export function collectorArguments(jobs: SlurmJobs, array: string): string[] {
  return ['--parsable', `--dependency=afterany:${array}`, pathOf(jobs, COLLECTOR_SCRIPT)];
}

/** The same as a shell would be told it. */
export function submitCommands(jobs: SlurmJobs, tasks: readonly number[]): string {
  const [array, collector] = [arrayArguments(jobs, tasks), pathOf(jobs, COLLECTOR_SCRIPT)];
  return `array=$(sbatch ${array.map(quoted).join(' ')})
sbatch --dependency="afterany:\${array%%;*}" ${quoted(collector)}
`;
}

function pathOf({ study }: SlurmJobs, script: string): string {
  return `${study}/${SLURM_FOLDER}/${script}`;
}

function inStudy(script: string): string {
  return `"$study/${SLURM_FOLDER}/${script}"`;
}

/** Name, working directory and log. The log is relative to the directory, in whose own name Slurm would expand a "%". */
function header({ study }: SlurmJobs, suffix: string, log: string): string {
  if (/[%\\]/.test(study)) {
    throw new InputError(
      study,
      'has a % or a \\ in its path, where Slurm writes no logs',
      'Rename the folder',
    );
  }
  const name = basename(study).replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return `# What squeue calls it.
#SBATCH --job-name=${quoted(`${name}${suffix}`)}
# Where it works, and what it prints: %A and %j stand for the number of the job, %a for that of the task.
#SBATCH --chdir=${quoted(`${study}/${SLURM_FOLDER}`)}
#SBATCH --output=${SLURM_LOGS}/${log}.txt`;
}

function given({ options }: SlurmJobs): string {
  if (options.length === 0) return '# No other options were given to submit.';
  return `# The options that were given to submit.\n#SBATCH ${options.map(quoted).join(' ')}`;
}

function calls({ program, study }: SlurmJobs): string {
  return `# The program that wrote this script, and the study.
modscope=(${program.map(quoted).join(' ')})
study=${quoted(study)}
`;
}

/**
 * A word for bash, and for sbatch, which reads quotes as bash does.
 * @throws InputError where it has a line break, which sbatch would take for the end of the option
 */
export function quoted(word: string): string {
  if (/\p{Cc}/u.test(word)) {
    throw new InputError(JSON.stringify(word), 'has a line break or another control character', 'Rename it');
  }
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** "every checkpoint", "every 2nd checkpoint". */
function ordinal(n: number): string {
  const [tens, ones] = [Math.floor(n / 10) % 10, n % 10];
  const suffix = tens === 1 ? 'th' : (['th', 'st', 'nd', 'rd'][ones] ?? 'th');
  return `${n}${suffix}`;
}
