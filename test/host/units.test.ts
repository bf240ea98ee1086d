import { describe, expect, it } from 'vitest';
import { TimeLeft, WarmCompute } from '../../src/host/analysis-runner';
import { quantise } from '../../src/host/picture';
import { DIST } from '../support/host';

describe('quantise', () => {
  it.each([
    ['four decades', 1e-4, 1, 0],
    ['one decade', 0.3, 3, 0],
    ['many decades', 1e-300, 1e-290, 0],
    // A straight line instead: less than a level off.
    ['a hundredth', 1, 1.01, 0.4],
  ])('is the logarithm, rounded, over %s', (_, low, high, tolerance) => {
    const values = Float64Array.from({ length: 50_000 }, (_, i) => low * (high / low) ** (i / 49_999));
    const bytes = quantise(values, { low, high, clipped: false }, 'log');
    let worst = 0;
    values.forEach((value, i) => {
      const position = 254 * (Math.log(value / low) / Math.log(high / low));
      worst = Math.max(worst, Math.abs(position - bytes[i]!));
    });
    // Where two levels meet, rounding in the logarithm itself decides.
    expect(worst).toBeLessThan(0.5 + 1e-6 + tolerance);
  });

  it.each(['linear', 'log'] as const)(
    'gives the ends, what is beyond them and what has no value (%s)',
    (kind) => {
      const values = Float64Array.of(0, 0.1, 0.01, 10, 100, NaN);
      const range = { low: 0.1, high: 10, clipped: true };
      expect([...quantise(values, range, kind)]).toEqual([0, 0, 0, 254, 254, 255]);
    },
  );

  it('of equal values is one level', () => {
    const values = new Float64Array(4).fill(3);
    expect(new Set(quantise(values, { low: 3, high: 3, clipped: false }, 'log')).size).toBe(1);
  });
});

describe('the time left', () => {
  const EXPECTED = { read: 1, compute: 2, cluster: 4, nulls: 8 };

  it('is not known before anything has shown how fast it goes', () => {
    expect(new TimeLeft(EXPECTED, () => 0).update('read', 0, 0)).toBeNull();
  });

  it('goes by the stage under way and by how the stages before fared', () => {
    let now = 0;
    const time = new TimeLeft(EXPECTED, () => now);
    now = 2; // reading took twice as long as expected
    time.update('compute', 0, 10);
    now = 4; // half of it: four seconds in all, twice as long too
    expect(time.update('compute', 5, 10)).toBeCloseTo(2 + 2 * (4 + 8), 9);
    now = 6;
    expect(time.update('cluster', 0, 4)).toBeCloseTo(2 * (4 + 8), 9);
    now = 10;
    expect(time.update('nulls', 4, 4)).toBeCloseTo(0, 9);
  });
});

describe('warm threads', () => {
  const WISH = { backend: 'wasm', workers: 1 } as const;

  it('are the same for the next that wishes the same, and end when idle', async () => {
    const warm = new WarmCompute(DIST, 50);
    const first = await warm.take(WISH);
    await first.backend();
    warm.release();
    expect(await warm.take(WISH)).toBe(first);
    warm.release();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(first.isOver).toBe(true);
    await warm.close();
  });

  it('are others for another wish, and when they are over', async () => {
    const warm = new WarmCompute(DIST, 60_000);
    const first = await warm.take(WISH);
    const second = await warm.take({ ...WISH, workers: 2 });
    expect([first.isOver, second.isOver, second.workers]).toEqual([true, false, 2]);
    await second.close();
    expect(await warm.take({ ...WISH, workers: 2 })).not.toBe(second);
    await warm.close();
  });
});
