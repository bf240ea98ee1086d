import { InputError } from '../base/error';

/** A part of a study: the checkpoints whose place, counted from 0, leaves `index` when divided by `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The whole study. */
export const WHOLE: Shard = { index: 0, count: 1 };

/** What is in a shard: spread evenly, since neighbours are often of one run and take as long. */
export function inShard<T>(items: readonly T[], { index, count }: Shard): T[] {
  return items.filter((_, place) => place % count === index);
}

/** Indices of the shards that have one of the places, in order. */
export function shardsWith(places: readonly number[], count: number): number[] {
  return [...new Set(places.map((place) => place % count))].sort((a, b) => a - b);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How a scheduler tells a task of an array which it is. */
interface Scheduler {
  readonly name: string;
  /** The variable with its index. */
  readonly index: string;
  /** Variables with the first index, the last and the step between two; those it lacks are null. */
  readonly first: string | null;
  readonly last: string | null;
  readonly step: string | null;
  /** The variable with the number of tasks. */
  readonly tasks: string | null;
  /** What the index says outside an array. */
  readonly none?: string;
}

// Their manuals: sbatch(1), "Output Environment Variables", whose step is 1 for a list of indices; submit(1) of Grid Engine,
// -t; bsub -J of LSF, whose indices begin at 1 by default, and "Environment variables set for job execution"; qsub of PBS
// Professional and of TORQUE; "Indexed Job for Parallel Processing with Static Work Assignment" of Kubernetes, from 0.
const SCHEDULERS: readonly Scheduler[] = [
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    first: 'SLURM_ARRAY_TASK_MIN',
    last: 'SLURM_ARRAY_TASK_MAX',
    step: 'SLURM_ARRAY_TASK_STEP',
    tasks: 'SLURM_ARRAY_TASK_COUNT',
  },
  {
    name: 'SGE',
    index: 'SGE_TASK_ID',
    first: 'SGE_TASK_FIRST',
    last: 'SGE_TASK_LAST',
    step: 'SGE_TASK_STEPSIZE',
    tasks: null,
    none: 'undefined',
  },
  {
    name: 'LSF',
    index: 'LSB_JOBINDEX',
    first: null,
    last: 'LSB_JOBINDEX_END',
    step: 'LSB_JOBINDEX_STEP',
    tasks: null,
    none: '0',
  },
  { name: 'PBS', index: 'PBS_ARRAY_INDEX', first: null, last: null, step: null, tasks: null },
  { name: 'PBS', index: 'PBS_ARRAYID', first: null, last: null, step: null, tasks: null },
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', first: null, last: null, step: null, tasks: null },
];

/**
 * The shard that --shard names: "k/n" with k from 1; "auto", what the scheduler says of the task that this is; "auto/n", the
 * same for schedulers that do not say how many tasks there are.
 * @throws InputError where it names none
 */
export function shardOf(text: string, environment: Environment): Shard {
  const [, own, total] = /^(auto|\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const count = total === undefined ? null : numberOf('--shard', total, 1);
  if (own === 'auto') return automatic(environment, count);
  const index = own === undefined ? null : numberOf('--shard', own, 1);
  if (index === null || count === null || index > count) {
    throw new InputError(
      `--shard ${text}`,
      'is no part of the study',
      'Write k/n for the k-th of n parts, or auto within a job array',
    );
  }
  return { index: index - 1, count };
}

function automatic(environment: Environment, count: number | null): Shard {
  const scheduler = SCHEDULERS.find(({ index, none }) => ![undefined, '', none].includes(environment[index]));
  if (scheduler === undefined) {
    throw new InputError(
      '--shard auto',
      `no variable of a job array is set (${SCHEDULERS.map(({ index }) => index).join(', ')})`,
      'Write --shard k/n',
    );
  }
  const valueOf = (name: string | null): number | null => {
    const text = name === null ? undefined : environment[name];
    return name === null || text === undefined || text === '' ? null : numberOf(name, text, 0);
  };
  const index = valueOf(scheduler.index) ?? 0;
  const stride = Math.max(1, valueOf(scheduler.step) ?? 1);
  if (count !== null) return remainder(scheduler, { index, count, stride });
  const last = valueOf(scheduler.last);
  if (last === null) {
    throw new InputError(
      '--shard auto',
      `${scheduler.name} does not tell how many tasks the array has`,
      'Write --shard auto/n, where n is their number',
    );
  }
  // Slurm says how many tasks there are: fewer than from the first to the last where some indices were left out.
  const told = valueOf(scheduler.tasks);
  return inArray(scheduler, { index, first: valueOf(scheduler.first) ?? 1, last, stride, told });
}

/**
 * Any n indices in a row leave each remainder once, whether they begin at 0 or at 1; and a task that is submitted again by
 * itself has the same shard as before.
 */
function remainder(
  { name }: Scheduler,
  { index, count, stride }: { index: number; count: number; stride: number },
): Shard {
  if (greatestDivisor(stride, count) > 1) {
    throw new InputError(
      `--shard auto/${count}`,
      `the indices of the array of ${name} are ${stride} apart, so that several tasks would be the same shard`,
      'Number the tasks in a row',
    );
  }
  return { index: index % count, count };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

interface Indices {
  readonly index: number;
  readonly first: number;
  readonly last: number;
  readonly stride: number;
  /** How many there are, where that is told. */
  readonly told: number | null;
}

/** The place of an index between the first and the last. */
function inArray({ name }: Scheduler, { index, first, last, stride, told }: Indices): Shard {
  const count = Math.floor((last - first) / stride) + 1;
  const place = (index - first) / stride;
  if (!Number.isInteger(place) || place < 0 || place >= count || (told !== null && told !== count)) {
    throw new InputError(
      '--shard auto',
      `the indices of the array of ${name} are not evenly spaced`,
      'Write --shard auto/n, where n is the number of shards, or k/n with the k of this task',
    );
  }
  return { index: place, count };
}

function numberOf(where: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(where, `"${text}" is no whole number of at least ${least}`);
}
