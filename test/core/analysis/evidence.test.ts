import { describe, expect, it } from 'vitest';
import type { EvaluationData } from '../../../src/core/analysis/evaluation-data';
import { aspectNote, chanceWarning, evenly, judge } from '../../../src/core/analysis/evidence';
import { accuracyScale, chanceOf, explainedScale } from '../../../src/core/analysis/score';
import type { LossName } from '../../../src/core/choices';

const dataset = (labels: readonly number[], loss: LossName = 'cross_entropy', width = 1): EvaluationData => ({
  path: 'data.npz',
  split: 'test',
  samples: labels.length / width,
  sampleShape: [1],
  inputs: Float32Array.from({ length: labels.length / width }, (_, i) => i),
  scaling: { divisor: 1 },
  loss,
  targets: loss === 'cross_entropy' ? Int32Array.from(labels) : Float32Array.from(labels),
  classes: Math.max(...labels) + 1,
});

describe('of readings of a checkpoint', () => {
  const tried = (scores: readonly number[], samples = 1000) =>
    scores.map((score, i) => ({
      ...{ value: i, aspects: { nonlinearity: `act${i}` } },
      ...{ score, scale: accuracyScale(0.1, samples) },
    }));
  const taken = (scores: readonly number[], samples = 1000) => {
    const verdict = judge(tried(scores, samples));
    return [verdict.taken.value, verdict.isAny];
  };

  it.each<[string, number[], unknown[]]>([
    ['one far better than chance is taken', [0.12, 0.93, 0.3], [1, true]],
    ['the most plausible is taken where others do as well', [0.95, 0.955, 0.2], [0, true]],
    ['the more plausible of two that do better than the first', [0.5, 0.9, 0.91], [1, true]],
    ['the most plausible is taken where none is better than chance', [0.09, 0.12, 0.1], [0, false]],
    ['nor far better: untrained networks have their luck', [0.11, 0.19, 0.1], [0, false]],
  ])('%s', (_, scores, expected) => {
    expect(taken(scores)).toEqual(expected);
  });

  it('few samples settle nothing', () => {
    expect(taken([0.5, 0.8], 10)).toEqual([0, true]);
  });

  it('is told with its figures whether it is settled', () => {
    const note = (scores: readonly number[]) => {
      const all = tried(scores);
      const data = dataset(Array.from({ length: 1000 }, (_, i) => i % 10));
      return aspectNote('nonlinearity', judge(all).taken, all, data);
    };
    expect(note([0.3, 0.9])).toEqual({
      sentence:
        'act1 was taken between the layers: with it 90 % of 1000 test samples are classified right, with act0 30 %; the commonest class is 10 %.',
      isSettled: true,
    });
    expect(note([0.9, 0.9])?.sentence).toMatch(/^act0 .* with act1 90 %; .* This does not settle it\.$/);
    expect(note([0.9])?.sentence).toMatch(/right; the commonest class is 10 %\.$/);
  });
});

describe('chance', () => {
  it('is the share of the commonest class', () => {
    expect(chanceOf(dataset([0, 1, 1, 2]))).toBe(0.5);
    expect(chanceOf(dataset([0, 0, 0, 1], 'binary_cross_entropy'))).toBe(0.75);
    // Of the first label all are 1, of the second half.
    expect(chanceOf(dataset([1, 0, 1, 1], 'multi_label', 2))).toBe(0.75);
  });

  it('of a regression is R² = 0', () => {
    const values = dataset(
      Array.from({ length: 100 }, (_, i) => i / 10),
      'mean_squared_error',
    );
    expect(chanceWarning({ loss: 1, r2: -1.26 }, values)).toMatch(/^R² of the network is -1\.26 on 100 test/);
    expect(chanceWarning({ loss: 1, r2: 0.02 }, values)).toMatch(/no better than naming the mean/);
    expect(chanceWarning({ loss: 1, r2: 0.4 }, values)).toBeNull();
    expect(chanceWarning({ loss: 1, r2: null }, values)).toBeNull();
    const scale = explainedScale(1000);
    expect([scale.isBetter(0.9, 0.8), scale.isBetter(0.82, 0.8), scale.isBetter(1, 1)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is warned of, unless the network does better or the samples are few', () => {
    const balanced = dataset(Array.from({ length: 100 }, (_, i) => i % 4));
    expect(chanceWarning({ loss: 1, accuracy: 0.3 }, balanced)).toMatch(
      /^The network classifies 30 % of 100 test samples right, no better .* \(25 %\)/,
    );
    expect(chanceWarning({ loss: 1, accuracy: 0.5 }, balanced)).toBeNull();
    expect(chanceWarning({ loss: 1, accuracy: 0.1 }, dataset([0, 1, 2]))).toBeNull();
  });
});

it('samples are picked evenly, whatever they are sorted by', () => {
  const picked = evenly(dataset([0, 0, 0, 1, 1, 1, 2, 2, 2]), 3);
  expect([...picked.targets]).toEqual([0, 1, 2]);
  expect([...picked.inputs]).toEqual([0, 3, 6]);
  expect(picked.samples).toBe(3);
});
