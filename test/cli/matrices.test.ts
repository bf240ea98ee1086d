import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../src/core/file/npy';
import { modscope } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();

/** Two groups of three units, strongly tied within, weakly between; one unit tied to none. */
function groups(): Float64Array {
  const data = new Float64Array(49);
  for (let i = 0; i < 6; i++) for (let j = 0; j < 6; j++) data[i * 7 + j] = i < 3 === j < 3 ? 1 : 0.1;
  return data;
}
writeFileSync(join(folder, 'groups.npy'), encodeNpy(groups(), [7, 7]));

describe('modscope cluster', () => {
  it.each(['best', 'louvain', 'spectral', 'monte_carlo'])(
    'finds the clusters of any matrix (%s)',
    async (solver) => {
      const { code, out, err } = await modscope(
        ['cluster', 'groups.npy', '--solver', solver, '--json'],
        folder,
      );
      expect(err).toBe('');
      expect(code).toBe(0);
      const result = JSON.parse(out) as Record<string, unknown>;
      expect(result).toMatchObject({ clusters: [0, 0, 0, 1, 1, 1, -1], count: 2, solver });
      // Within: 2 groups of 6 ordered pairs of weight 1; between: 18 of weight 0.1.
      expect(result['q']).toBeCloseTo(12 / 13.8 - 0.5, 12);
      expect(result['softCount']).toBeCloseTo(2, 12);
    },
  );

  it('takes a resolution', async () => {
    const { out } = await modscope(['cluster', 'groups.npy', '--resolution', '0.1', '--json'], folder);
    expect(JSON.parse(out)).toMatchObject({ count: 1 });
  });

  it('sweeps resolutions and finds a consensus on request', async () => {
    const args = ['cluster', 'groups.npy', '--sweep', '0.1,1', '--consensus', '5', '--json'];
    const { out } = await modscope(args, folder);
    expect(JSON.parse(out)).toMatchObject({
      sweep: [
        { resolution: 0.1, count: 1 },
        { resolution: 1, count: 2 },
      ],
      consensus: { clusters: [0, 0, 0, 1, 1, 1, -1], count: 2, starts: 5, similarity: 1 },
    });
  });

  it('says where a matrix is no similarity matrix', async () => {
    writeFileSync(join(folder, 'wide.npy'), encodeNpy(new Float64Array(6), [2, 3]));
    writeFileSync(join(folder, 'lopsided.npy'), encodeNpy(Float64Array.of(0, 1, 2, 0), [2, 2]));
    writeFileSync(join(folder, 'negative.npy'), encodeNpy(Float64Array.of(0, -1, -1, 0), [2, 2]));
    for (const [file, message] of [
      ['wide.npy', /wide\.npy: is not a square matrix: its shape is \(2, 3\)/],
      ['lopsided.npy', /lopsided\.npy: .*\(0, 1\)/],
      ['negative.npy', /negative\.npy: .*\(0, 1\)/],
    ] as const) {
      const { code, err } = await modscope(['cluster', file], folder);
      expect(err).toMatch(message);
      expect(code).toBe(1);
    }
  });
});

describe('modscope agree', () => {
  const partitions = { a: [0, 0, 0, 1, 1, 1, -1], b: [1, 1, 1, 0, 0, 0, -1], groups: [0, 0, 1, 1, 2, 2, -1] };
  writeFileSync(join(folder, 'partitions.json'), JSON.stringify(partitions));

  it('compares any partitions of the same units', async () => {
    const { code, out } = await modscope(['agree', 'partitions.json', '--null', '100', '--json'], folder);
    expect(code).toBe(0);
    const pairs = JSON.parse(out) as Record<string, unknown>[];
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      ['a', 'b'],
      ['a', 'groups'],
      ['b', 'groups'],
    ]);
    expect(pairs[0]).toMatchObject({
      element_sim: 1,
      alignment: 1,
      ari: 1,
      vi: 0,
      rsa: null,
      transfer: null,
    });
    expect(pairs[1]?.['ari']).toBeLessThan(1);
  });

  it('takes matrices by the partitions’ names, and counts the dead as a cluster where asked', async () => {
    const args = ['agree', 'partitions.json', '--matrices', '.', '--dead', 'as-cluster', '--json'];
    const { out } = await modscope(args, folder);
    const pairs = JSON.parse(out) as { transfer: [number | null, number | null] | null }[];
    expect(pairs[0]?.transfer).toBeNull();
    expect(pairs[1]?.transfer?.[1]).toBeCloseTo(12 / 13.8 - 0.5, 12);
  });

  it('says what is wrong with a file', async () => {
    writeFileSync(join(folder, 'lengths.json'), '{"a": [0, 1], "b": [0]}');
    writeFileSync(join(folder, 'labels.json'), '{"a": [0, 1.5], "b": [0, 1]}');
    for (const [file, message] of [
      ['lengths.json', /b: 1 units, but a has 2/],
      ['labels.json', /labels\.json: a\.1 is wrong/],
      ['nowhere.json', /nowhere\.json: no such file/],
    ] as const) {
      const { code, err } = await modscope(['agree', file], folder);
      expect(err).toMatch(message);
      expect(code).toBe(1);
    }
  });
});
