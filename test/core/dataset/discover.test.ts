import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseDataset, resolveDataset } from '../../../src/core/dataset/choose';
import type { Split } from '../../../src/core/dataset/dataset';
import { findDatasets } from '../../../src/core/dataset/discover';
import type { Shape } from '../../../src/core/tensor/shape';
import { countReads } from '../../support/counting';
import { folderWith, idx, idxPair, problem } from './support';

/** Files under a folder of their own names. */
function below(folder: string, files: Record<string, Uint8Array>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));
}

async function choose(start: string, inputShape: Shape | null, split?: Split) {
  return chooseDataset(await findDatasets(start), inputShape, split);
}

const ROOT = { 'package.json': '{}' };

describe('looks', () => {
  test.each([
    ['beside the checkpoint', '.', 'run.ckpt'],
    ['in data/ beside the checkpoint', 'data/', 'run.ckpt'],
    ['in Datasets/ beside the folder of checkpoints', 'Datasets/', 'checkpoints/run.ckpt'],
    ["in torchvision's folders", 'data/MNIST/raw/', 'logs/version_0/checkpoints/run.ckpt'],
  ])('%s', async (_name, where, checkpoint) => {
    const folder = await folderWith({ ...ROOT, [checkpoint]: '', ...below(where, idxPair('t10k')) });
    const { main } = await choose(join(folder, checkpoint), [4]);
    expect(main.paths[0]).toBe(join(folder, where, 't10k-images-idx3-ubyte'));
  });

  test.each([
    ['above the root of the project', 'data', 'project'],
    ['in other folders', 'project/assets', 'project'],
    ['in hidden folders', 'project/data/.cache', 'project'],
    ['in node_modules', 'project/data/node_modules', 'project'],
    ['deeper than three levels below data/', 'project/data/1/2/3/4', 'project'],
    ['further up than four levels', 'data', 'elsewhere'],
  ])('not %s', async (_name, where, root) => {
    const folder = await folderWith({
      [`${root}/pyproject.toml`]: '',
      'project/1/2/3/4/run.ckpt': '',
      ...below(where, idxPair('t10k')),
    });
    expect((await findDatasets(join(folder, 'project/1/2/3/4/run.ckpt'))).sources).toEqual([]);
  });

  test('through links, but not in circles', async () => {
    const folder = await folderWith({ ...ROOT, ...below('store', idxPair('test')) });
    await symlink(join(folder, 'store'), join(folder, 'data'));
    await symlink(join(folder, 'store'), join(folder, 'store/again'));
    const { main } = await choose(folder, [4]);
    expect(main.paths[0]).toBe(join(folder, 'data/test-images-idx3-ubyte'));
  });

  test('at headers only', async () => {
    const { open, bytesRead } = countReads();
    const big = { 't10k-images-idx3-ubyte': idx([9999, 10, 10], new Uint8Array(999_900)) };
    const labels = { 't10k-labels-idx1-ubyte': idx([9999], new Uint8Array(9999)) };
    const folder = await folderWith({ ...ROOT, ...big, ...labels });
    expect((await findDatasets(folder, { open })).sources[0]?.samples).toBe(9999);
    expect(bytesRead()).toBeLessThan(200);
  });
});

describe('chooses', () => {
  test('test, then val, then train, with all splits of the same set', async () => {
    const folder = await folderWith({ ...ROOT, ...idxPair('train'), ...idxPair('val'), ...idxPair('test') });
    const { main, splits } = await choose(folder, [4]);
    expect(main.split).toBe('test');
    expect(splits.map(({ split }) => split)).toEqual(['train', 'val', 'test']);
    expect((await choose(folder, [4], 'train')).main.split).toBe('train');
    const without = await folderWith({ ...ROOT, ...idxPair('train'), ...idxPair('val') });
    expect((await choose(without, [4])).main.split).toBe('val');
    expect(await problem(choose(without, [4], 'test'))).toMatch(
      /no test split found near it, only .+train-images/,
    );
  });

  test('what fits the network', async () => {
    const folder = await folderWith({
      ...ROOT,
      ...idxPair('test'),
      'metrics.csv': 'epoch,loss\n0,\n1,0.5\n',
      'table.csv': '1,2,3,0\n',
    });
    expect((await choose(folder, [3])).main.kind).toBe('CSV');
    expect((await choose(folder, [4])).main.kind).toBe('IDX');
    expect(await problem(choose(folder, [784]), folder)).toMatch(
      /no data set fits: the network takes 784 inputs, and there is test-images-idx3-ubyte \(test, 3 samples of 2 × 2 = 4 values\), table.csv \(test, 3 values\)\. Name one as "data"/,
    );
  });

  test('the plain file where it also lies there packed', async () => {
    const pair = idxPair('test');
    const folder = await folderWith({ ...ROOT, ...pair, 'test-images-idx3-ubyte.gz': 'not gzip' });
    expect((await choose(folder, [4])).main.paths[0]).toBe(join(folder, 'test-images-idx3-ubyte'));
    const named = resolveDataset({ path: join(folder, 'test-images-idx3-ubyte.gz') }, {}, [4]);
    expect(await problem(named, folder)).toMatch(/^test-images-idx3-ubyte.gz: is not an IDX file/);
  });

  test('nothing where several fit', async () => {
    const folder = await folderWith({
      ...ROOT,
      ...below('data/a', idxPair('test')),
      ...below('data/b', idxPair('t10k')),
    });
    expect(await problem(choose(folder, [4]), folder)).toMatch(
      /several data sets fit: data\/a\/test-images.+, data\/b\/t10k-images.+\. Name one as "data"/,
    );
  });

  test('nothing where there is nothing, saying where it looked', async () => {
    const folder = await folderWith({ ...ROOT, 'runs/last.ckpt': '', 'data/readme.txt': '' });
    expect(await problem(choose(join(folder, 'runs/last.ckpt'), [4]), folder)).toMatch(
      /^runs\/last.ckpt: no data set found near it, in runs, .+, data\. Name one as "data" in modscope.json$/,
    );
  });

  test('not the train split in place of a broken test split', async () => {
    const folder = await folderWith({ ...ROOT, ...idxPair('train'), ...idxPair('test', 3, 2) });
    expect(await problem(choose(folder, [4]), folder)).toBe(
      'test-images-idx3-ubyte: holds 3 samples, and test-labels-idx1-ubyte 2 labels. ' +
        'Inputs and labels must be of the same length',
    );
  });

  test('nothing where the only one is broken, saying how', async () => {
    const folder = await folderWith({ ...ROOT, ...idxPair('test'), 'test-images-idx3-ubyte': 'oops' });
    expect(await problem(choose(folder, [4]), folder)).toMatch(/^test-images-idx3-ubyte: is not an IDX file/);
  });
});

describe('takes what is named', () => {
  test('a folder, a file of a pair, or both files', async () => {
    const folder = await folderWith({ ...idxPair('train'), ...idxPair('test') });
    const images = join(folder, 'train-images-idx3-ubyte');
    const labels = join(folder, 'train-labels-idx1-ubyte');
    expect((await resolveDataset({ path: folder }, {}, [4])).main.split).toBe('test');
    const { main, splits } = await resolveDataset({ path: labels }, {}, [4]);
    expect([main.split, splits.length]).toEqual(['train', 2]);
    const pair = await resolveDataset({ images, labels }, {}, [4]);
    expect([pair.main.split, pair.splits.length]).toEqual(['train', 1]);
  });

  test('or says what is wrong with it', async () => {
    const folder = await folderWith({ ...idxPair('test'), 'a.md': '' });
    const resolve = (name: string, shape: Shape | null) =>
      problem(resolveDataset({ path: join(folder, name) }, {}, shape), folder);
    expect(await resolve('none', [4])).toBe('none: no such file or folder');
    expect(await resolve('a.md', [4])).toMatch(/^a.md: is no data set by its name\. Known are IDX/);
    expect(await resolve('test-images-idx3-ubyte', [784])).toBe(
      'test-images-idx3-ubyte: its samples have 2 × 2 = 4 values, and the network takes 784 inputs. ' +
        'Give the data set the network was trained on',
    );
  });
});
