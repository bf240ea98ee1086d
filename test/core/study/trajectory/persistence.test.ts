import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/core/base/random';
import type { StudyData } from '../../../../src/core/study/study-data';
import { persistenceOf } from '../../../../src/core/study/trajectory/persistence';
import { partitionsOf, trajectoriesOf } from '../../../../src/core/study/trajectory/trajectories';
import { studyInTime as study } from './study-in-time';

const of = (data: StudyData): ReturnType<typeof persistenceOf> =>
  persistenceOf(data, trajectoriesOf(data), 'fc1', 'forward_cov', 1);

/** 64 units in 4 clusters of 16, each unit moved to any cluster with that probability. */
function noisy(random: Random, probability: number): number[] {
  return Array.from({ length: 64 }, (_, unit) =>
    random.uniform() < probability ? random.integer(4) : Math.floor(unit / 16),
  );
}

describe('trajectories of a study', () => {
  test('are runs of two checkpoints and more, in order of time, a time once', () => {
    const labels = [0, 1];
    const found = trajectoriesOf(
      study([
        { run: 'a', step: 20, labels },
        { run: 'b', step: 10, labels },
        { run: 'a', step: 3, labels },
        { run: 'a', step: 20, labels: [1, 0] },
        { run: 'a', step: null, labels },
      ]),
    );
    expect(found.map(({ run, checkpoints }) => [run, checkpoints.map(({ time }) => time)])).toEqual([
      ['a', [3, 20]],
    ]);
    expect(found[0]?.checkpoints[1]?.checkpoint.layers[0]?.methods.forward_cov?.labels[0]).toBe(0);
    expect(trajectoriesOf(study([{ run: 'a', step: 1, labels }], null))).toEqual([]);
  });

  test('pass over checkpoints whose layer has other units, or is not there', () => {
    const [trajectory] = trajectoriesOf(
      study([
        { run: 'a', step: 1, labels: [0, 1] },
        { run: 'a', step: 2, labels: [0, 1, 1] },
        { run: 'a', step: 3, labels: [0, 0, 1] },
      ]),
    );
    if (trajectory === undefined) throw new Error('there is no trajectory');
    expect(partitionsOf(trajectory, 'fc1', 'forward_cov').map(({ time }) => time)).toEqual([2, 3]);
    expect(partitionsOf(trajectory, 'fc2', 'forward_cov')).toEqual([]);
    expect(partitionsOf(trajectory, 'fc1', 'forward_jac')).toEqual([]);
  });
});

describe('persistence', () => {
  test('is the share of units that stay, the dead left out', () => {
    const { runs } = of(
      study([
        { run: 'a', step: 1, labels: [0, 0, 0, 0, 1, 1, 1, 1] },
        { run: 'a', step: 2, labels: [1, 1, 1, 0, 0, 0, 0, 0] }, // one of eight moves
        { run: 'a', step: 3, labels: [1, 1, -1, -1, 0, 0, 0, 1] }, // one of six that live
        { run: 'a', step: 4, labels: [-1, -1, 1, 1, -1, -1, -1, -1] }, // none lives at both
      ]),
    );
    expect(runs[0]?.steps.map(({ from, to, units, persistence }) => [from, to, units, persistence])).toEqual([
      [1, 2, 8, 7 / 8],
      [2, 3, 6, 5 / 6],
      [3, 4, 0, null],
    ]);
    expect(runs[0]?.steps[2]?.chance).toBeNull();
    expect(runs[0]?.steps[0]?.chance?.mean).toBeLessThan(7 / 8);
  });

  test('of stable clusters is far above chance; of unrelated ones it is chance', () => {
    const random = new Random(3);
    const steps = Array.from({ length: 40 }, (_, step) => step);
    const stable = of(study(steps.map((step) => ({ run: 'a', step, labels: noisy(random, 0.1) }))));
    for (const { persistence, chance } of stable.runs[0]?.steps ?? []) {
      expect(persistence).toBeGreaterThan(0.75);
      expect(chance?.p).toBe(1 / 100);
      expect(chance?.mean).toBeGreaterThan(0.3); // four equal clusters: 1/4, and more because the best matching is taken
      expect(chance?.mean).toBeLessThan(0.45);
    }
    const unrelated = of(study(steps.map((step) => ({ run: 'a', step, labels: noisy(random, 1) }))));
    const found = unrelated.runs[0]?.steps ?? [];
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const difference = mean(
      found.map(({ persistence, chance }) => (persistence ?? NaN) - (chance?.mean ?? NaN)),
    );
    const sd = mean(found.map(({ chance }) => chance?.sd ?? NaN));
    expect(Math.abs(difference)).toBeLessThan((3 * sd) / Math.sqrt(found.length));
    // p is uniform then: about half of them above a half.
    const high = found.filter(({ chance }) => (chance?.p ?? NaN) > 0.5).length;
    expect(high).toBeGreaterThan(9);
    expect(high).toBeLessThan(31);
  });

  test('between seeds pairs runs of one configuration at one time, and is chance though sizes agree', () => {
    const random = new Random(5);
    const shuffled = (): number[] => {
      const labels = Array.from({ length: 64 }, (_, unit) => Math.floor(unit / 16));
      random.shuffle(labels);
      return labels;
    };
    const runs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const given = [
      ...runs.flatMap((run) => [10, 20].map((step) => ({ run, step, labels: shuffled() }))),
      { run: 'z', step: 20, labels: shuffled(), drop: 0.5 }, // another configuration
      { run: 'i', step: 20, labels: shuffled() },
    ];
    const data = study(given);
    const { seeds, runs: followed } = of(data);
    expect(seeds.map(({ time, count }) => [time, count])).toEqual([
      [10, 8],
      [20, 9],
    ]);
    const chance = followed[0]?.steps[0]?.chance;
    for (const { persistence, sizes, count } of seeds) {
      expect(sizes).toBe(1);
      expect(Math.abs(persistence - (chance?.mean ?? NaN))).toBeLessThan(
        (4 * (chance?.sd ?? NaN)) / Math.sqrt(count),
      );
    }
  });

  test('takes no copy of a checkpoint for another seed, nor pairs layers of other sizes', () => {
    const labels = [0, 0, 1, 1];
    const copies = study([
      { run: 'a', step: 1, labels, norm: 2 },
      { run: 'b', step: 1, labels, norm: 2 },
      { run: 'c', step: 1, labels: [0, 0, 1, 1, 1], norm: 3 },
    ]);
    expect(of(copies).seeds).toEqual([]);
  });

  test('sizes of clusters limit what seeds can share', () => {
    const { seeds } = of(
      study([
        { run: 'a', step: 1, labels: [0, 0, 0, 0, 1, 1, 2, 2] },
        { run: 'b', step: 1, labels: [2, 2, 2, 2, 2, 2, 1, 0] },
      ]),
    );
    // 4 of the largest, 1 and 1 of the others.
    expect(seeds).toEqual([{ time: 1, count: 1, persistence: 5 / 8, sizes: 6 / 8 }]);
  });

  test('under resampling is the mean over trajectories, where there is any', () => {
    const labels = [0, 0, 1, 1];
    const { bootstrap } = of(
      study([
        { run: 'a', step: 1, labels, resampled: 0.8 },
        { run: 'a', step: 2, labels },
        { run: 'b', step: 1, labels, resampled: 0.6 },
        { run: 'b', step: 2, labels, resampled: 0.9 },
      ]),
    );
    expect(bootstrap).toEqual([
      { time: 1, count: 2, persistence: 0.7 },
      { time: 2, count: 1, persistence: 0.9 },
    ]);
  });
});
