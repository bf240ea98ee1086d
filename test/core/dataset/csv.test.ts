import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveDataset } from '../../../src/core/dataset/choose';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { countReads } from '../../support/counting';
import { folderWith, problem } from './support';

async function load(text: string, options: DatasetOptions = {}, samples?: number) {
  const folder = await folderWith({ 'table.csv': text });
  const { main } = await resolveDataset({ path: join(folder, 'table.csv') }, options, null);
  expect(main.samples).toBe(null);
  return main.load(samples);
}

test('the last column is the label', async () => {
  const dataset = await load('1,2.5,0\n3,-4e-1,2\n');
  expect(dataset).toMatchObject({ samples: 2, sampleShape: [2], split: 'test', classes: 3 });
  expect(dataset.inputs).toEqual(Float32Array.of(1, 2.5, 3, -0.4));
  expect(dataset.labels).toEqual(Int32Array.of(0, 2));
});

test('a header, quotes, spaces, a byte order mark, semicolons, blank lines', async () => {
  const dataset = await load('\uFEFF"a"; b ;c\r\n1; "2" ;1\r\n\r\n3;4;0\r\n');
  expect([...dataset.inputs, ...dataset.labels]).toEqual([1, 2, 3, 4, 1, 0]);
});

test('quotes anywhere, and rows as without them', async () => {
  const values = Array.from({ length: 40 }, (_, i) => [i, i / 8, i % 3]);
  const plain = values.map((row) => row.join(','));
  const expected = await load(plain.join('\n'));
  for (const at of [0, 1, 20, 39]) {
    const quoted = plain.map((row, i) => (i === at ? row.replace(/^\d+/, '"$&"') : row));
    const { inputs, labels } = await load(quoted.join('\n\n'));
    expect([inputs, labels]).toEqual([expected.inputs, expected.labels]);
  }
  for (const header of ['"a","b ""x""","c"', '"a","b\n2","c"', 'a,b,"c\r\n"'])
    expect((await load(`${header}\n${plain.join('\n')}`)).inputs).toEqual(expected.inputs);
});

test.each(['\n', '\r\n', '\r'])('lines that end in %j, across the pieces a file is read in', async (end) => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `${i},${-i},${i % 2}`);
  const { inputs, samples } = await load(`a,b,c${end}${rows.join(end)}${end}`);
  expect(samples).toBe(60_000);
  expect(inputs.every((value, i) => value === (i % 2 === 0 ? i / 2 : -(i - 1) / 2))).toBe(true);
});

test('a line end that two pieces share', async () => {
  const first = '1,2,0'.padStart(2 ** 18 - 1); // its \\r is the last byte of a piece
  expect([...(await load(`${first}\r\n3,4,1\r\n`)).inputs]).toEqual([1, 2, 3, 4]);
});

test('a row without end', async () => {
  const endless = `1,2,0\n${'1,'.repeat(2 ** 21 + 2 ** 18)}`;
  expect(await problem(load(endless))).toMatch(/is not a CSV table: a row is longer than 4194304 characters/);
});

test('the label by its usual name, or by the name given', async () => {
  const text = 'label,a,b\n1,5,0\n0,6,2\n';
  expect([...(await load(text)).labels]).toEqual([1, 0]);
  const named = await load(text, { label: 'b' });
  expect([...named.labels, ...named.inputs]).toEqual([0, 2, 1, 5, 0, 6]);
});

test('reads no more than the first samples take', async () => {
  const { open, bytesRead } = countReads();
  const text = '1,2,0\n'.repeat(500_000);
  expect((await load(text, { open }, 10)).samples).toBe(10);
  expect(bytesRead()).toBeLessThan(text.length / 1.5);
});

test.each([
  ['1,2,0\n1,2,0.5\n', [0, 0.5], 'the label of row 2 is 0.5'],
  ['a,y\n1,0\n2,-3\n', [0, -3], 'the label of row 3 is -3'],
])('%j: labels that are no classes are values', async (text, values, reason) => {
  const { labels, classes, values: found } = await load(text);
  expect([labels.length, classes, found]).toEqual([
    0,
    null,
    { data: Float32Array.from(values), width: 1, reason },
  ]);
});

test.each([
  ['1,2,0\n1, x ,0\n', {}, 'row 2, column 2: "x" is not a number'],
  ['1,2,0\n1, ,0\n', {}, 'row 2, column 2: "" is not a number'],
  ['1,2,0\n"1",x,0\n', {}, 'row 2, column 2: "x" is not a number'],
  ['1,2,0\n1,2"3,0\n', {}, 'is not a CSV table: Invalid Opening Quote'],
  ['a,b,c\n1,2,0\n1,,0\n', {}, 'row 3, column 2 (b): "" is not a number'],
  ['1,2,0\n1,2\n', {}, 'row 2 has 2 columns, and the first 3'],
  ['a,b\n', {}, 'holds no samples'],
  ['', {}, 'holds no samples'],
  ['1\n2\n', {}, 'has one column'],
  ['a,b\n1,0\n', { label: 'c' }, 'has no column "c". It has a, b'],
  ['1,0\n', { label: 'c' }, 'has no column "c". It has no header'],
  ['1e39,0\n', {}, 'row 1, value 0 is Infinity, not a finite float32'],
])('%j: %s', async (text, options, message) => {
  expect(await problem(load(text, options))).toContain(`table.csv: ${message}`);
});
