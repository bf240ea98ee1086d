import { describe, expect, test } from 'vitest';
import { type FollowedCluster, followClusters } from '../../../../src/core/study/trajectory/follow';
import { partition } from '../../agreement/partitions';

const follow = (...partitions: string[]): ReturnType<typeof followClusters> =>
  followClusters(partitions.map(partition));

const tracks = (clusters: readonly FollowedCluster[]): number[] => clusters.map(({ track }) => track);

describe('clusters along a trajectory', () => {
  test('keep their identity when labels are dealt anew', () => {
    const { partitions, tracks: count } = follow('0000 1111 22', '1111 2222 00', '2222 0000 11');
    expect(partitions.map(({ clusters }) => tracks(clusters))).toEqual([
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]);
    expect(count).toBe(3);
    expect(partitions[0]?.clusters.map(({ origin }) => origin)).toEqual(['first', 'first', 'first']);
    expect(partitions[2]?.clusters.map(({ origin, end }) => `${origin} ${end}`)).toEqual([
      'continued last',
      'continued last',
      'continued last',
    ]);
  });

  test('merge, split, are born and die', () => {
    const {
      partitions,
      steps,
      tracks: count,
    } = follow(
      '000000 1111 222222',
      '000000 0000 222222', // 1 merges into 0
      '000000 1111 222222', // and splits off again: another cluster than the first 1
      '0000 33 11 33 2222 33', // 3 is born of two of each
      '0000 00 11 11 2222 22', // and scatters
    );
    expect(partitions.map(({ clusters }) => tracks(clusters))).toEqual([
      [0, 1, 2],
      [0, 2],
      [0, 3, 2],
      [0, 3, 2, 4],
      [0, 3, 2],
    ]);
    expect(count).toBe(5);
    expect(partitions[0]?.clusters.map(({ end }) => end)).toEqual(['continued', 'merged', 'continued']);
    expect(partitions[1]?.clusters.map(({ isMerger }) => isMerger)).toEqual([true, false]);
    expect(partitions[2]?.clusters.map(({ origin }) => origin)).toEqual(['continued', 'split', 'continued']);
    expect(partitions[3]?.clusters.find(({ label }) => label === 3)).toMatchObject({
      units: 6,
      origin: 'born',
      end: 'died',
    });
    expect(steps.map(({ events }) => events.births.length)).toEqual([0, 0, 1, 0]);
    expect(steps.map(({ events }) => events.deaths.length)).toEqual([0, 0, 0, 1]);
  });

  test('units that die and come back are counted, and are in no cluster meanwhile', () => {
    const { partitions, steps } = follow('000 111', '000 ...', '000 11.');
    expect(partitions.map(({ dead }) => dead)).toEqual([0, 3, 1]);
    expect(steps.map(({ died, revived }) => [died, revived])).toEqual([
      [3, 0],
      [0, 2],
    ]);
    expect(partitions.map(({ clusters }) => tracks(clusters))).toEqual([[0, 1], [0], [0, 2]]);
    expect(partitions[0]?.clusters[1]?.end).toBe('died');
    expect(partitions[2]?.clusters[1]?.origin).toBe('born');
  });

  test('of one checkpoint, and of none', () => {
    expect(follow('001').partitions[0]?.clusters.map(({ end }) => end)).toEqual(['last', 'last']);
    expect(follow()).toEqual({ partitions: [], steps: [], tracks: 0 });
  });
});
