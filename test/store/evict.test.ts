import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { cacheKey, store } from '../../src/store/cache';
import { evictResults } from '../../src/store/evict';
import { temporaryFolder } from '../support/temporary';

const root = temporaryFolder();
const cache = join(root, 'results');
const checkpoint = (name: string): string => join(root, `${name}.ckpt`);

/** Results of 1000 bytes and their fingerprints, a day older each than the next. */
const NAMES = ['a', 'b', 'c'];
beforeEach(async () => {
  await rm(cache, { recursive: true, force: true });
  for (const [day, name] of NAMES.entries()) {
    const path = checkpoint(name);
    await writeFile(path, name);
    const stamp = { path, size: 1, modified: 0 };
    const found = {
      version: '1',
      settings: '',
      checkpoint: [stamp],
      data: [],
      inputShape: [1],
      candidates: '',
      nulls: {},
      complete: true,
    };
    await store(join(cache, cacheKey(path)), found, async (folder) => {
      await mkdir(join(folder, 'matrices'), { recursive: true });
      await writeFile(join(folder, 'matrices/m.npy'), new Uint8Array(1000));
    });
    await utimes(join(cache, cacheKey(path)), day * 86_400, day * 86_400);
  }
});

const left = async (): Promise<string[]> => {
  const folders = await readdir(cache);
  return NAMES.filter((name) => folders.includes(cacheKey(checkpoint(name))));
};

it('forgets the results of checkpoints that are no more', async () => {
  await rm(checkpoint('b'));
  expect(await evictResults(cache, [], Infinity)).toEqual([checkpoint('b')]);
  expect(await left()).toEqual(['a', 'c']);
});

it('forgets the matrices of the oldest until the rest fits, which are as old as before', async () => {
  const matrices = async (name: string): Promise<string[]> =>
    readdir(join(cache, cacheKey(checkpoint(name)), 'matrices')).catch(() => []);
  expect(await evictResults(cache, [], 2200)).toEqual([checkpoint('a'), checkpoint('b')]);
  expect(await left()).toEqual(['a', 'b', 'c']);
  expect([await matrices('a'), await matrices('b'), await matrices('c')]).toEqual([[], [], ['m.npy']]);
  expect((await stat(join(cache, cacheKey(checkpoint('b'))))).mtimeMs).toBe(86_400_000);
});

it('forgets the oldest where that is not enough', async () => {
  expect(await evictResults(cache, [], 500)).toEqual(NAMES.map(checkpoint));
  expect(await left()).toEqual(['b', 'c']);
});

it('keeps what is shown, be it the oldest or of a checkpoint that is no more', async () => {
  await rm(checkpoint('b'));
  const keep = [checkpoint('a'), checkpoint('b')];
  expect(await evictResults(cache, keep, 0)).toEqual([checkpoint('c')]);
  expect(await left()).toEqual(['a', 'b']);
});

it('removes what was never finished once nobody can be at it, and what is not ours never', async () => {
  const unfinished = (name: string): string =>
    `${cacheKey(checkpoint(name))}.12345678-1234-1234-1234-123456789012.tmp`;
  for (const name of [unfinished('old'), unfinished('new'), 'my own']) await mkdir(join(cache, name));
  await utimes(join(cache, unfinished('old')), 0, 0);
  await utimes(join(cache, 'my own'), 0, 0);
  await evictResults(cache, [], Infinity);
  const folders = await readdir(cache);
  expect(folders).toContain(unfinished('new'));
  expect(folders).toContain('my own');
  expect(folders).not.toContain(unfinished('old'));
});

it('is content where there is no cache', async () => {
  expect(await evictResults(join(root, 'nowhere'), [], 0)).toEqual([]);
});
