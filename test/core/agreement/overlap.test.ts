import { expect, test } from 'vitest';
import { overlap } from '../../../src/core/agreement/overlap';

const a = Int32Array.of(4, 4, -1, 0, 0, -1);
const b = Int32Array.of(1, 1, 1, 1, -1, -1);

test('units dead in either are left out', () => {
  expect(overlap(a, b)).toEqual({
    units: 3,
    rows: Int32Array.of(1, 2),
    columns: Int32Array.of(3),
    rowLabels: Int32Array.of(0, 4),
    columnLabels: Int32Array.of(1),
    counts: Int32Array.of(1, 2),
    liveRows: 2,
    liveColumns: 1,
  });
});

test('the dead are the last cluster', () => {
  expect(overlap(a, b, 'as-cluster')).toEqual({
    units: 6,
    rows: Int32Array.of(2, 2, 2),
    columns: Int32Array.of(4, 2),
    rowLabels: Int32Array.of(0, 4, -1),
    columnLabels: Int32Array.of(1, -1),
    counts: Int32Array.of(1, 1, 2, 0, 1, 1),
    liveRows: 2,
    liveColumns: 1,
  });
});

test('nothing is counted where no unit is live in both', () => {
  const table = overlap(Int32Array.of(-1, 0), Int32Array.of(0, -1));
  expect(table.units).toBe(0);
  expect(table.counts).toHaveLength(0);
});

test('partitions of different units are refused', () => {
  expect(() => overlap(a, Int32Array.of(0))).toThrow(RangeError);
});
