import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseDataset, resolveDataset } from '../../../src/core/dataset/choose';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { findDatasets } from '../../../src/core/dataset/discover';
import { countReads } from '../../support/counting';
import { folderWith, images, plainPng, problem } from './support';

async function open(path: string, options: DatasetOptions = {}) {
  return (await resolveDataset({ path }, options, null)).main;
}

describe('is found', () => {
  const SPLITS = {
    ...images({ a: [1, 2], b: [3] }, 'data/shapes/train/'),
    ...images({ a: [4], b: [5] }, 'data/shapes/test/'),
  };

  test('near a checkpoint, with its splits', async () => {
    const folder = await folderWith({ 'package.json': '{}', 'runs/last.ckpt': '', ...SPLITS });
    const search = await findDatasets(join(folder, 'runs/last.ckpt'));
    const { main, splits } = chooseDataset(search, [6]);
    expect(main.paths).toEqual(['', '/a', '/b'].map((end) => join(folder, `data/shapes/test${end}`)));
    expect(splits.map(({ split, samples }) => [split, samples])).toEqual([
      ['train', 3],
      ['test', 2],
    ]);
    expect(chooseDataset(search, [1, 2, 3], 'train').main.split).toBe('train');
  });

  test('by its folder, or that of a split', async () => {
    const folder = await folderWith(SPLITS);
    expect((await open(join(folder, 'data/shapes'))).split).toBe('test');
    expect((await open(join(folder, 'data/shapes/train'))).samples).toBe(3);
  });

  test('beside many classes', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`c${i}`, [i % 256]]));
    const folder = await folderWith({
      ...images(many, 'data/a/train/'),
      ...images({ a: [1], b: [2] }, 'data/a/val/'),
    });
    const { splits } = await resolveDataset({ path: folder }, {}, null);
    expect(splits.map(({ split, samples }) => [split, samples])).toEqual([
      ['train', 300],
      ['val', 2],
    ]);
  });

  test('reading one header, whatever there is', async () => {
    const { open: counting, bytesRead } = countReads();
    const folder = await folderWith(images({ a: new Array<number>(500).fill(1), b: [2] }));
    const main = await open(folder, { open: counting });
    expect([main.samples, bytesRead()]).toEqual([501, 29]);
    await main.load(4);
    expect(bytesRead()).toBe(29 + 4 * plainPng(3, 2, 1).length);
  });

  test.each([
    ['pictures beside other folders', { ...images({ figures: [1], media: [2] }), 'src/a.ts': '' }],
    ['pictures in one folder', images({ figures: [1] })],
    ['folders without pictures', { 'a/x.txt': '', 'b/y.txt': '' }],
  ])('not in %s', async (_name, files) => {
    const folder = await folderWith({ 'package.json': '{}', 'last.ckpt': '', ...files });
    const { sources, failed } = await findDatasets(join(folder, 'last.ckpt'));
    expect([sources, failed]).toEqual([[], []]);
  });
});

test('hidden files and other kinds of files are passed over', async () => {
  const junk = {
    'a/.DS_Store': 'x',
    'a/._0.png': 'x',
    'a/notes.txt': 'x',
    '.git/a.png': 'x',
    'labels.csv.bak': '',
  };
  const main = await open(await folderWith({ ...images({ a: [1], b: [2] }), ...junk }));
  expect((await main.load()).samples).toBe(2);
});

describe('errors', () => {
  const GOOD = images({ a: [1, 2], b: [3] });
  async function error(files: Record<string, Uint8Array | string>): Promise<string> {
    const folder = await folderWith(files);
    return problem(open(folder), folder);
  }

  test.each([
    ['a folder without images', { 'c/.keep': '' }, 'c: holds no images. Every class needs some'],
    [
      'other images',
      { 'b/1.bmp': 'x', 'b/2.TIFF': 'x', 'b/3.webp': 'x' },
      'b: holds 1.bmp, 2.TIFF and 1 more: of images only PNG and JPEG are read. Convert',
    ],
    [
      'folders in a class',
      { 'b/more/1.png': plainPng(3, 2, 1) },
      'b: holds folders beside its images: more. The images of a class must',
    ],
  ])('%s', async (_name, files, message) => {
    expect(await error({ ...GOOD, ...files })).toContain(message);
  });

  test('splits without classes', async () => {
    expect(await error(images({ train: [1], test: [2] }))).toMatch(
      /has images of each split, but no folders/,
    );
  });

  test('folders that lead in circles', async () => {
    const folder = await folderWith(GOOD);
    await mkdir(join(folder, 'c'));
    await writeFile(join(folder, 'c/0.png'), plainPng(3, 2, 4));
    await symlink(folder, join(folder, 'c/circle'));
    expect(await problem(open(folder), folder)).toMatch(/^c: holds folders beside its images: circle/);
  });
});
