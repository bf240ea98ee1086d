import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { withFile } from '../../src/core/file/local';
import { encodeNpy, openNpy } from '../../src/core/file/npy';
import type { MeasureReport, Report } from '../../src/core/report';
import type { MatrixPicture } from '../../src/matrix-messages';
import { cacheKey } from '../../src/store/cache';
import { exampleMethod, exampleReport } from '../core/render/example';
import { DIGITS } from '../support/command';
import { startHost } from '../support/host';
import { oneTensor } from '../support/safetensors';
import { temporaryFolder } from '../support/temporary';

const root = temporaryFolder();
const host = startHost();
afterAll(() => {
  host.close();
});

const checkpoint = join(DIGITS, 'checkpoints/digits_drop=0.0_run=0.ckpt');
const folder = join(root, cacheKey(checkpoint));
let report: Report;
beforeAll(async () => {
  const config = join(root, 'modscope.json');
  await writeFile(config, JSON.stringify({ nulls: {} }));
  const settings = { workers: 2, samples: 100 };
  const nulls = join(root, 'nulls');
  report = await host.call('analyze', { checkpoint, config, data: null, settings, folder, nulls });
}, 60_000);

async function everyMatrix(): Promise<
  { layer: string; method: string; result: MeasureReport; data: Float64Array }[]
> {
  const found = [];
  for (const { name: layer, methods } of report.layers) {
    for (const [method, result] of Object.entries(methods)) {
      const { data } = await withFile(join(folder, result.matrix ?? ''), async (file) =>
        (await openNpy(file)).read(),
      );
      found.push({ layer, method, result, data: Float64Array.from(data) });
    }
  }
  return found;
}

/** What the protocol says a cell's byte is, by the formula. */
function expectedByte(value: number, { low, high, scale }: MatrixPicture): number {
  const position =
    scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(254 * Math.min(1, Math.max(0, position)));
}

describe('a picture', () => {
  it.each(['linear', 'log'] as const)(
    'has the values of the matrix in the order of the clusters (%s)',
    async (scale) => {
      let worst = 0;
      for (const { layer, method, result, data } of await everyMatrix()) {
        const picture = await host.call('picture', { folder, layer, method, scale, widest: null });
        const { units, order, clusters, levels } = picture;
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: units }, (_, i) => i));
        expect([...clusters]).toEqual([...order].map((unit) => result.clusters[unit]));
        const bytes = levels[0]?.bytes ?? new Uint8Array();
        for (let row = 0; row < units; row++) {
          for (let column = 0; column < units; column++) {
            const byte = bytes[row * units + column]!;
            if (row === column) expect(byte).toBe(255);
            else
              worst = Math.max(
                worst,
                Math.abs(byte - expectedByte(data[order[row]! * units + order[column]!]!, picture)),
              );
          }
        }
      }
      expect(worst).toBe(0);
    },
  );

  it('has clusters from the largest on, the dead last', async () => {
    for (const { name: layer } of report.layers) {
      const { clusters } = await host.call('picture', {
        folder,
        layer,
        method: 'backward_jac',
        scale: 'linear',
        widest: null,
      });
      const runs = [...new Set(clusters)].map((label) => clusters.filter((other) => other === label).length);
      const live = clusters.includes(-1) ? runs.slice(0, -1) : runs;
      expect(live).toEqual([...live].sort((a, b) => b - a));
      if (clusters.includes(-1)) expect(clusters.at(-1)).toBe(-1);
    }
  });

  it('has a pyramid of means down to one cell', async () => {
    const layer = report.layers[0]?.name ?? '';
    const which = { folder, layer, method: 'forward_cov', scale: 'log' } as const;
    const { levels } = await host.call('picture', { ...which, widest: null });
    expect(levels.at(-1)?.size).toBe(1);
    for (const [i, { size, bytes }] of levels.slice(1).entries()) {
      const finer = levels[i]!;
      expect(size).toBe(Math.ceil(finer.size / 2));
      for (let cell = 0; cell < size * size; cell++) {
        const [row, column] = [2 * Math.floor(cell / size), 2 * (cell % size)];
        const cells = [0, 1, 2, 3].map((k) => {
          const r = Math.min(row + (k >> 1), finer.size - 1);
          return finer.bytes[r * finer.size + Math.min(column + (k & 1), finer.size - 1)]!;
        });
        const known = cells.filter((byte) => byte < 255);
        const mean = known.reduce((sum, byte) => sum + byte, 0) / known.length;
        expect(bytes[cell]).toBe(known.length === 0 ? 255 : Math.round(mean));
      }
    }
    // A thumbnail is the same without what it is too small to show.
    const small = await host.call('picture', { ...which, widest: 16 });
    expect(small.levels).toEqual(levels.filter(({ size }) => size <= 16));
    expect(small.levels[0]?.size).toBe(16);
  });

  it('of 4096 units is quick', async () => {
    const wide = join(root, 'wide');
    const units = 4096;
    const clusters = Array.from({ length: units }, (_, i) => (i % 97 === 0 ? -1 : i % 5));
    const data = Float64Array.from({ length: units * units }, (_, i) => {
      const [row, column] = [Math.floor(i / units), i % units];
      return Math.abs(Math.sin(row * column)) * (clusters[row] === clusters[column] ? 1 : 0.1);
    });
    await mkdir(join(wide, 'matrices'), { recursive: true });
    await writeFile(join(wide, 'matrices/m.npy'), encodeNpy(data, [units, units]));
    const result = exampleMethod(units, { clusters, matrix: 'matrices/m.npy' });
    const layers = [{ ...exampleReport().layers[0]!, name: 'wide', units, methods: { forward_cov: result } }];
    await writeFile(join(wide, 'report.json'), JSON.stringify(exampleReport({ layers })));
    for (const scale of ['linear', 'log'] as const) {
      const times = [];
      for (let i = 0; i < 4; i++) {
        const from = performance.now();
        await host.call('picture', {
          folder: wide,
          layer: 'wide',
          method: 'forward_cov',
          scale,
          widest: null,
        });
        times.push(performance.now() - from);
      }

      console.log(`${scale}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      expect(Math.min(...times)).toBeLessThan(2000);
    }
  });
});

it('takes no stored report that this version does not write, such as one that names files elsewhere', async () => {
  const odd = join(root, 'odd');
  await mkdir(odd);
  const methods = { forward_cov: exampleMethod(8, { matrix: '../../secret.npy' }) };
  const layers = [{ ...exampleReport().layers[0]!, methods }];
  await writeFile(join(odd, 'report.json'), JSON.stringify(exampleReport({ layers })));
  const which = { folder: odd, layer: layers[0]?.name ?? '', method: 'forward_cov' };
  await expect(host.call('values', { ...which, rows: [0], columns: [0] })).rejects.toThrow(
    'is not in the stored result. Analyze the checkpoint again',
  );
});

describe('values', () => {
  it('are exact', async () => {
    const [rows, columns] = [
      [5, 0, 63],
      [1, 63, 2, 5],
    ];
    for (const { layer, method, data, result } of await everyMatrix()) {
      const units = result.clusters.length;
      const values = await host.call('values', { folder, layer, method, rows, columns });
      expect([...values]).toEqual(rows.flatMap((row) => columns.map((column) => data[row * units + column])));
    }
  });

  it.each([
    ['a unit', { rows: [64000], columns: [0] }],
    ['a method', { method: 'no_such', rows: [0], columns: [0] }],
    ['a layer', { layer: 'nowhere', rows: [0], columns: [0] }],
    ['a result', { folder: join(root, 'nowhere'), rows: [0], columns: [0] }],
  ])('refuse %s that is not there', async (_, changes) => {
    const layer = report.layers[0]?.name ?? '';
    const call = host.call('values', { folder, layer, method: 'forward_cov', ...changes });
    await expect(call).rejects.toThrow(InputError);
  });
});

describe('a report in the workspace', () => {
  it('has every form, refers to what is there, and no matrices', async () => {
    const to = join(root, 'workspace/modscope-reports/a');
    expect(await host.call('writeReport', { folder, to })).toBe(join(to, 'report.md'));
    const names = ['figures', 'report.csv', 'report.html', 'report.json', 'report.md'];
    expect((await readdir(to)).sort()).toEqual(names);
    const figures = await readdir(join(to, 'figures'));
    const markdown = await readFile(join(to, 'report.md'), 'utf8');
    for (const figure of figures) expect(markdown).toContain(`figures/${figure}`);
    const copied = JSON.parse(await readFile(join(to, 'report.json'), 'utf8')) as Report;
    const results = copied.layers.flatMap(({ methods }) => Object.values(methods));
    expect(results.every(({ matrix, q }) => matrix === null && q !== null)).toBe(true);
  });

  it('replaces an earlier one, figures and all, and leaves the rest of the folder alone', async () => {
    const to = join(root, 'workspace/modscope-reports/b');
    await mkdir(join(to, 'figures'), { recursive: true });
    const earlier = exampleReport({ layers: [{ ...exampleReport().layers[0]!, name: 'gone' }] });
    await writeFile(join(to, 'report.json'), JSON.stringify(earlier));
    for (const name of ['gone.forward_cov.svg', 'mine.svg']) await writeFile(join(to, 'figures', name), '');
    await host.call('writeReport', { folder, to });
    const figures = await readdir(join(folder, 'figures'));
    expect((await readdir(join(to, 'figures'))).sort()).toEqual([...figures, 'mine.svg'].sort());
  });
});

describe('a checkpoint', () => {
  it('is described by its headers', async () => {
    const info = await host.call('inspect', { path: checkpoint });
    expect(info.format).toBe('Lightning');
    expect(info.bytes).toBeGreaterThan(1000);
    expect(info.tensors.filter(({ role }) => role === 'weight')).not.toEqual([]);
  });

  it('has data sets that fit it, near it and in the workspace', async () => {
    const choices = await host.call('datasets', { checkpoint, config: null, root: DIGITS });
    expect(choices.map(({ split }) => split).sort()).toEqual(['test', 'train', 'val']);
    for (const { kind, sampleShape } of choices) expect([kind, sampleShape]).toEqual(['IDX', [8, 8]]);
  });

  it('has tensors with statistics', async () => {
    const path = join(root, 'known.safetensors');
    await writeFile(path, oneTensor('w', -1, 0, 0.5, 3, NaN, Infinity, 0, 3));
    const statistics = await host.call('tensorStatistics', { path, tensor: 'w' });
    const mean = 5.5 / 6;
    const sd = Math.sqrt([-1, 0, 0.5, 3, 0, 3].reduce((sum, x) => sum + (x - mean) ** 2, 0) / 6);
    expect(statistics).toMatchObject({ count: 8, min: -1, max: 3, mean, zeros: 2, nonFinite: 2 });
    expect(statistics.sd).toBeCloseTo(sd, 12);
    const filled = statistics.histogram.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []));
    expect(filled).toEqual([
      [0, 1],
      [16, 2],
      [24, 1],
      [63, 2],
    ]);
    expect(statistics.histogram).toHaveLength(64);
  });

  it('has statistics of every value of every weight', async () => {
    const { tensors } = await host.call('inspect', { path: checkpoint });
    for (const { name, shape } of tensors.filter(({ role }) => role === 'weight')) {
      const { count, histogram } = await host.call('tensorStatistics', { path: checkpoint, tensor: name });
      expect(count).toBe(shape.reduce((product, size) => product * size, 1));
      expect(histogram.reduce((sum, bin) => sum + bin, 0)).toBe(count);
    }
  });

  it('refuses a tensor that is not there', async () => {
    const call = host.call('tensorStatistics', { path: checkpoint, tensor: 'nothing' });
    await expect(call).rejects.toThrow(InputError);
  });
});
