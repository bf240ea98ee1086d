import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterEvents } from '../../../src/core/agreement/cluster-events';
import { overlap } from '../../../src/core/agreement/overlap';
import { partition, partitionPairs } from './partitions';

function events(earlier: string, later: string): ReturnType<typeof clusterEvents> {
  return clusterEvents(overlap(partition(earlier), partition(later), 'as-cluster'));
}

const nothing = { continued: [], births: [], deaths: [], merges: [], splits: [] };

describe('what becomes of clusters', () => {
  test('equal partitions continue, whatever they are called', () => {
    expect(events('0000 1111', '3333 1111')).toEqual({
      ...nothing,
      continued: [
        { from: 0, to: 3, units: 4 },
        { from: 1, to: 1, units: 4 },
      ],
    });
  });

  test('two clusters merge, and the larger one continues', () => {
    expect(events('0000 11 222', '0000 00 222')).toEqual({
      ...nothing,
      continued: [
        { from: 0, to: 0, units: 4 },
        { from: 2, to: 2, units: 3 },
      ],
      merges: [{ from: [0, 1], to: 0 }],
    });
  });

  test('three that merge in equal parts continue none', () => {
    expect(events('00 11 22 3333', '00 00 00 1111')).toEqual({
      ...nothing,
      continued: [{ from: 3, to: 1, units: 4 }],
      merges: [{ from: [0, 1, 2], to: 0 }],
    });
  });

  test('a cluster splits, and its larger part continues it', () => {
    expect(events('000000 11', '000022 11')).toEqual({
      ...nothing,
      continued: [
        { from: 0, to: 0, units: 4 },
        { from: 1, to: 1, units: 2 },
      ],
      splits: [{ from: 0, to: [0, 2] }],
    });
  });

  test('a cluster is born of a few units of many, and dies by scattering', () => {
    expect(events('000000 111111 222222', '000033 111133 222233')).toEqual({
      ...nothing,
      continued: [
        { from: 0, to: 0, units: 4 },
        { from: 1, to: 1, units: 4 },
        { from: 2, to: 2, units: 4 },
      ],
      births: [3],
    });
    const died = events('000033 111133 222233', '000000 111111 222222');
    expect(died.deaths).toEqual([3]);
    expect(died.births).toEqual([]);
  });

  test('a cluster whose units die, dies; one of units that were dead, is born', () => {
    expect(events('0000 111', '0000 ...')).toEqual({
      ...nothing,
      continued: [{ from: 0, to: 0, units: 4 }],
      deaths: [1],
    });
    expect(events('0000 ...', '0000 111').births).toEqual([1]);
    expect(events('....', '....')).toEqual(nothing);
    expect(events('0011', '....')).toEqual({ ...nothing, deaths: [0, 1] });
  });

  test('what shares exactly half of its mean size does not continue', () => {
    const { continued } = events('0000 1111', '0011 0011');
    expect(continued).toEqual([]);
  });

  test('units that die shrink the cluster that they leave', () => {
    // Of six units two are left: 2 shared, mean size 4, which is exactly half.
    expect(events('000000 1111', '00.... 1111').continued).toEqual([{ from: 1, to: 1, units: 4 }]);
    expect(events('00000 1111', '00... 1111').continued).toHaveLength(2);
  });

  test('every cluster has exactly one fate, whatever the labels', () => {
    fc.assert(
      fc.property(partitionPairs(40), ([a, b]) => {
        const found = clusterEvents(overlap(a, b, 'as-cluster'));
        const { continued, births, deaths, merges, splits } = found;
        for (const [labels, named] of [
          [
            a,
            [
              continued.map(({ from }) => from),
              deaths,
              merges.flatMap(({ from }) => from),
              splits.map(({ from }) => from),
            ],
          ],
          [
            b,
            [
              continued.map(({ to }) => to),
              births,
              merges.map(({ to }) => to),
              splits.flatMap(({ to }) => to),
            ],
          ],
        ] as const) {
          const live = new Set(labels.filter((label) => label >= 0));
          expect(new Set(named.flat())).toEqual(live);
          const [kept, lost] = named;
          expect(new Set(kept).size).toBe(kept.length);
          expect(kept.filter((label) => lost.includes(label))).toEqual([]);
        }
        for (const { from, to, units } of continued) {
          const size = (labels: Int32Array, label: number): number =>
            labels.filter((one) => one === label).length;
          expect(units / (size(a, from) + size(b, to) - units)).toBeGreaterThan(1 / 3);
        }
      }),
    );
  });

  test('with time turned round births are deaths, and merges are splits', () => {
    fc.assert(
      fc.property(partitionPairs(40), ([a, b]) => {
        const forth = clusterEvents(overlap(a, b, 'as-cluster'));
        const back = clusterEvents(overlap(b, a, 'as-cluster'));
        const turned = back.continued.map(({ from, to, units }) => ({ from: to, to: from, units }));
        // Of equally good matchings the other may be taken.
        fc.pre(JSON.stringify(turned.sort((x, y) => x.from - y.from)) === JSON.stringify(forth.continued));
        expect(back.births).toEqual(forth.deaths);
        expect(back.deaths).toEqual(forth.births);
        expect(back.splits).toEqual(forth.merges.map(({ from, to }) => ({ from: to, to: from })));
        expect(back.merges).toEqual(forth.splits.map(({ from, to }) => ({ from: to, to: from })));
      }),
    );
  });
});
