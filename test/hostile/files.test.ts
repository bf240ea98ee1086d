import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { openLocalFile } from '../../src/core/file/local';
import { oneTensor } from '../support/safetensors';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const secret = join(folder, 'outside.safetensors');
writeFileSync(secret, oneTensor('a', 1));

let models = 0;

/** A model folder of its own with an index that maps the tensor "a" to the file `name`. */
function indexNaming(name: string, weightMap: unknown = { a: name }): { root: string; index: string } {
  const root = join(folder, `model${models++}`);
  mkdirSync(root);
  const index = join(root, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: weightMap }));
  return { root, index };
}

async function refuses(path: string, message: string | RegExp) {
  const opening = openCheckpoint(path);
  await expect(opening).rejects.toThrow(InputError);
  await expect(opening).rejects.toThrow(message);
}

describe('shards', () => {
  test('35: paths out of the folder', async () => {
    const names = [
      '../outside.safetensors',
      secret,
      'C:\\a.safetensors',
      '\\\\server\\a',
      'x/../../outside.safetensors',
      'a\0',
      '',
    ];
    for (const name of names) await refuses(indexNaming(name).index, 'names a file outside its own folder');
  });

  test('35: links out of the folder, to a file or by a parent', async () => {
    const file = indexNaming('1.safetensors');
    symlinkSync(secret, join(file.root, '1.safetensors'));
    await refuses(file.index, 'leads out of the folder');
    const parent = indexNaming('sub/outside.safetensors');
    symlinkSync(folder, join(parent.root, 'sub'));
    await refuses(parent.index, 'leads out of the folder');
    // A folder whose name begins as the model's does.
    const near = indexNaming('1.safetensors');
    mkdirSync(`${near.root}-evil`);
    writeFileSync(`${near.root}-evil/1`, oneTensor('a', 1));
    symlinkSync(`${near.root}-evil/1`, join(near.root, '1.safetensors'));
    await refuses(near.index, 'leads out of the folder');
  });

  test('35: a hard link is a file like any other, and is read as a checkpoint or not at all', async () => {
    const { root, index } = indexNaming('1.safetensors');
    linkSync(index, join(root, '1.safetensors'));
    await refuses(index, 'is not valid safetensors');
  });

  test.skipIf(process.platform === 'win32')(
    '35: pipes and devices are not opened, nor waited for',
    async () => {
      const { root, index } = indexNaming('pipe');
      execFileSync('mkfifo', [join(root, 'pipe')]);
      await refuses(index, 'is a pipe or a device');
      await refuses(join(root, 'pipe'), 'is a pipe or a device');
      const device = indexNaming('device');
      symlinkSync('/dev/zero', join(device.root, 'device'));
      await refuses(device.index, 'leads out of the folder');
      const folderShard = indexNaming('sub');
      mkdirSync(join(folderShard.root, 'sub'));
      await refuses(folderShard.index, 'is a folder');
    },
  );

  test('35: an index that names itself', async () => {
    await refuses(indexNaming('model.safetensors.index.json').index, 'is a JSON file, and no checkpoint');
  });

  test('36: a shard is missing, or contradicts its index', async () => {
    await refuses(indexNaming('1.safetensors').index, /1\.safetensors: no such file/);
    const lacking = indexNaming('1.safetensors');
    writeFileSync(join(lacking.root, '1.safetensors'), oneTensor('b', 1));
    await refuses(lacking.index, 'lacks the tensor "a"');
    const more = indexNaming('', { a: '1.safetensors', b: '2.safetensors' });
    for (const [name, tensor] of [
      ['1', 'a'],
      ['2', 'a'],
    ] as const)
      writeFileSync(join(more.root, `${name}.safetensors`), oneTensor(tensor, 1));
    await refuses(more.index, 'lacks the tensor "b"');
    const empty = indexNaming('1.safetensors');
    writeFileSync(join(empty.root, '1.safetensors'), '');
    await refuses(empty.index, 'is empty');
    for (const map of [null, [], 'x', { a: 1 }])
      await refuses(indexNaming('', map).index, 'not an index of shards');
  });
});

describe('files', () => {
  test('32: empty files and Git LFS pointers', async () => {
    const path = join(folder, 'model.ckpt');
    writeFileSync(path, '');
    await refuses(path, /model\.ckpt: is empty\. It was not written to its end/);
    const pointer = [
      'version https://git-lfs.github.com/spec/v1',
      `oid sha256:${'0'.repeat(64)}`,
      'size 12345',
      '',
    ];
    writeFileSync(path, pointer.join('\n'));
    await refuses(
      path,
      'is a Git LFS pointer to a file of 12345 bytes, not the file itself. Run `git lfs pull`',
    );
  });

  test('43: a file that shrinks, grows, or is written over while it is open', async () => {
    const path = join(folder, 'changing');
    const changes = [
      () => {
        truncateSync(path, 100);
      },
      () => {
        truncateSync(path, 0);
      },
      () => {
        appendFileSync(path, 'x');
      },
      () => {
        writeFileSync(path, new Uint8Array(1000));
        utimesSync(path, 1, 1);
      },
    ];
    for (const change of changes) {
      writeFileSync(path, new Uint8Array(1000).fill(1));
      const file = await openLocalFile(path);
      change();
      await expect(file.read(50, 500)).rejects.toThrow('changed while it was being read');
      await file.close();
    }
  });

  test('43: a file that is removed or replaced is still the one that was opened', async () => {
    const path = join(folder, 'going.safetensors');
    writeFileSync(path, oneTensor('a', 1, 2));
    const checkpoint = await openCheckpoint(path);
    rmSync(path);
    writeFileSync(path, oneTensor('a', 8, 9));
    expect((await checkpoint.read('a')).data).toEqual(Float32Array.of(1, 2));
    await checkpoint.close();
  });

  test('43: a file that is closed while it is read', async () => {
    const file = await openLocalFile(secret);
    await file.close();
    await expect(file.read(0, 1)).rejects.toThrow(InputError);
  });
});
