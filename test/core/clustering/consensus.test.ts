import { describe, expect, it } from 'vitest';
import { resolutionSweep } from '../../../src/core/clustering/cluster';
import { coAssignment, consensus, consensusOfStarts } from '../../../src/core/clustering/consensus';
import { planted } from './graphs';

const labels = (...values: number[]) => Int32Array.from(values);

describe('the consensus of partitions', () => {
  it('is what most of them say', () => {
    const partitions = [labels(0, 0, 0, 1, 1, 1), labels(1, 1, 1, 0, 0, 0), labels(0, 0, 1, 1, 1, 1)];
    expect([...consensus(partitions)]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('is the partition itself where there is but one', () => {
    expect([...consensus([labels(0, 1, -1, 1)])]).toEqual([0, 1, -1, 1]);
  });

  it('rests on the share of partitions that put two units together', () => {
    const { data } = coAssignment([labels(0, 0, 1), labels(0, 0, 0), labels(-1, 0, 0), labels(0, 0, 1)]);
    expect([...data]).toEqual([0, 0.75, 0, 0.75, 0, 0.5, 0, 0.5, 0]);
  });

  it('finds planted groups from different starts', () => {
    const { labels: found, similarity } = consensusOfStarts(planted(3, 12, 0.4, 1), 10, { seed: 3 });
    expect([...found]).toEqual(Array.from({ length: 36 }, (_, i) => Math.floor(i / 12)));
    expect(similarity).toBeGreaterThan(0.8);
  });
});

it('a resolution sweep tells Q and the number of clusters', () => {
  const sweep = resolutionSweep(planted(4, 10, 0.1, 1), [0.05, 1, 1.5]);
  expect(sweep.map(({ resolution, count }) => [resolution, count])).toEqual([
    [0.05, 1],
    [1, 4],
    [1.5, 4],
  ]);
  expect(sweep[1]?.q).toBeGreaterThan(sweep[2]?.q ?? NaN);
});
