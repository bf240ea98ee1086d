import { describe, expect, test } from 'vitest';
import { filterRows, newEntry, type Row, shareDone, sortRows } from '../../src/extension/model/entry';

describe('the order of checkpoints', () => {
  const row = (name: string, mtimeMs: number, q: number | null): Row => ({
    entry: newEntry(name),
    name,
    mtimeMs,
    q,
  });
  const rows = [row('run/epoch=10', 1, 0.2), row('run/epoch=9', 3, null), row('a', 2, 0.4)];
  const names = (sorted: readonly Row[]): string[] => sorted.map(({ name }) => name);

  test('is natural by name, newest first, or most modular first with the rest last', () => {
    expect(names(sortRows(rows, 'name'))).toEqual(['a', 'run/epoch=9', 'run/epoch=10']);
    expect(names(sortRows(rows, 'newest'))).toEqual(['run/epoch=9', 'a', 'run/epoch=10']);
    expect(names(sortRows(rows, 'modularity'))).toEqual(['a', 'run/epoch=10', 'run/epoch=9']);
  });

  test('keeps what has every word in its path or state', () => {
    expect(names(filterRows(rows, 'EPOCH  new'))).toEqual(['run/epoch=10', 'run/epoch=9']);
    expect(names(filterRows(rows, 'epoch failed'))).toEqual([]);
    expect(filterRows(rows, ' ')).toHaveLength(3);
  });
});

test('progress goes from 0 to 1 through the stages', () => {
  const at = (stage: string, done: number, total: number): number =>
    shareDone({ type: 'progress', stage, done, total, secondsLeft: null });
  const shares = [
    at('read', 0, 0),
    at('compute', 0, 4),
    at('compute', 2, 4),
    at('cluster', 1, 8),
    at('write', 1, 1),
  ];
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBe(1);
  expect(at('unheard of', 1, 2)).toBe(0);
});
