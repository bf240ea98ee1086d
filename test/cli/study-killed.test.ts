import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/core/base/random';
import { modscope, type Outcome, PROJECT } from '../support/command';
import { tableBytes } from '../support/study-tables';
import { temporaryFolder } from '../support/temporary';
import { makeTinyStudy, TINY_GLOB, TINY_OPTIONS } from '../support/tiny-study';

const CHECKPOINTS = 40;
const MOMENTS = 20;
/** Where a study writes files, in their order. */
const KINDS = ['nulls', 'times', 'results', 'entries'];

const folder = temporaryFolder();
const study = (...args: readonly string[]): Promise<Outcome> => modscope(['study', ...args], folder);
const tables = (name: string): Record<string, string> => tableBytes(join(folder, name));

interface Run {
  readonly child: ChildProcess;
  /** Resolves with the signal that ended it; null where it came to its end. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

/** The main process: its workers are threads, which die with it. */
function start(name: string): Run {
  const cli = join(PROJECT, 'dist/cli.cjs');
  const child = spawn(process.execPath, [cli, 'study', 'run', name], { cwd: folder, stdio: 'ignore' });
  return {
    child,
    ended: new Promise((resolve) =>
      child.on('close', (_, signal) => {
        resolve(signal);
      }),
    ),
  };
}

/** Kills a run after so many milliseconds, if it runs that long. */
async function killAfter({ child, ended }: Run, delay: number): Promise<boolean> {
  await Promise.race([sleep(delay), ended]);
  child.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

/** Kills a run in the middle of writing a file into a folder of the study, if it writes one there. */
async function killWhileWriting({ child, ended }: Run, at: string): Promise<boolean> {
  const watcher = watch(at);
  let isStopped = false;
  watcher.on('change', (_, file) => {
    if (isStopped || !String(file).endsWith('.tmp')) return;
    // Stopped first, so that the kill finds it as it was seen, unless it has gone on meanwhile.
    isStopped = child.kill('SIGSTOP');
    void sleep(20).then(() => {
      if (existsSync(join(at, String(file)))) child.kill('SIGKILL');
      else isStopped = !child.kill('SIGCONT');
    });
  });
  try {
    return (await ended) === 'SIGKILL';
  } finally {
    watcher.close();
  }
}

/** Milliseconds of a run that nobody interrupts. */
let duration = 0;

beforeAll(async () => {
  makeTinyStudy(folder, CHECKPOINTS);
  await study('plan', TINY_GLOB, ...TINY_OPTIONS, '--out', 'planned');
  cpSync(join(folder, 'planned'), join(folder, 'serial'), { recursive: true });
  const begin = Date.now();
  expect(await start('serial').ended).toBeNull();
  duration = Date.now() - begin;
  await study('collect', 'serial');
}, 60_000);

it(`a study killed with -9 at ${MOMENTS} moments comes to the tables of a serial run`, async () => {
  const random = new Random(1);
  const kills = { anywhere: 0, writing: 0 };
  // As many studies as it takes: one that ends between two kills is compared, and another is begun.
  for (let round = 0; kills.anywhere + kills.writing < MOMENTS; round++) {
    const name = `killed-${round}`;
    cpSync(join(folder, 'planned'), join(folder, name), { recursive: true });
    for (const kind of KINDS) mkdirSync(join(folder, name, kind));
    for (;;) {
      if (kills.anywhere + kills.writing === MOMENTS) {
        expect(await start(name).ended).toBeNull();
        break;
      }
      const kind = kills.anywhere > kills.writing ? 'writing' : 'anywhere';
      // What is done is passed over soon, and null networks are written at the beginning alone.
      const done = readdirSync(join(folder, name, 'results')).length;
      const written = done === 0 ? KINDS : KINDS.slice(1);
      const run = start(name);
      const isKilled =
        kind === 'anywhere'
          ? await killAfter(run, random.uniform() * duration * (1 - (0.7 * done) / CHECKPOINTS))
          : await killWhileWriting(run, join(folder, name, written[random.integer(written.length)]!));
      if (!isKilled) break;
      kills[kind]++;
    }
    const { out } = await study('collect', name);
    expect(out).toContain(`${CHECKPOINTS} of ${CHECKPOINTS} checkpoints, 0 failed\n`);
    expect(tables(name)).toEqual(tables('serial'));
  }
  expect(kills).toEqual({ anywhere: MOMENTS / 2, writing: MOMENTS / 2 });
}, 240_000);
