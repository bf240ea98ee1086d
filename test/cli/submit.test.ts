import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIGITS, modscope, type Outcome } from '../support/command';
import { temporaryFolder } from '../support/temporary';

// Without a Slurm; with one see test/slurm.

const root = temporaryFolder();
const folder = join(root, "it's $HOME");
const LITTLE = [
  '--methods',
  'forward_cov',
  '--samples',
  '50',
  '--solver',
  'louvain',
  '--nulls',
  'untrained:2',
];

/** @param path where programs are looked for: there is no sbatch unless a test puts one there */
function study(args: readonly string[], path = root): Promise<Outcome> {
  return modscope(['study', ...args], folder, undefined, { PATH: path });
}

const script = (name: string): string => readFileSync(join(folder, 's/slurm', name), 'utf8');

/** Puts a program in the place of sbatch. @returns the PATH that has it */
function sbatch(name: string, text: string): string {
  const at = join(root, name);
  mkdirSync(at);
  writeFileSync(join(at, 'sbatch'), `#!/bin/sh\n${text}\n`);
  chmodSync(join(at, 'sbatch'), 0o755);
  return `${at}:/usr/bin:/bin`;
}

beforeAll(async () => {
  cpSync(DIGITS, folder, { recursive: true });
  const { code } = await study(['plan', 'checkpoints/digits_drop=*.ckpt', ...LITTLE, '--out', 's']);
  expect(code).toBe(0);
}, 60_000);

describe('modscope study submit', () => {
  it('writes the scripts and tells how to submit them', async () => {
    const { code, out, err } = await study(['submit', 's', '--slurm', '--dry-run']);
    expect([code, err]).toEqual([0, 'Scripts: s/slurm\n']);
    const at = `'${folder.replace("'", "'\\''")}/s/slurm`;
    expect(out).toBe(
      `array=$(sbatch --parsable ${at}/array.sh')\nsbatch --dependency="afterany:\${array%%;*}" ${at}/collect.sh'\n`,
    );
    expect(readdirSync(join(folder, 's/slurm')).sort()).toEqual(['array.sh', 'collect.sh', 'logs']);
    expect(script('array.sh')).toContain('#SBATCH --array=0-5\n');
    expect(script('array.sh')).toContain('--shard auto/6 ');
    expect(script('collect.sh')).toContain('--missing 6)');
  });

  it.each([
    ['one word behind the flag', ['--slurm', '--mem=1G --time=5 -p cpu', '--shards', '2']],
    ['after an equals sign', ['--shards=2', '--slurm=--mem=1G --time=5 -p cpu']],
  ])('takes the options of sbatch as %s', async (_, flags) => {
    const { code, err } = await study(['submit', 's', ...flags, '--dry-run']);
    expect([code, err]).toEqual([0, 'Scripts: s/slurm\n']);
    for (const name of ['array.sh', 'collect.sh']) {
      expect(script(name)).toContain('\n#SBATCH --mem=1G --time=5 -p cpu\n');
    }
    expect(script('array.sh')).toContain('#SBATCH --array=0-1\n');
  });

  it.each([
    [2, ['submit', 's'], /takes --slurm/],
    [2, ['submit', '--slurm'], /takes the folder of a study/],
    [2, ['submit', 's', '--slurm', '--mem=1G', '--time=5'], /Unknown option '--time'/],
    [2, ['submit', 's', '--slurm', '--shards', '0'], /--shards must be a whole number of at least 1/],
    [1, ['submit', 's', '--slurm', '--array=1-3'], /"--array=1-3" is set by the scripts.*see --shards/],
    [1, ['submit', 'nowhere', '--slurm'], /holds no study.*Plan one/],
  ])('says in one sentence what is wrong: exit code %i of %j', async (expected, args, message) => {
    const { code, out, err } = await study(args);
    expect([code, out, err.trimEnd().split('\n').length]).toEqual([expected, '', 1]);
    expect(err).toMatch(message);
  });

  it.each([
    ['there is no sbatch', root, /sbatch: is not on the PATH.*--dry-run/],
    [
      'sbatch refuses',
      sbatch('refusing', 'echo "sbatch: error: invalid partition specified: x" >&2; exit 1'),
      /sbatch: refuses: invalid partition specified: x\. Nothing is submitted: mend --slurm/,
    ],
    ['sbatch says something else', sbatch('chatty', 'echo Hello'), /does not say which job.*"Hello"/],
    [
      'sbatch refuses the collector',
      sbatch('once', 'case "$*" in *dependency*) exit 1;; esac; echo 41'),
      /Array 41 is submitted; let it be collected by: sbatch .*--dependency=afterany:41 .*collect\.sh/,
    ],
  ])('says in one sentence that %s', async (_, path, message) => {
    const { code, out, err } = await study(['submit', 's', '--slurm'], path);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^Scripts: s\/slurm\nmodscope: [^\n]+\n$/);
    expect(err).toMatch(message);
  });

  it('submits the tasks that have something to do', async () => {
    const path = sbatch('taking', `echo "$@" >> '${root}/calls'; echo "4$(wc -l < '${root}/calls');cluster"`);
    await study(['run', 's', '--shard', '2/6', '--workers', '1']);
    expect((await study(['status', 's', '--missing', '6'])).out).toBe('0,2,3,4,5\n');
    const { out } = await study(['submit', 's', '--slurm'], path);
    expect(out).toContain('Job 41: 5 tasks of 6; job 42 collects');
    expect(out).toContain('scancel 41 42');
    const [array, collector] = readFileSync(join(root, 'calls'), 'utf8').split('\n');
    expect(array).toBe(`--parsable --array=0,2,3,4,5 ${folder}/s/slurm/array.sh`);
    expect(collector).toBe(`--parsable --dependency=afterany:41 ${folder}/s/slurm/collect.sh`);
    await study(['run', 's', '--workers', '1']);
    expect((await study(['status', 's', '--missing', '6'])).out).toBe('');
    expect((await study(['submit', 's', '--slurm'], path)).out).toContain('Every checkpoint is done');
  }, 60_000);
});
