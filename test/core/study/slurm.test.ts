import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  arrayArguments,
  arrayScript,
  collectorArguments,
  collectorScript,
  quoted,
  sbatchOptions,
  type SlurmJobs,
  submitCommands,
} from '../../../src/core/study/slurm';

const JOBS: SlurmJobs = {
  program: ['/opt/node 20/bin/node', "/home/o'hara/$modscope/cli.cjs"],
  study: '/data/my "study" #1',
  shards: 20,
  options: ['--partition=cpu', '--comment=a b'],
};

/** What bash makes of a text. */
const bash = (script: string): string => execFileSync('bash', ['-c', script]).toString();

describe('the options of sbatch', () => {
  it.each([
    ['', []],
    ['  --mem=4G   -p cpu ', ['--mem=4G', '-p', 'cpu']],
    [`--comment='a "b"' --constraint="x&y"'z'`, ['--comment=a "b"', '--constraint=x&yz']],
    [`--comment=""`, ['--comment=']],
  ])('are the words of %j', (text, words) => {
    expect(sbatchOptions(text)).toEqual(words);
  });

  it.each([
    ['--comment="a', /quote that is not closed/],
    ['--mem=4G\n--wrap=x', /line break/],
    ['cpu --mem=4G', /begins with "cpu"/],
    ['--array=0-3', /is set by the scripts/],
    ['--mem=4G -a 0-3', /"-a" is set by the scripts/],
    ['--dependency=afterok:1', /is set by the scripts/],
    ['-D/tmp', /is set by the scripts/],
  ])('are not %j', (text, message) => {
    expect(() => sbatchOptions(text)).toThrow(message);
  });
});

describe('a word in a script', () => {
  it.each(['plain-1.5_x/y', "it's", '$HOME `id` "q"', '#x', '', '*?[a]', '~', 'é ü', '!x', '\\'])(
    'is for bash what it was: %j',
    (word) => {
      expect(bash(`printf %s ${quoted(word)}`)).toBe(word);
    },
  );

  it('has no line break', () => {
    expect(() => quoted('a\nb')).toThrow(/line break.*Rename/);
  });
});

describe('the scripts for Slurm', () => {
  it.each([
    ['array', arrayScript(JOBS)],
    ['collector', collectorScript(JOBS)],
  ])('are bash, and say what they do: the %s', (_, script) => {
    execFileSync('bash', ['-n', '-c', script]);
    const lines = script.split('\n');
    expect(lines[0]).toBe('#!/bin/bash');
    // A line of sbatch or a command has its comment above it.
    const first = lines.findIndex((line) => line.startsWith('#SBATCH'));
    expect(lines[first - 1]).toMatch(/^# \w/);
    expect(script).toContain(`#SBATCH --chdir='/data/my "study" #1/slurm'`);
    expect(script).toContain(`#SBATCH --partition=cpu '--comment=a b'`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(130);
  });

  /** Runs a script with its own program in place of modscope and sbatch, which tell how they are called. */
  function run(script: string, round: string, { missing = '', sbatch = 'true' } = {}): string {
    const told = script.replace(/^modscope=.*$/m, 'modscope=(said)');
    const functions = `
      said() { if [[ $* == *--missing* ]]; then printf %s '${missing}'; else echo "modscope: $*"; fi; }
      sbatch() { echo "sbatch: $*" >&2; ${sbatch} && echo 77; }
      exec() { "$@"; }`;
    return execFileSync('bash', ['-c', `${functions}\n${told}`, 'script', round], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString();
  }

  it('the array runs a shard', () => {
    expect(run(arrayScript(JOBS), '')).toBe(
      `modscope: study run ${JOBS.study} --shard auto/20 --workers 1\n`,
    );
  });

  it('the collector submits what is missing again, twice, and then collects', () => {
    const script = collectorScript(JOBS);
    const collects = `modscope: study collect ${JOBS.study}\n`;
    expect(run(script, '1')).toContain(collects);
    for (const round of ['1', '2']) {
      const said = run(script, round, { missing: '3,7' });
      expect(said).toContain(`Round ${round} of at most 3 is over; submitting again: 3,7`);
      expect(said).not.toContain(collects);
    }
    expect(run(script, '3', { missing: '3,7' })).toContain(collects);
    expect(run(script, '1', { missing: '3,7', sbatch: 'false' })).toContain(collects);
  });

  it('name the tasks where some are done', () => {
    expect(arrayArguments(JOBS, [3, 7])).toEqual([
      '--parsable',
      '--array=3,7',
      `${JOBS.study}/slurm/array.sh`,
    ]);
    expect(arrayArguments({ ...JOBS, shards: 2 }, [0, 1])).not.toContain('--array=0,1');
    expect(collectorArguments(JOBS, '12')).toContain('--dependency=afterany:12');
    const commands = submitCommands(JOBS, [3, 7]);
    const said = bash(`sbatch() { echo "<$*>" >&2; echo "5;cluster"; }; exec 2>&1; ${commands}`);
    expect(said).toContain(`<--parsable --array=3,7 ${JOBS.study}/slurm/array.sh>`);
    expect(said).toContain(`<--dependency=afterany:5 ${JOBS.study}/slurm/collect.sh>`);
  });

  it.each(['/data/100%', '/data/a\\b', '/data/a\nb'])('refuse the folder %j', (study) => {
    expect(() => arrayScript({ ...JOBS, study })).toThrow(/Rename/);
    expect(() => collectorScript({ ...JOBS, study })).toThrow(/Rename/);
  });
});
