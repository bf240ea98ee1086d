import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inReading, resolveDataset } from '../../../src/core/dataset/choose';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { folderWith, problem } from './support';

const PIXELS = Array.from({ length: 12 }, (_, row) => [
  row % 3,
  ...Array.from({ length: 16 }, (_, column) => (37 * row + 91 * column) % 256),
  row % 2,
]);

function csv(rows: readonly (readonly (number | string)[])[]): string {
  return rows.map((row) => row.join(',')).join('\n');
}

async function choose(text: string, options: DatasetOptions = {}, inputs: number | null = null) {
  const folder = await folderWith({ 'train.csv': text, 'test.csv': text });
  const path = join(folder, 'test.csv');
  return resolveDataset({ path }, options, inputs === null ? null : [inputs]);
}

test('of a table that allows several readings, the likeliest comes first and the others beside it', async () => {
  const { main } = await choose(csv(PIXELS));
  const all = [main, ...(main.readings ?? [])];
  expect(all.map(({ reading }) => [reading?.label, reading?.scale])).toEqual([
    [17, 'divide_255'],
    [17, 'as_is'],
    [0, 'divide_255'],
    [0, 'as_is'],
  ]);
  for (const source of all) {
    const { inputs, labels, scaling } = await source.load();
    expect([...labels]).toEqual(PIXELS.map((row) => row[source.reading?.label as number]));
    const stored = PIXELS.flatMap((row) => row.filter((_, column) => column !== source.reading?.label));
    expect([...inputs]).toEqual(stored);
    expect(scaling.divisor).toBe(source.reading?.scale === 'as_is' ? 1 : 255);
  }
});

test('another reading is that of all splits', async () => {
  const choice = await choose(csv(PIXELS));
  const last = choice.main.readings?.at(-1);
  if (last === undefined) throw new Error('no other reading');
  const other = inReading(choice, last);
  expect(other.splits.map(({ split, reading }) => [split, reading])).toEqual([
    ['train', { label: 0, ignore: [], scale: 'as_is' }],
    ['test', { label: 0, ignore: [], scale: 'as_is' }],
  ]);
  expect(other.main).toBe(other.splits[1]);
});

test('what is set leaves one reading, and nothing to say', async () => {
  const { main } = await choose(csv(PIXELS), { label: 0, scale: 'as_is' });
  expect([main.readings, main.assumptions]).toEqual([undefined, []]);
});

test('a column that counts the rows is an input or not, by what fits the network', async () => {
  const text = csv(Array.from({ length: 9 }, (_, row) => [row, row / 8, Math.sin(row), row % 3]));
  const ignored = async (inputs: number) => (await choose(text, {}, inputs)).main.reading?.ignore;
  expect([await ignored(3), await ignored(2)]).toEqual([[], [0]]);
});

test('whole numbers that need not be pixels are taken as they are', async () => {
  const text = csv(Array.from({ length: 9 }, (_, row) => [20 + row, 1 + (row % 4), row % 2]));
  const { main } = await choose(text);
  expect([main.reading?.scale, main.readings?.[0]?.reading?.scale]).toEqual(['as_is', 'divide_255']);
});

test('words are numbered over all splits; a user says another order', async () => {
  const folder = await folderWith({
    'train.csv': 'a,b,kind\n1,2,cat\n3,4,bee\n5,6,dog\n',
    'test.csv': 'a,b,kind\n1,2,dog\n3,4,cat\n',
  });
  const load = async (options: DatasetOptions) => {
    const { main, splits } = await resolveDataset({ path: join(folder, 'test.csv') }, options, null);
    expect(main).toBe(splits[1]);
    return main.load();
  };
  const dataset = await load({});
  expect([[...dataset.labels], dataset.classes, dataset.classNames]).toEqual([
    [2, 1],
    3,
    ['bee', 'cat', 'dog'],
  ]);
  expect([...(await load({ classes: ['dog', 'cat', 'bee'] })).labels]).toEqual([0, 1]);
  expect(await problem(load({ classes: ['dog', 'cow'] }))).toMatch(
    /has the label "cat", and the classes are "dog", "cow". Name all classes as "classes"/,
  );
});

const pixelRow = (value: number) => csv([[1, ...new Array<number>(15).fill(200), value]]);

test.each<[string, DatasetOptions, string]>([
  [
    '1,2,0\n1,x,0\n1,2,1',
    {},
    'Write it as a number, or leave the column out by "ignore" of "data" in modscope.json',
  ],
  ['a,b,y\n1,,0\n3,4,1', {}, '"" is not a number. Fill in or leave out what is missing'],
  ['a,b,y\n1,2,x\n3,4,\n', {}, 'row 3 has no label. Fill in'],
  ['1,2,0\n', { label: 'c' }, 'say the number of the column, 0 to 2, or -1 for the last'],
  [
    '1,2,0\n',
    { label: 3 },
    'has no column 3. Its 3 columns have the numbers 0 to 2, or -1 to -3 from the end',
  ],
  ['a,b,y\n1,2,0\n', { ignore: ['b', 'c'] }, 'has no column "c". It has a, b, y'],
  ['a,b,y\n1,2,0\n', { ignore: ['a', 'b'] }, 'has one column; inputs and a label are needed'],
  ['a,b,y\n1,2,3,4,0\n', {}, 'has 3 names in its header, and 5 columns'],
  [
    `${`${pixelRow(2)},1\n${pixelRow(2)},0\n`.repeat(2500)}${pixelRow(300)},1`,
    {},
    'row 5001, column 17: 300 is no pixel, and the inputs before it are whole numbers from 0 to 255. Set "scale" of "data" in modscope.json to "as_is"',
  ],
])('%#: a message with the remedy that helps', async (text, options, message) => {
  expect(await problem(choose(text, options).then(({ main }) => main.load()))).toContain(message);
});

test('R leaves out the name over the row numbers', async () => {
  const { main } = await choose('"a","y"\n"1",0.5,0\n"2",3,1\n"3",1.5,0\n');
  const { inputs, labels } = await main.load();
  expect([[...inputs], [...labels]]).toEqual([
    [0.5, 3, 1.5],
    [0, 1, 0],
  ]);
});

test('the remedy for what is no pixel', async () => {
  const text = `${pixelRow(2)},1\n${pixelRow(2)},0\n`.repeat(2500) + `${pixelRow(300)},1`;
  const dataset = await (await choose(text, { scale: 'as_is' })).main.load();
  expect([dataset.inputs.at(-1), dataset.scaling.divisor]).toEqual([300, 1]);
});

test('a table sorted by class, whose first rows and last column are all alike', async () => {
  const text = csv(
    Array.from({ length: 12_000 }, (_, row) => [
      Math.floor(row / 1200),
      ...Array.from({ length: 40 }, (_, column) => (37 * row + 91 * column) % 256),
      0,
    ]),
  );
  expect(text.length).toBeGreaterThan(2 ** 20 + 2 ** 18);
  const { main } = await choose(text);
  expect([main.reading?.label, main.reading?.scale]).toEqual([0, 'divide_255']);
});

test('where both ends may be the label and nothing tells, both are readings', async () => {
  const { main } = await choose('1,2.5,0\n1,3.5,0\n1,4.5,0\n');
  expect([main, ...(main.readings ?? [])].map(({ reading }) => reading?.label)).toEqual([2, 0]);
});

test('numbers in the last column give way to plain classes in the first, not to whole numbers', async () => {
  const rows = (first: (row: number) => number) =>
    csv(Array.from({ length: 20 }, (_, row) => [first(row), row / 8, Math.sin(row)]));
  expect((await choose(rows((row) => row % 3))).main.reading?.label).toBe(0);
  expect((await choose(rows((row) => 20 + ((7 * row) % 31)))).main.reading?.label).toBe(2);
});

test('a table without labels', async () => {
  const text = csv([
    [0.5, 1.5, 2.5],
    [1, 2, 3.5],
  ]);
  expect(await problem(choose(text, {}, 3))).toContain(
    'has as many columns as the network has inputs, 3: one for the label is missing. Give the table with the labels',
  );
});

test('a table that the user names may be called otherwise', async () => {
  const folder = await folderWith({
    'iris.data': '5.1,3.5,setosa\n4.9,3,versicolor\n',
    'a.txt': '1 0.5 0\n2 1.5 1\n',
  });
  const load = async (name: string) => {
    const { main } = await resolveDataset({ path: join(folder, name) }, {}, [2]);
    return [...(await main.load()).labels];
  };
  expect([await load('iris.data'), await load('a.txt')]).toEqual([
    [0, 1],
    [0, 1],
  ]);
});
