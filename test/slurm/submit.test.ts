import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { Random } from '../../src/core/base/random';
import { modscope, type Outcome } from '../support/command';
import { tableBytes } from '../support/study-tables';
import { temporaryFolder } from '../support/temporary';
import { makeTinyStudy, TINY_GLOB, TINY_OPTIONS } from '../support/tiny-study';

const slurm = inject('slurm');
const SLURM_CONF = 'configuration' in slurm ? slurm.configuration : '';
const CHECKPOINTS = 200;
const SHARDS = 40;

// All of it in a folder whose name both bash and sbatch would take apart.
const folder = join(temporaryFolder(), `it's "a" $HOME #1`);

const study = (...args: readonly string[]): Promise<Outcome> =>
  modscope(['study', ...args], folder, undefined, { SLURM_CONF });

/** What a command of Slurm says. */
function ask(command: string, ...options: readonly string[]): string {
  return execFileSync(command, options, { env: { ...process.env, SLURM_CONF }, encoding: 'utf8' });
}

async function untilNothingIsQueued(): Promise<void> {
  while (ask('squeue', '-h').trim() !== '') await sleep(100);
}

/** What the collectors of a study said, in their order. */
function collectorLogs(name: string): string[] {
  const logs = join(folder, name, 'slurm/logs');
  const numbered = readdirSync(logs).flatMap((log) => /^collect-(\d+)\.txt$/.exec(log)?.[1] ?? []);
  const inOrder = numbered.map(Number).sort((a, b) => a - b);
  return inOrder.map((job) => readFileSync(join(logs, `collect-${job}.txt`), 'utf8'));
}

interface Task {
  readonly pid: number;
  /** Number of the array's job. */
  readonly array: string;
}

/** The processes that compute a shard of a study now. */
function tasks(name: string): Task[] {
  const wanted = `${join(folder, name)}\0--shard\0auto/`;
  return readdirSync('/proc').flatMap((entry) => {
    try {
      if (!/^\d+$/.test(entry) || !readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(wanted)) return [];
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      const array = environment.find((line) => line.startsWith('SLURM_ARRAY_JOB_ID='))?.split('=')[1];
      return array === undefined ? [] : [{ pid: Number(entry), array }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/**
 * Kills processes of tasks with -9, each at a moment of its life drawn at random.
 * @param plan how many of which round, which share of those that are seen, and how many milliseconds later at most
 * @returns how many were killed of each round
 */
async function killTasks(
  name: string,
  plan: readonly { readonly count: number; readonly share: number; readonly within: number }[],
  random: Random,
): Promise<number[]> {
  const rounds: string[] = [];
  const killed = plan.map(() => 0);
  const seen = new Set<number>();
  const deaths: { readonly pid: number; readonly round: number; readonly at: number }[] = [];
  for (let idle = 0; idle < 3; idle = ask('squeue', '-h').trim() === '' ? idle + 1 : 0) {
    for (const { pid, array } of tasks(name)) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      if (!rounds.includes(array)) rounds.push(array);
      const round = rounds.indexOf(array);
      const { share, within } = plan[round] ?? { share: 0, within: 0 };
      if (random.uniform() < share) deaths.push({ pid, round, at: Date.now() + random.uniform() * within });
    }
    for (const { pid, round } of deaths.filter(({ at }) => at <= Date.now())) {
      if ((killed[round] ?? 0) < (plan[round]?.count ?? 0) && tasks(name).some((task) => task.pid === pid)) {
        process.kill(pid, 'SIGKILL');
        killed[round]!++;
      }
    }
    deaths.splice(0, deaths.length, ...deaths.filter(({ at }) => at > Date.now()));
    await sleep(20);
  }
  return killed;
}

describe.skipIf('missing' in slurm)('modscope study submit, with a real Slurm', () => {
  beforeAll(async () => {
    mkdirSync(folder);
    makeTinyStudy(folder, CHECKPOINTS);
    // What the others are compared with: one process, one checkpoint after the other.
    await study('plan', TINY_GLOB, ...TINY_OPTIONS, '--out', 'serial');
    expect((await study('run', 'serial', '--workers', '1')).code).toBe(0);
    expect((await study('collect', 'serial')).code).toBe(0);
  }, 120_000);

  it(`comes to the tables of a serial run though ten tasks are killed with -9`, async () => {
    await study('plan', TINY_GLOB, ...TINY_OPTIONS, '--out', 'killed');
    const submitted = await study(
      'submit',
      'killed',
      '--slurm',
      '--mem=100M --time=5',
      '--shards',
      `${SHARDS}`,
    );
    expect([submitted.code, submitted.err]).toEqual([0, 'Scripts: killed/slurm\n']);
    expect(submitted.out).toMatch(new RegExp(`^Job \\d+: ${SHARDS} tasks of ${SHARDS}; job \\d+ collects\n`));
    // Of the second round early, so that something is left for a third.
    const plan = [
      { count: 8, share: 0.5, within: 600 },
      { count: 2, share: 1, within: 50 },
    ];
    expect(await killTasks('killed', plan, new Random(1))).toEqual([8, 2]);
    const logs = collectorLogs('killed');
    expect(logs).toHaveLength(3);
    expect(logs[0]).toMatch(/Round 1 of at most 3 is over; submitting again: \d+(,\d+)*\n/);
    expect(logs[1]).toMatch(/Round 2 of at most 3 is over; submitting again: \d+(,\d+)*\n/);
    expect(logs[2]).toContain(`${CHECKPOINTS} of ${CHECKPOINTS} checkpoints, 0 failed\n`);
    expect(tableBytes(join(folder, 'killed'))).toEqual(tableBytes(join(folder, 'serial')));
  }, 240_000);

  it('is submitted by the commands of --dry-run as well', async () => {
    await study('plan', 'runs/drop=0.0[01]_*', ...TINY_OPTIONS, '--out', 'by-hand');
    const { out } = await study('submit', 'by-hand', '--slurm', '--dry-run');
    execFileSync('bash', ['-c', out], { cwd: '/', env: { ...process.env, SLURM_CONF } });
    await untilNothingIsQueued();
    expect(collectorLogs('by-hand')).toEqual([expect.stringContaining('6 of 6 checkpoints, 0 failed\n')]);
  }, 60_000);

  it('says what sbatch says', async () => {
    const { code, err } = await study('submit', 'serial', '--slurm=--partition=nowhere');
    expect(err).toBe('Scripts: serial/slurm\n');
    expect(code).toBe(0); // everything is done: nothing is submitted
    await study('plan', TINY_GLOB, ...TINY_OPTIONS, '--seed', '7', '--out', 'refused');
    const refused = await study('submit', 'refused', '--slurm=--partition=nowhere');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(
      /modscope: sbatch: refuses: [^\n]*partition[^\n]*nowhere[^\n]*Nothing is submitted/,
    );
    expect(ask('squeue', '-h')).toBe('');
  }, 60_000);
});
