import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../core/base/error';
import { writeFileAtomically } from '../core/file/local';
import { shardsWith } from '../core/study/shard';
import {
  ARRAY_SCRIPT,
  arrayArguments,
  arrayScript,
  COLLECTOR_SCRIPT,
  collectorArguments,
  collectorScript,
  quoted,
  SLURM_FOLDER,
  SLURM_LOGS,
  type SlurmJobs,
} from '../core/study/slurm';
import { studyStatus } from './study-collect';
import type { StudyFolder } from './study-folder';

/** Tasks of an array unless someone says otherwise: a hundred processes start soon, and Slurm allows a thousand. */
const MOST_SHARDS = 100;

export interface SubmitOptions {
  readonly program: readonly string[];
  /** One to a checkpoint at most; null for as many, up to a hundred. */
  readonly shards: number | null;
  /** Of sbatch. */
  readonly options: readonly string[];
}

/** The scripts of a study for Slurm, as they were written. */
export interface SlurmScripts {
  readonly jobs: SlurmJobs;
  /** The folder with the scripts. */
  readonly folder: string;
  /** Tasks of the array that have something to do, of `jobs.shards`. */
  readonly tasks: readonly number[];
}

/**
 * Writes the scripts that compute a study by Slurm, and the folder for their logs; submits nothing.
 * @throws InputError where there is no study, or it cannot be written to
 */
export async function writeSlurmScripts(folder: StudyFolder, options: SubmitOptions): Promise<SlurmScripts> {
  const { manifest, states } = await studyStatus(folder);
  const jobs: SlurmJobs = {
    program: options.program,
    study: resolve(folder.path),
    shards: Math.max(1, Math.min(options.shards ?? MOST_SHARDS, manifest.checkpoints.length)),
    options: options.options,
  };
  const scripts = { [ARRAY_SCRIPT]: arrayScript(jobs), [COLLECTOR_SCRIPT]: collectorScript(jobs) };
  const at = folder.at(SLURM_FOLDER);
  for (const [name, text] of Object.entries(scripts)) await writeFileAtomically(join(at, name), text);
  await mkdir(join(at, SLURM_LOGS), { recursive: true });
  const left = states.flatMap(({ done, changed }, place) => (done && !changed ? [] : [place]));
  return { jobs, folder: at, tasks: shardsWith(left, jobs.shards) };
}

/** The numbers of the jobs that Slurm has taken. */
export interface Submission {
  readonly array: string;
  readonly collector: string;
}

/** Submits the array, and the collector that waits for it. @throws InputError where sbatch is missing or refuses */
export async function submitToSlurm({ jobs, tasks }: SlurmScripts): Promise<Submission> {
  const array = await sbatch(arrayArguments(jobs, tasks), 'Nothing is submitted: mend --slurm or --shards');
  const wait = collectorArguments(jobs, array);
  const byHand = `Array ${array} is submitted; let it be collected by: sbatch ${wait.map(quoted).join(' ')}`;
  return { array, collector: await sbatch(wait, byHand) };
}

/** @returns the number of the job. @param otherwise what holds, or is to be done, where there is none */
async function sbatch(options: readonly string[], otherwise: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sbatch', options).catch((error: unknown) => {
    throw refusal(error, otherwise);
  });
  const job = /^(\d+)(;.*)?$/m.exec(stdout)?.[1];
  if (job !== undefined) return job;
  throw new InputError('sbatch', `does not say which job it submitted: "${stdout.trim()}"`, otherwise);
}

function refusal(error: unknown, otherwise: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT') {
    return new InputError(
      'sbatch',
      'is not on the PATH',
      'Submit on a machine of the cluster, or let --dry-run write the scripts',
    );
  }
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  const lines = said.split('\n').map((line) => line.replace(/^sbatch: ((error|fatal): )?/, '').trim());
  const reason = lines.filter((line) => line !== '').join('; ') || error.message;
  return new InputError('sbatch', `refuses: ${reason}`, otherwise);
}
