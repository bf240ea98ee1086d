import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/core/base/error';
import { isRelativeName } from '../../../src/core/file/file';
import { openLocalFile } from '../../../src/core/file/local';
import { temporaryFolder } from '../../support/temporary';

const folder = temporaryFolder();

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('openLocalFile', () => {
  test('reads exactly what is asked for, each time into a buffer of its own', async () => {
    const file = await openLocalFile(write('plain', 'abcdef'));
    expect(file.size).toBe(6);
    expect(Buffer.from(await file.read(2, 3)).toString()).toBe('cde');
    expect((await file.read(2, 3)).buffer.byteLength).toBe(3);
    expect(await file.read(6, 0)).toHaveLength(0);
    await file.close();
  });

  test('refuses ranges outside the file before allocating anything', async () => {
    const file = await openLocalFile(write('short', 'abc'));
    const ranges = [
      [0, 4],
      [-1, 1],
      [3, 1],
      [0, 2 ** 52],
      [0.5, 1],
      [0, NaN],
      [2 ** 60, 1],
    ] as const;
    for (const [offset, length] of ranges)
      await expect(file.read(offset, length)).rejects.toThrow(InputError);
    await file.close();
  });

  test('says what is wrong with a path in one line', async () => {
    await expect(openLocalFile(join(folder, 'nothing'))).rejects.toThrow(/nothing: no such file$/);
    await expect(openLocalFile(folder)).rejects.toThrow('is a folder, not a file');
    await expect(openLocalFile('/dev/null')).rejects.toThrow('is a pipe or a device, not a file');
    await expect(openLocalFile(`${folder}/\0`)).rejects.toThrow(InputError);
  });

  test.skipIf(process.getuid?.() === 0)('says when permission is lacking', async () => {
    const path = write('locked', 'x');
    chmodSync(path, 0);
    await expect(openLocalFile(path)).rejects.toThrow('permission denied');
  });

  test('follows the link the user named, and finds siblings on both its sides', async () => {
    // As in the Hugging Face cache: snapshots/model -> ../blobs/1234, with a sibling that is a link likewise.
    mkdirSync(join(folder, 'blobs'));
    mkdirSync(join(folder, 'snapshots'));
    for (const [name, blob] of [
      ['index', 'b1'],
      ['shard', 'b2'],
    ] as const) {
      write(`blobs/${blob}`, name);
      symlinkSync(`../blobs/${blob}`, join(folder, 'snapshots', name));
    }
    const file = await openLocalFile(join(folder, 'snapshots/index'));
    const sibling = await file.sibling('shard');
    expect(Buffer.from(await sibling.read(0, 5)).toString()).toBe('shard');
    expect(sibling.path).toBe(join(folder, 'snapshots/shard'));
    await Promise.all([file.close(), sibling.close()]);
  });
});

test('isRelativeName', () => {
  for (const name of ['a', 'a.bin', 'sub/a.bin', '.hidden', '..a', 'a b'])
    expect(isRelativeName(name)).toBe(true);
  for (const name of [
    '',
    '.',
    '..',
    '../a',
    'a/../b',
    'a//b',
    'a/',
    '/a',
    'C:a',
    'c:\\a',
    '\\\\server\\a',
    'a\0',
  ])
    expect(isRelativeName(name)).toBe(false);
});
