import { describe, expect, it } from 'vitest';
import type { Scalar } from '../../../src/core/study/describe';
import { evenly, type Example, examplesOf } from '../../../src/core/study/examples';
import { exampleDescription, exampleManifest } from './study-example';

function examples(runs: readonly Readonly<Record<string, Scalar>>[], keys: readonly string[]): Example[] {
  const manifest = exampleManifest(runs.map((values, at) => exampleDescription(`${at}.pt`, values)));
  const factors = keys.map((key) => ({
    key,
    scale: 'linear' as const,
    values: [...new Set(runs.map((values) => values[key] ?? null))].sort((a, b) => Number(a) - Number(b)),
  }));
  return examplesOf({ ...manifest, grouping: { ...manifest.grouping, factors } });
}

describe('examples of a study', () => {
  it('are the baseline, and the first run at evenly spaced values of each factor', () => {
    const drops = [0, 0, 0.1, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6].map((drop, run) => ({ drop, l2: 0, run }));
    expect(examples([{ drop: 0, l2: 0.1, run: 9 }, ...drops], ['drop', 'l2'])).toEqual([
      {
        index: 1,
        of: [
          { key: 'drop', value: 0 },
          { key: 'l2', value: 0 },
        ],
      },
      { index: 4, of: [{ key: 'drop', value: 0.2 }] },
      { index: 7, of: [{ key: 'drop', value: 0.4 }] },
      { index: 9, of: [{ key: 'drop', value: 0.6 }] },
      { index: 0, of: [{ key: 'l2', value: 0.1 }] },
    ]);
  });

  it('are the first run where nothing varies, and none of nothing', () => {
    expect(examples([{ run: 0 }, { run: 1 }], [])).toEqual([{ index: 0, of: [] }]);
    expect(examples([], [])).toEqual([]);
  });

  it('are the last checkpoints of their runs', () => {
    const manifest = exampleManifest(
      ['a', 'a', 'b'].map((run, at) => ({ ...exampleDescription(`${at}.pt`, { drop: run }), run })),
    );
    const factors = [{ key: 'drop', scale: 'category' as const, values: ['a', 'b'] }];
    const found = examplesOf({ ...manifest, grouping: { ...manifest.grouping, factors } });
    expect(found.map(({ index }) => index)).toEqual([1, 2]);
  });

  it('take values from end to end', () => {
    expect(evenly([1, 2, 3], 4)).toEqual([1, 2, 3]);
    expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 3, 6, 9]);
  });
});
