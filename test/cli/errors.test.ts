import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIGITS, modscope } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const CHECKPOINT = join(DIGITS, 'checkpoints/digits_drop=0.6_run=0.ckpt');
const IMAGES = join(DIGITS, 'data/test-images-idx3-ubyte');
const LABELS = join(DIGITS, 'data/test-labels-idx1-ubyte');

function idx(name: string, sizes: readonly number[], bytes: readonly number[]): string {
  const path = join(folder, name);
  const header = [0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255])];
  writeFileSync(path, Uint8Array.from([...header, ...bytes]));
  return path;
}

describe('bad input is one line on standard error and exit code 1', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'text.pt'), 'hello');
    writeFileSync(join(folder, 'cut.ckpt'), readFileSync(CHECKPOINT).subarray(0, 50_000));
    writeFileSync(
      join(folder, 'lfs.ckpt'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n',
    );
    mkdirSync(join(folder, 'alone'));
    copyFileSync(CHECKPOINT, join(folder, 'alone/net.ckpt'));
    writeFileSync(join(folder, 'alone/modscope.json'), '{"solvr": "best"}');
    writeFileSync(join(folder, 'package.json'), '{}'); // the end of the search for data
  });

  it.each([
    ['not a checkpoint', ['text.pt'], /text\.pt: is a text file/],
    ['truncated', ['cut.ckpt'], /cut\.ckpt: .*cut off/],
    ['a Git LFS pointer', ['lfs.ckpt'], /lfs\.ckpt: .*Git LFS pointer.*git lfs pull/],
    ['missing', ['nowhere.pt'], /nowhere\.pt: no such file/],
    [
      'an unknown setting',
      ['alone/net.ckpt'],
      /modscope\.json: solvr is not a setting; did you mean "solver"/,
    ],
  ])('%s', async (_, args, message) => {
    await expectLine(args, message);
  });

  it('no data set found', async () => {
    const path = join(folder, 'net.ckpt');
    copyFileSync(CHECKPOINT, path);
    await expectLine([path], /net\.ckpt: no data set found near it.*--data PATH/);
  });

  it('images and labels of different lengths', async () => {
    const labels = idx('two-labels-idx1-ubyte', [2], [1, 2]);
    await expectLine([CHECKPOINT, '--images', IMAGES, '--labels', labels], /597 samples.* 2 labels/);
  });

  it('images that do not fit the first layer', async () => {
    const images = idx('big-images-idx3-ubyte', [1, 9, 9], Array<number>(81).fill(0));
    const labels = idx('big-labels-idx1-ubyte', [1], [0]);
    await expectLine(
      [CHECKPOINT, '--images', images, '--labels', labels],
      /9 × 9 = 81 values, and the network takes 64 inputs/,
    );
  });

  it('labels outside the logits', async () => {
    const images = idx('odd-images-idx3-ubyte', [2, 8, 8], Array<number>(128).fill(9));
    const labels = idx('odd-labels-idx1-ubyte', [2], [3, 10]);
    await expectLine(
      [CHECKPOINT, '--images', images, '--labels', labels],
      /label of sample 1 is 10, .* 10 outputs/,
    );
  });

  it('a truncated data set', async () => {
    const images = idx('cut-images-idx3-ubyte', [2, 8, 8], [1, 2, 3]);
    await expectLine([CHECKPOINT, '--images', images, '--labels', LABELS], /cut-images-idx3-ubyte: /);
  });
});

describe('wrong usage is exit code 2', () => {
  it.each([
    [[]],
    [['frobnicate']],
    [['analyze']],
    [['analyze', 'a.pt', '--bogus']],
    [['analyze', 'a.pt', '--seed', 'one']],
    [['analyze', 'a.pt', '--methods', 'forward_cov,sideways']],
    [['analyze', 'a.pt', '--solver', 'fastest']],
    [['analyze', 'a.pt', '--images', 'x']],
    [['inspect', 'a', 'b']],
  ])('%j', async (args) => {
    const { code, err, out } = await modscope(args, folder);
    expect(code).toBe(2);
    expect(err + out).toContain('modscope');
  });
});

async function expectLine(args: readonly string[], message: RegExp): Promise<void> {
  const { code, out, err } = await modscope(['analyze', ...args], folder);
  expect(err).toMatch(message);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect(out).toBe('');
  expect(code).toBe(1);
}
