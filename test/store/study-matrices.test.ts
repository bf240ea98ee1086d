import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodePng, parsePngHeader } from '../../src/core/file/png';
import { inOrder, type Measure } from '../../src/core/measures';
import { colourAt } from '../../src/core/render/colours';
import type { ExampleMatrix } from '../../src/core/render/study/example-matrices';
import type { LayerReport } from '../../src/core/report';
import type { StudyData } from '../../src/core/study/study-data';
import { StudyFolder } from '../../src/store/study-folder';
import { keptMatrices, MOST_UNITS, readExamples, writeExampleMatrices } from '../../src/store/study-matrices';
import { exampleLayer, exampleMatrix, exampleMethod, exampleReport } from '../core/render/example';
import { exampleManifest } from '../core/study/study-example';

const UNITS = 12;
const [FIRST, SECOND] = ['a'.repeat(64), 'b'.repeat(64)];
const MEASURES: readonly Measure[] = ['forward_cov', 'backward_jac'];

const layerOf = (name: string, units: number): LayerReport =>
  exampleLayer(name, units, {
    methods: { forward_cov: exampleMethod(units), backward_jac: exampleMethod(units) },
    ...(name === 'combined' && { kind: 'combined' }),
  });
const LAYERS = [layerOf('a/b', UNITS), layerOf('wide', MOST_UNITS + 1), layerOf('combined', UNITS)];
const REPORT = exampleReport({ layers: LAYERS });
const MATRICES = new Map(
  LAYERS.map(({ name, units }) => [
    name,
    new Map(MEASURES.map((measure) => [measure, exampleMatrix(units)])),
  ]),
);

/** Two checkpoints, both done. */
const MANIFEST = exampleManifest();
const DATA: StudyData = {
  grouping: MANIFEST.grouping,
  planned: 2,
  failed: 0,
  measures: MEASURES,
  layers: LAYERS.map(({ name, kind }) => ({ name, isCombined: kind === 'combined', checkpoints: 2 })),
  checkpoints: MANIFEST.checkpoints.map(({ path, run, hyperParameters }) => ({
    path,
    run,
    epoch: null,
    step: null,
    values: { drop: hyperParameters['drop']?.value ?? null },
    stats: REPORT.stats,
    untrained: null,
    layers: LAYERS.map(({ name, kind, units, methods }) => ({
      name,
      isCombined: kind === 'combined',
      units,
      methods: Object.fromEntries(
        inOrder(Object.keys(methods)).map((measure) => {
          const { q, count, softCount, clusters } = methods[measure] ?? exampleMethod(units);
          const about = { dead: 1, z: null, p: null, bootstrap: null, labels: Int16Array.from(clusters) };
          return [measure, { q, clusters: count, softClusters: softCount, ...about }];
        }),
      ),
      agreement: [],
    })),
  })),
  untrained: new Map(),
};

let folder: StudyFolder;
beforeEach(async () => {
  folder = new StudyFolder(mkdtempSync(join(tmpdir(), 'modscope-matrices-')));
  for (const [at, { id }] of MANIFEST.checkpoints.entries())
    await folder.writePointer(id, { key: at === 0 ? FIRST : SECOND, files: [] });
});
afterEach(() => {
  rmSync(folder.path, { recursive: true });
});

const write = (key: string): Promise<void> => writeExampleMatrices(folder, key, REPORT, MATRICES);
const read = (): Promise<ExampleMatrix[]> => readExamples(keptMatrices(folder), MANIFEST, DATA, 'viridis');
const orders = (examples: readonly ExampleMatrix[]): (readonly [string, string | null])[] =>
  examples.map(({ measure, orderedBy }) => [measure, orderedBy]);

describe('matrices of examples', () => {
  it('are kept of single layers that are not too wide', async () => {
    await write(FIRST);
    expect(readdirSync(folder.at('matrices', FIRST)).sort()).toEqual([
      'a_b.backward_jac.npy',
      'a_b.forward_cov.npy',
    ]);
  });

  it('become pictures: the first in all orders, the others in their own', async () => {
    await write(FIRST);
    await write(SECOND);
    const examples = await read();
    expect(orders(examples.filter(({ checkpoint }) => checkpoint === 0))).toEqual([
      ['forward_cov', null],
      ['forward_cov', 'forward_cov'],
      ['forward_cov', 'backward_jac'],
      ['backward_jac', null],
      ['backward_jac', 'forward_cov'],
      ['backward_jac', 'backward_jac'],
    ]);
    expect(orders(examples.filter(({ checkpoint }) => checkpoint === 1))).toEqual([
      ['forward_cov', 'forward_cov'],
      ['backward_jac', 'backward_jac'],
    ]);
    for (const { layer, units } of examples) expect([layer, units]).toEqual(['a/b', UNITS]);
  });

  it('have the colours of their values', async () => {
    await write(FIRST);
    const [unsorted] = await read();
    expect(unsorted?.high).toBe(1);
    const png = Buffer.from((unsorted?.image ?? '').replace('data:image/png;base64,', ''), 'base64');
    const pixels = decodePng('it', png, parsePngHeader('it', png));
    const { data } = exampleMatrix(UNITS);
    // Within a cluster, between clusters, and of the dead unit.
    for (const [row, column, value] of [
      [3, 7, 1],
      [0, 1, 0.1],
      [2, 4, 0],
    ] as const) {
      const at = row * UNITS + column;
      expect(data[at]).toBe(value);
      const expected = Buffer.from(colourAt('viridis', value).slice(1), 'hex');
      for (let channel = 0; channel < 3; channel++) {
        // A picture has 255 colours of the palette's 256.
        const off = Math.abs(pixels[channel * UNITS * UNITS + at]! - expected[channel]!);
        expect(off).toBeLessThanOrEqual(2);
      }
    }
  });

  it('may be missing or damaged: the others are drawn', async () => {
    expect(await read()).toEqual([]);
    await write(FIRST);
    writeFileSync(folder.at('matrices', FIRST, 'a_b.forward_cov.npy'), 'x');
    expect(orders(await read())).toEqual([
      ['backward_jac', null],
      ['backward_jac', 'backward_jac'],
    ]);
    const failure = { checkpoint: 'a.pt', reason: 'no', stack: null };
    await folder.writeFailure(MANIFEST.checkpoints[0]?.id ?? '', failure);
    expect(await read()).toEqual([]);
  });
});
