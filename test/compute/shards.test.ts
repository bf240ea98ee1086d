import { describe, expect, it } from 'vitest';
import { shards } from '../../src/compute/parallel';
import { randomNetwork, RELU } from '../support/random-network';

describe('shards of a data set', () => {
  const { stack } = randomNetwork([4, 8], 2, RELU, 1);

  it.each([1, 49, 50, 51, 597, 2000, 10_000, 10_001])('cover %i samples once, in order', (samples) => {
    const pieces = shards(samples, stack);
    expect(pieces[0]?.first).toBe(0);
    expect(pieces.at(-1)?.end).toBe(samples);
    pieces.forEach((piece, i) => {
      expect(piece.end).toBeGreaterThan(piece.first);
      if (i > 0) expect(piece.first).toBe(pieces[i - 1]?.end);
    });
    expect(pieces.length).toBeLessThanOrEqual(20);
  });

  it('are fewer for wide networks, whose sums are large', () => {
    const wide = randomNetwork([2, 1025], 2, RELU, 1).stack;
    expect(shards(10_000, wide)).toHaveLength(8);
    expect(shards(10_000, stack)).toHaveLength(20);
  });
});
