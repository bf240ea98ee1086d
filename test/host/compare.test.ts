import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { withFile } from '../../src/core/file/local';
import { openNpy } from '../../src/core/file/npy';
import type { Report } from '../../src/core/report';
import type { MatrixPicture } from '../../src/matrix-messages';
import { cacheKey } from '../../src/store/cache';
import { DIGITS } from '../support/command';
import { startHost } from '../support/host';
import { temporaryFolder } from '../support/temporary';

const root = temporaryFolder();
const host = startHost();
afterAll(() => {
  host.close();
});

const compared = ['digits_trajectory_epoch=100', 'digits_trajectory_epoch=150', 'digits_drop=0.0_run=0'].map(
  (name) => {
    const checkpoint = join(DIGITS, `checkpoints/${name}.ckpt`);
    return { checkpoint, folder: join(root, cacheKey(checkpoint)) };
  },
);
const folders = compared.map(({ folder }) => folder);
const reports: Report[] = [];
beforeAll(async () => {
  const settings = { workers: 2, samples: 100, methods: ['forward_cov', 'forward_jac'], nulls: {} };
  for (const { checkpoint, folder } of compared) {
    const request = { checkpoint, config: null, data: join(DIGITS, 'data'), settings };
    reports.push(await host.call('analyze', { ...request, folder, nulls: join(root, 'nulls') }));
  }
}, 60_000);

const wanted = { layer: 'fc_layers.1', method: 'forward_jac', scale: 'linear', order: 'first' } as const;

async function matrixOf(at: number): Promise<Float64Array> {
  const path = reports[at]?.layers[1]?.methods.forward_jac?.matrix ?? '';
  const { data } = await withFile(join(folders[at] ?? '', path), async (file) =>
    (await openNpy(file)).read(),
  );
  return Float64Array.from(data);
}

describe('a comparison of results', () => {
  it('tells checkpoints of one run from others by their names', async () => {
    const { pairs, layers } = await host.call('compare', { compared });
    expect(pairs.map(({ a, b, isOneRun }) => [a, b, isOneRun])).toEqual([
      [0, 1, true],
      [0, 2, false],
      [1, 2, false],
    ]);
    expect(layers.map(({ name }) => name)).toEqual(['fc_layers.0', 'fc_layers.1', 'combined']);
    expect(layers[1]?.results.map(({ forward_jac: found }) => found?.q)).toEqual(
      reports.map((report) => report.layers[1]?.methods.forward_jac?.q),
    );
  });

  it('of what has no result is refused', async () => {
    const missing = { checkpoint: '/x.ckpt', folder: join(root, 'nothing') };
    await expect(host.call('compare', { compared: [missing] })).rejects.toBeInstanceOf(InputError);
  });
});

describe('their matrices', () => {
  it('have the order of the first, and one range, by which every byte is its value', async () => {
    const pictures = await host.call('comparedPictures', { ...wanted, folders: folders.slice(0, 2) });
    const [first, second] = pictures;
    expect(second?.order).toEqual(first?.order);
    expect(second?.clusters).toEqual(first?.clusters);
    expect([second?.low, second?.high]).toEqual([first?.low, first?.high]);
    let worst = 0;
    for (const [at, picture] of pictures.entries()) {
      if (picture === null) throw new Error('there is a matrix');
      const matrix = await matrixOf(at);
      worst = Math.max(worst, worstByte(picture, matrix));
    }
    console.log(`compared pictures: no byte is off by more than ${worst}`);
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('have orders of their own where that is asked for', async () => {
    const [first, second] = await host.call('comparedPictures', {
      ...wanted,
      folders: [folders[0]!, folders[2]!],
      order: 'own',
    });
    expect(second?.order).not.toEqual(first?.order);
    const labels = reports[2]?.layers[1]?.methods.forward_jac?.clusters ?? [];
    expect([...(second?.clusters ?? [])]).toEqual([...(second?.order ?? [])].map((unit) => labels[unit]));
    expect(second?.high).toBe(first?.high);
  });

  it('are null where a result has none', async () => {
    const none = await host.call('comparedPictures', { ...wanted, folders, method: 'backward_jac' });
    expect(none).toEqual([null, null, null]);
  });
});

/** How far bytes are from what the values of a matrix say, the diagonal left out. */
function worstByte({ order, units, levels, low, high }: MatrixPicture, matrix: Float64Array): number {
  const { bytes } = levels.find(({ size }) => size === units) ?? { bytes: new Uint8Array() };
  let worst = 0;
  for (let row = 0; row < units; row++) {
    for (let column = 0; column < units; column++) {
      if (row === column) continue;
      const value = matrix[order[row]! * units + order[column]!]!;
      const expected = 254 * Math.min(1, Math.max(0, (value - low) / (high - low)));
      worst = Math.max(worst, Math.abs(Math.round(expected) - bytes[row * units + column]!));
    }
  }
  return worst;
}
