import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFileAtomically } from '../../../src/core/file/local';

it('replaces a file whole', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'modscope-write-'));
  const path = join(dir, 'report.json');
  await writeFileAtomically(path, 'a long first version');
  await writeFileAtomically(path, 'second');
  expect(await readFile(path, 'utf8')).toBe('second');
  expect(await readdir(dir)).toEqual(['report.json']);
});

it('leaves nothing behind where it fails', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'modscope-write-'));
  // A folder cannot be replaced by a file.
  await mkdir(join(dir, 'report.json'));
  await expect(writeFileAtomically(join(dir, 'report.json'), 'data')).rejects.toThrow();
  expect(await readdir(dir)).toEqual(['report.json']);
});
