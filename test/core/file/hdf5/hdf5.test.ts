import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHdf5 } from '../../../../src/core/file/hdf5/hdf5';
import { readValues, readValuesPart } from '../../../../src/core/file/hdf5/hdf5-values';
import { openLocalFile, withFile } from '../../../../src/core/file/local';

const path = (name: string) => join(import.meta.dirname, '../../../fixtures/hdf5', name);

/** All values of a file, by path. */
function valuesOf(name: string) {
  return withFile(path(name), async (file) => {
    const { source, datasets } = await openHdf5(file);
    const found = new Map<string, { dtype: string; shape: readonly number[]; data: number[] }>();
    for (const dataset of datasets.values()) {
      if (dataset.type.kind !== 'numbers') continue;
      const { shape, data } = await readValues(source, dataset);
      found.set(dataset.name, { dtype: dataset.type.dtype, shape, data: [...data] });
    }
    return found;
  });
}

const counted = (count: number) => Array.from({ length: count }, (_, i) => i);

test.each([
  ['f8', 'f64'],
  ['f4', 'f32'],
  ['f2', 'f16'],
  ['big_f4', 'f32'],
  ['i8', 'i64'],
  ['i4', 'i32'],
  ['i2', 'i16'],
  ['i1', 'i8'],
  ['u1', 'u8'],
  ['u2', 'u16'],
  ['u4', 'u32'],
])('reads %s as %s', async (name, dtype) => {
  const found = (await valuesOf('kinds.h5')).get(`types/${name}`);
  expect(found).toEqual({ dtype, shape: [2, 3], data: counted(6) });
});

test('reads booleans, scalars and nothing at all', async () => {
  const found = await valuesOf('kinds.h5');
  expect(found.get('types/bool')).toEqual({ dtype: 'bool', shape: [2, 3], data: [0, 1, 1, 1, 1, 1] });
  expect(found.get('scalar')).toEqual({ dtype: 'f32', shape: [], data: [7] });
  expect(found.get('empty')).toEqual({ dtype: 'f32', shape: [0, 3], data: [] });
});

test.each([
  ['plain', [5, 7]],
  ['gzip', [40, 50]],
  ['checked', [20]],
])('puts chunks together: %s', async (name, shape) => {
  const found = (await valuesOf('kinds.h5')).get(`chunked/${name}`);
  expect(found?.shape).toEqual(shape);
  expect(found?.data).toEqual(counted(shape.reduce((product, size) => product * size)));
});

test('lists groups of more than one node, in order, and attributes that are text', async () => {
  const found = await valuesOf('kinds.h5');
  expect(counted(40).map((i) => found.get(`many/d${String(i).padStart(2, '0')}`)?.data[0])).toEqual(
    counted(40),
  );
  await withFile(path('kinds.h5'), async (file) => {
    const { groups } = await openHdf5(file);
    expect(Object.fromEntries(groups.get('')?.attributes ?? [])).toEqual({
      words: ['some words'],
      bytes: ['more'],
      list: ['a', 'bcd'],
    });
  });
});

test('reads the headers and links of HDF5 1.8', async () => {
  const found = await valuesOf('compact_links.h5');
  expect(found.get('group/values')?.data).toEqual([0, 1, 2, 3]);
});

test('reads a part in place, and nothing of the values before', async () => {
  const file = await openLocalFile(path('kinds.h5'));
  const { source, datasets } = await openHdf5(file);
  const dataset = datasets.get('types/f4');
  if (dataset === undefined) throw new Error('it is there');
  expect(await readValuesPart(source, dataset, 2, 3)).toEqual(Float32Array.of(2, 3, 4));
  const chunked = datasets.get('chunked/gzip');
  expect(chunked && (await readValuesPart(source, chunked, 0, 1))).toBeUndefined();
  await file.close();
});
