import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modscope, type Outcome, PROJECT } from '../support/command';
import { tableBytes } from '../support/study-tables';
import { temporaryFolder } from '../support/temporary';
import { makeTinyStudy, TINY_GLOB, TINY_OPTIONS } from '../support/tiny-study';

const CHECKPOINTS = 12;
const folder = temporaryFolder();
const disk = join(folder, 'disk');
const study = (...args: readonly string[]): Promise<Outcome> => modscope(['study', ...args], folder);

/** A file system in memory, which root alone may mount, and not in every container. */
function mountDisk(): string | null {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'modscope-test', disk], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}
const missing = mountDisk();
if (missing !== null) console.warn(`The tests of a full disk are skipped: ${missing}`);
afterAll(() => {
  if (missing === null) execFileSync('umount', [disk]);
});

/** Fills the disk up to so many bytes. */
function fill(leave: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), new Uint8Array(bavail * bsize - leave));
}

const files = (kind: string): string[] => readdirSync(join(disk, kind));

beforeAll(async () => {
  makeTinyStudy(folder, CHECKPOINTS);
  await study('plan', TINY_GLOB, ...TINY_OPTIONS, '--out', 'serial');
  await study('run', 'serial');
  await study('collect', 'serial');
  for (const name of ['disk', 'limited']) {
    cpSync(join(folder, 'serial/manifest.json'), join(folder, name, 'manifest.json'));
  }
}, 60_000);

it('a study whose files may not be as large as they are stops with one sentence', () => {
  // In blocks of 1024 bytes: null networks fit, a result does not.
  const script = `ulimit -f 4; exec "$0" "$1" study run limited`;
  const cli = join(PROJECT, 'dist/cli.cjs');
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, cli], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^modscope: limited\/[^\n]*: cannot be written \(larger than a file may be here\)\. What is done is kept[^\n]*\n$/,
  );
  expect(readdirSync(join(folder, 'limited'))).not.toContain('failures');
});

describe.skipIf(missing !== null)('a study on a disk that becomes full', () => {
  it('stops with one sentence, keeps what is done, and goes on when there is room', async () => {
    fill(100_000);
    const { code, out, err } = await study('run', 'disk');
    expect([code, out]).toEqual([1, '']);
    const said = err.split('\n').filter((line) => line.startsWith('modscope: '));
    expect(said).toEqual([
      expect.stringMatching(
        /\.json: cannot be written \(the disk is full\)\. What is done is kept: run the study again$/,
      ),
    ]);
    const kept = files('results').length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(CHECKPOINTS);
    expect(
      readdirSync(disk, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp')),
    ).toEqual([]);
    expect(readdirSync(disk)).not.toContain('failures');
    rmSync(join(disk, 'filler'));
    const again = await study('run', 'disk');
    expect(again.code).toBe(0);
    expect(again.out).toBe(`${CHECKPOINTS - kept} analyzed, ${kept} done before, 0 failed\n`);
    await study('collect', 'disk');
    expect(tableBytes(disk)).toEqual(tableBytes(join(folder, 'serial')));
  }, 60_000);

  it('keeps its tables where new ones find no room', async () => {
    fill(8192);
    const { code, err } = await study('collect', 'disk');
    expect(code).toBe(1);
    expect(err).toMatch(/^modscope: [^\n]*tables\/[^\n]* cannot be written \(the disk is full\)[^\n]*\n$/);
    expect(tableBytes(disk)).toEqual(tableBytes(join(folder, 'serial')));
    rmSync(join(disk, 'filler'));
  }, 60_000);
});
