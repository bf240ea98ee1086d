import { describe, expect, it } from 'vitest';
import { Bootstrap, summarizeBootstrap } from '../../../src/core/analysis/bootstrap';
import type { SweepSums } from '../../../src/core/association/sums/sums';
import type { Labels } from '../../../src/core/base/matrix';
import { consensus } from '../../../src/core/clustering/consensus';

/** A shard whose sums name it: each shard is a power of 100, so that a sum tells how often each is in it. */
function shard(index: number): SweepSums {
  const value = 100 ** index;
  return {
    samples: 1,
    loss: value,
    judged: 0,
    correct: 0,
    fit: null,
    measures: {
      forward_jac: {
        products: { positions: [1], sizes: [1], data: [Float64Array.of(value)] },
        variance: null,
      },
    },
  };
}

function resamples(count: number, seed: number): SweepSums[] {
  const bootstrap = new Bootstrap(count, seed);
  for (let index = 0; index < 5; index++) bootstrap.add(index, 5, shard(index));
  return bootstrap.resamples();
}

describe('the bootstrap over shards', () => {
  it('draws as many shards as there are, with replacement', () => {
    const drawn = resamples(50, 1);
    expect(drawn).toHaveLength(50);
    const counts = drawn.map(({ samples, loss, measures }) => {
      expect(samples).toBe(5);
      expect(measures.forward_jac?.products.data[0]?.[0]).toBe(loss);
      return [0, 1, 2, 3, 4].map((index) => Math.floor(loss / 100 ** index) % 100);
    });
    for (const times of counts) expect(times.reduce((a, b) => a + b)).toBe(5);
    expect(counts.some((times) => times.includes(0))).toBe(true);
    // Every shard is drawn once on average.
    const total = [0, 1, 2, 3, 4].map((index) => counts.reduce((sum, times) => sum + times[index]!, 0));
    for (const times of total) expect(Math.abs(times - 50)).toBeLessThan(25);
  });

  it('is the same for the same seed, and leaves the shards as they are', () => {
    expect(resamples(3, 1)).toEqual(resamples(3, 1));
    expect(resamples(3, 1)).not.toEqual(resamples(3, 2));
    const only = shard(0);
    const bootstrap = new Bootstrap(2, 0);
    bootstrap.add(0, 1, only);
    expect(bootstrap.resamples()).toEqual([shard(0), shard(0)]);
    expect(only).toEqual(shard(0));
  });

  it('sums up how Q and the clusters vary', async () => {
    const compute = { consensus: (partitions: readonly Labels[]) => Promise.resolve(consensus(partitions)) };
    const labels = Int32Array.of(0, 0, 1, 1);
    const resampled = [
      { q: 0.2, labels: Int32Array.of(1, 1, 0, 0) },
      { q: 0.4, labels: Int32Array.of(0, 0, 0, 1) },
    ];
    const summary = await summarizeBootstrap(labels, resampled, compute);
    expect(summary?.count).toBe(2);
    expect(summary?.mean).toBeCloseTo(0.3, 12);
    expect(summary?.sd).toBeCloseTo(Math.SQRT2 / 10, 12);
    expect(summary?.stability).toBeCloseTo((1 + (4 / 3 + 1 / 3 + 1 / 2) / 4) / 2, 12);
    expect(summary?.persistence).toBeCloseTo((1 + 3 / 4) / 2, 12);
    expect(summary?.consensus).toEqual([0, 0, 1, 1]);
    expect(await summarizeBootstrap(labels, [], compute)).toBeNull();
  });
});
