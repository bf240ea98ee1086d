import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../src/cli/output';

// The whole command, from process start to report on disk, against the reference's published code on the same data.

const DIST = join(__dirname, '..');
const GOLDEN = join(DIST, '../../shared/golden');
const REPEATS = 3;

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
}

async function main(): Promise<void> {
  if (!existsSync(GOLDEN)) {
    console.log(`skipped: there is no ${GOLDEN}`);
    return;
  }
  const out = mkdtempSync(join(tmpdir(), 'modscope-bench-'));
  const args = [
    'analyze',
    join(GOLDEN, 'checkpoints/mnist_sup_l2=0.00001_drop=0.30000.ckpt'),
    ...['--data', join(GOLDEN, 'data/t10k-images-idx3-ubyte.gz'), '--workers', '2', '--out', out],
  ];
  const runs: Run[] = [];
  for (let i = 0; i < REPEATS; i++) runs.push(await time(args));
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
    timings: Record<string, number>;
  };
  rmSync(out, { recursive: true });

  const seconds = Math.min(...runs.map((run) => run.seconds));
  const megabytes = Math.max(...runs.map((run) => run.megabytes));
  const reference = referenceSeconds();
  console.log(
    textTable([
      ['modscope analyze, MNIST 784-64-64-10, 10,000 images', 'seconds', 'of the reference'],
      ['reference, everything (one thread)', reference.toFixed(1), '1'],
      [
        'modscope, process start to report on disk (two workers)',
        seconds.toFixed(2),
        `1/${(reference / seconds).toFixed(0)}`,
      ],
      ...Object.entries(report.timings).map(([stage, value]) => [
        `  ${stage} (last run)`,
        value.toFixed(2),
        '',
      ]),
    ]),
  );
  console.log(`peak resident memory ${megabytes.toFixed(0)} MB`);
}

/** Runs the command line and follows the most memory it held, which /proc keeps. */
function time(args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(process.execPath, [join(DIST, 'cli.cjs'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let kilobytes = 0;
    const poll = setInterval(() => {
      const status = `/proc/${child.pid}/status`;
      if (!existsSync(status)) return;
      kilobytes = Math.max(kilobytes, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0));
    }, 20);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(`exit code ${String(code)}`));
      resolve({ seconds: (performance.now() - from) / 1000, megabytes: kilobytes / 1024 });
    });
  });
}

/** The published code's own run over the same images, as it was measured once. */
function referenceSeconds(): number {
  const timing = JSON.parse(readFileSync(join(GOLDEN, 'timing.json'), 'utf8')) as {
    'total_as_eval.py_runs_it': { wall_s: number };
  };
  return timing['total_as_eval.py_runs_it'].wall_s;
}

void main();
