import { describe, expect, it } from 'vitest';
import { chanceOf, chanceWarning, evenly, judge } from '../../../src/core/analysis/evidence';
import type { Dataset } from '../../../src/core/dataset/dataset';

const dataset = (labels: readonly number[]): Dataset => ({
  path: 'data.npz',
  split: 'test',
  samples: labels.length,
  sampleShape: [1],
  inputs: Float32Array.from(labels, (_, i) => i),
  scaling: { divisor: 1 },
  labels: Int32Array.from(labels),
  classes: Math.max(...labels) + 1,
});

describe('of readings of a checkpoint', () => {
  const verdict = (accuracies: readonly number[], samples = 1000) => {
    const tried = accuracies.map((accuracy, i) => ({ words: String(i), value: i, accuracy }));
    const { taken, isSettled, isAny } = judge(tried, 0.1, samples);
    return [taken.value, isSettled, isAny];
  };

  it.each<[string, number[], unknown[]]>([
    ['one far better than chance is taken', [0.12, 0.93, 0.3], [1, true, true]],
    ['the most plausible is taken where others do as well', [0.95, 0.955, 0.2], [0, false, true]],
    ['the best is taken where two do better than the most plausible', [0.5, 0.9, 0.91], [2, false, true]],
    ['the most plausible is taken where none is better than chance', [0.09, 0.12, 0.1], [0, false, false]],
  ])('%s', (_, accuracies, expected) => {
    expect(verdict(accuracies)).toEqual(expected);
  });

  it('few samples settle nothing', () => {
    expect(verdict([0.5, 0.8], 10)).toEqual([0, false, true]);
  });
});

describe('chance', () => {
  it('is the share of the commonest class', () => {
    expect(chanceOf(dataset([0, 1, 1, 2]))).toBe(0.5);
  });

  it('is warned of, unless the network does better or the samples are few', () => {
    const balanced = dataset(Array.from({ length: 100 }, (_, i) => i % 4));
    expect(chanceWarning(0.3, balanced)).toMatch(
      /^The network classifies 30 % of 100 test samples right, no better .* \(25 %\)/,
    );
    expect(chanceWarning(0.5, balanced)).toBeNull();
    expect(chanceWarning(0.1, dataset([0, 1, 2]))).toBeNull();
  });
});

it('samples are picked evenly, whatever they are sorted by', () => {
  const picked = evenly(dataset([0, 0, 0, 1, 1, 1, 2, 2, 2]), 3);
  expect([...picked.labels]).toEqual([0, 1, 2]);
  expect([...picked.inputs]).toEqual([0, 3, 6]);
  expect(picked.samples).toBe(3);
});
