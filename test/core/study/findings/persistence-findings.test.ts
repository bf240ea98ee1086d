import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import {
  persistenceFinding,
  persistenceLevels,
} from '../../../../src/core/study/findings/persistence-findings';
import { type Moment, studyInTime } from '../trajectory/study-in-time';

const random = new Random(1);
/** 64 units in 4 clusters of 16, each unit moved to any cluster with that probability. */
const noisy = (probability: number): number[] =>
  Array.from({ length: 64 }, (_, unit) =>
    random.uniform() < probability ? random.integer(4) : Math.floor(unit / 16),
  );
const course = (run: string, ...noise: number[]): Moment[] =>
  noise.map((probability, step) => ({ run, step: 100 * step, labels: noisy(probability), resampled: 0.9 }));
const sentences = (moments: readonly Moment[]): string[] =>
  persistenceLevels(studyInTime(moments), 1)
    .map(persistenceFinding)
    .map(({ verdict, sentence }) => `${verdict}: ${sentence}`);

describe('what is said of persistence', () => {
  test('from when on units stay, beside what chance, seeds and resampling give', () => {
    // Noise until step 200; from then on 5 % of the units move at a time.
    const [found, ...others] = sentences([
      ...course('a', 1, 1, 0.05, 0.05, 0.05),
      ...course('b', 1, 1, 0.05, 0.05, 0.05),
    ]);
    expect(others).toEqual([]);
    expect(found).toMatch(
      /^found: Layer fc1: \d\d % of the units stay with their cluster from one checkpoint to the next \(mean of 1 measure and 4 steps, n = 2 runs\); 3\d % would by chance, \d\d % do between seeds \(1 pair\), 90 % do between resamples of the data \(2 checkpoints\)\. From step 200 on that is more than chance \(p ≤ \.05 each, 99 shuffles\)\.$/,
    );
  });

  test('at every step, where that is so', () => {
    expect(sentences(course('a', 0, 0.05, 0.05))[0]).toContain('At every step that is more than chance');
  });

  test('claims nothing of noise, and nothing general of the last step alone', () => {
    const noise = sentences(course('a', 1, 1, 1, 1))[0];
    expect(noise).toMatch(/^none: .* At the last checkpoints that is not more than chance\.$/);
    expect(sentences(course('a', 1, 1, 0, 0))[0]).toMatch(/^too few: .*Only at the last step/);
  });

  test('says nothing of a study without trajectories, nor of units that are all dead', () => {
    expect(sentences([{ run: 'a', step: 1, labels: [0, 1] }])).toEqual([]);
    const dead = [-1, -1];
    expect(
      sentences([
        { run: 'a', step: 1, labels: dead },
        { run: 'a', step: 2, labels: dead },
      ]),
    ).toEqual([]);
  });
});
