import { execFileSync } from 'node:child_process';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveDataset } from '../../../src/core/dataset/choose';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { fillInputs } from '../../../src/core/dataset/inputs';
import type { Shape } from '../../../src/core/tensor/shape';
import { folderWith, header, images, plainPng, pngOf, problem } from './support';

async function open(path: string, options: DatasetOptions = {}, inputShape: Shape | null = null) {
  return (await resolveDataset({ path }, options, inputShape)).main;
}

const CLASSES = { dog: [10, 11, 12, 13], Cat: [20], '9': [30, 31] };

test('classes are the folders by name; the first image of each, then the second', async () => {
  const main = await open(await folderWith(images(CLASSES)));
  expect(main).toMatchObject({ kind: 'image folder', split: 'test', samples: 7, sampleShape: [1, 2, 3] });
  const dataset = await main.load();
  expect(dataset).toMatchObject({
    samples: 7,
    sampleShape: [1, 2, 3],
    classes: 3,
    scaling: { divisor: 255 },
  });
  expect([...dataset.labels]).toEqual([0, 1, 2, 0, 2, 2, 2]); // 9, Cat, dog
  const values = [30, 20, 10, 31, 11, 12, 13];
  expect(dataset.inputs).toEqual(
    Uint8Array.from(values.flatMap((value) => new Array<number>(6).fill(value))),
  );
});

test('a few samples are of all classes, and the first of all samples', async () => {
  const main = await open(await folderWith(images(CLASSES)));
  const all = await main.load();
  for (const count of [1, 3, 5, 100]) {
    const some = await main.load(count);
    expect(some.samples).toBe(Math.min(count, 7));
    expect(some.labels).toEqual(all.labels.subarray(0, count));
    expect(some.inputs).toEqual(all.inputs.subarray(0, 6 * count));
  }
});

test('RGB is in planes; mean and std per channel', async () => {
  const folder = await folderWith({
    'a/1.png': plainPng(2, 1, 0, 51, 102),
    'b/1.PNG': plainPng(2, 1, 1, 2, 3),
  });
  const main = await open(folder, { mean: [0, 0.5, 1], std: [1, 0.5, 0.25] }, [3, 1, 2]);
  const dataset = await main.load();
  expect([...dataset.inputs]).toEqual([0, 0, 51, 51, 102, 102, 1, 1, 2, 2, 3, 3]);
  const out = new Float32Array(6);
  fillInputs(dataset, 0, 1, out);
  expect([out[0], out[2], out[4]]).toEqual(
    [0, (Math.fround(0.2) - 0.5) / 0.5, (Math.fround(0.4) - 1) / 0.25].map(Math.fround),
  );
});

describe('errors', () => {
  const GOOD = images({ a: [1, 2], b: [3] });
  async function error(files: Record<string, Uint8Array | string>): Promise<string> {
    const folder = await folderWith(files);
    return problem(
      open(folder).then((main) => main.load()),
      folder,
    );
  }

  test.each([
    [
      'another size',
      { 'b/0.png': plainPng(2, 3, 1) },
      'b/0.png: is of 1 × 3 × 2 (channels × rows × columns), and a/0.png of 1 × 2 × 3. Make all images of one shape: Image.open(path).convert("L").resize((3, 2))',
    ],
    [
      'another number of channels',
      { 'a/1.png': plainPng(3, 2, 1, 2, 3) },
      'a/1.png: is of 3 × 2 × 3 (channels',
    ],
    [
      'a bomb',
      { 'a/1.png': pngOf(header(4000, 4000), new Uint8Array(4000 * 4001)) },
      'a/1.png: is of 1 × 4000 × 4000',
    ],
    [
      'a bomb in its header',
      { 'a/0.png': pngOf(header(2 ** 31, 2 ** 31), new Uint8Array(4)) },
      'a/0.png: is of 2147483648 × 2147483648 pixels',
    ],
    ['truncated', { 'a/1.png': plainPng(3, 2, 1).subarray(0, -4) }, 'a/1.png: is truncated. Copy'],
    ['empty', { 'a/1.png': '' }, 'a/1.png: is neither a PNG nor a JPEG image'],
  ])('%s', async (_name, files, message) => {
    expect(await error({ ...GOOD, ...files })).toContain(message);
  });

  test('a file far larger than its pixels', async () => {
    const large = Buffer.concat([plainPng(3, 2, 1), Buffer.alloc(2 ** 24 + 99)]);
    expect(await error({ ...GOOD, 'a/1.png': large })).toMatch(
      /a\/1.png: is larger \(\d+ bytes\) than its pixels/,
    );
  });

  test('a set that memory does not hold', async () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`a/${i}.png`, '']));
    const huge = pngOf(header(4096, 4096, 8, 2), new Uint8Array(1));
    expect(await error({ ...many, 'a/0.png': huge, 'b/0.png': huge })).toMatch(
      /30249320448 bytes of it are wanted at once, which memory does not hold/,
    );
  });

  test('gone since it was found', async () => {
    const folder = await folderWith(GOOD);
    const main = await open(folder);
    await rm(join(folder, 'a/1.png'));
    expect(await problem(main.load(), folder)).toBe('a/1.png: no such file');
  });

  test('links are followed to images, and to nothing else', async () => {
    const folder = await folderWith({
      ...images(CLASSES, 'set/'),
      'outside.png': plainPng(3, 2, 99),
      secret: 'password',
    });
    await symlink(join(folder, 'outside.png'), join(folder, 'set/Cat/linked.png'));
    expect((await (await open(join(folder, 'set'))).load()).inputs).toContain(99);

    const failing = async (target: string) => {
      const link = join(folder, 'set/dog/4.png');
      await symlink(target, link);
      const found = await problem(
        open(join(folder, 'set')).then((main) => main.load()),
        folder,
      );
      await rm(link);
      return found;
    };
    expect(await failing(join(folder, 'secret'))).toContain(
      'set/dog/4.png: is neither a PNG nor a JPEG image',
    );
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const target of ['/dev/zero', join(folder, 'pipe'), join(folder, 'nothing'), '4.png']) {
      const link = join(folder, 'set/dog/4.png');
      await symlink(target, link);
      expect((await open(join(folder, 'set'))).samples).toBe(8);
      await rm(link);
    }
  });
});
