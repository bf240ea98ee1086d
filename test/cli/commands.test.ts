import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import { describe, expect, it } from 'vitest';
import { withFile } from '../../src/core/file/local';
import { openNpy } from '../../src/core/file/npy';
import { MEASURES } from '../../src/core/measures';
import type { Report } from '../../src/core/report';
import { DIGITS, modscope, PROJECT } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
/** Milliseconds after which a command is interrupted. */
const INTERRUPT = 3000;
const CHECKPOINT = join(DIGITS, 'checkpoints/digits_drop=0.6_run=0.ckpt');
const schema = JSON.parse(readFileSync(join(PROJECT, 'schemas/report.schema.json'), 'utf8')) as object;
const isReport = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

function readReport(path: string): Report {
  const report: unknown = JSON.parse(readFileSync(path, 'utf8'));
  expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  return report as Report;
}

describe('modscope analyze', () => {
  it('goes from a checkpoint to a report without being told anything else', async () => {
    const out = join(folder, 'report');
    const { code, out: printed, err } = await modscope(['analyze', CHECKPOINT, '--matrices', '--out', out]);
    expect(err).toContain('ReLU was assumed between the layers.');
    expect(code).toBe(0);
    expect(printed).toContain(join(out, 'report.md'));

    const report = readReport(join(out, 'report.json'));
    expect(report.data).toMatchObject({ split: 'test', samples: 597, classes: 10 });
    expect(report.network.assumptions.join()).toContain('ReLU was assumed between the layers.');
    expect(report.stats.test?.accuracy).toBeCloseTo(0.9682, 4);
    expect(Object.keys(report.stats)).toEqual(expect.arrayContaining(['train', 'val', 'test']));
    expect(report.layers.map(({ name, kind, units }) => [name, kind, units])).toEqual([
      ['fc_layers.0', 'dense', 64],
      ['fc_layers.1', 'dense', 64],
      ['combined', 'combined', 128],
    ]);
    for (const layer of report.layers) {
      expect(Object.keys(layer.methods)).toEqual(MEASURES);
      expect(layer.agreement).toHaveLength((MEASURES.length * (MEASURES.length - 1)) / 2);
      for (const [method, { matrix, clusters, q }] of Object.entries(layer.methods)) {
        expect(clusters).toHaveLength(layer.units);
        expect(q).toBeGreaterThan(0);
        const { shape, data } = await withFile(join(out, matrix ?? ''), async (file) =>
          (await openNpy(file)).read(),
        );
        expect(shape, method).toEqual([layer.units, layer.units]);
        expect(data.every(Number.isFinite)).toBe(true);
      }
    }
    const markdown = readFileSync(join(out, 'report.md'), 'utf8');
    for (const [, figure = ''] of markdown.matchAll(/\]\((figures\/[^)]+)\)/g)) {
      expect(readFileSync(join(out, decodeURIComponent(figure)), 'utf8')).toMatch(/^<svg/);
    }
  });

  it('prints the report alone with --json, the same again with the same seed', async () => {
    const args = [
      'analyze',
      CHECKPOINT,
      '--json',
      '--seed',
      '3',
      '--methods',
      'forward_cov,backward_hess_norm',
    ];
    const cwd = join(folder, 'json');
    mkdirSync(cwd);
    const [first, second] = [await modscope(args, cwd), await modscope([...args, '--workers', '1'], cwd)];
    const [a, b] = [first, second].map(({ out }) => JSON.parse(out) as Report);
    expect(isReport(a)).toBe(true);
    expect(Object.keys(a?.layers[0]?.methods ?? {})).toEqual(['forward_cov', 'backward_hess_norm']);
    expect(a?.layers).toEqual(b?.layers);
    expect(a?.stats).toEqual(b?.stats);
  });

  it.each([{ flags: ['--matrices'] }, { flags: [] }])(
    'prints with --json what it writes, $flags',
    async ({ flags }) => {
      const out = join(folder, `printed${flags.join('')}`);
      const args = ['analyze', CHECKPOINT, '--json', '--out', out, '--methods', 'forward_cov', ...flags];
      const { code, out: printed } = await modscope(args);
      expect(code).toBe(0);
      expect(printed).toBe(readFileSync(join(out, 'report.json'), 'utf8'));
      const { matrix } = readReport(join(out, 'report.json')).layers[0]?.methods.forward_cov ?? {};
      expect(matrix).toBe(flags.length > 0 ? 'matrices/fc_layers.0.forward_cov.npy' : null);
    },
  );

  it('takes several checkpoints, each into a folder of its own', async () => {
    const out = join(folder, 'several');
    const other = join(DIGITS, 'checkpoints/digits_l1=0.001_run=0.ckpt');
    const { code } = await modscope(['analyze', CHECKPOINT, other, '--methods', 'forward_cov', '--out', out]);
    expect(code).toBe(0);
    for (const name of ['digits_drop=0.6_run=0', 'digits_l1=0.001_run=0']) {
      expect(readReport(join(out, name, 'report.json')).checkpoint.path).toContain(name);
    }
  });

  it('follows modscope.json, and flags before it', async () => {
    const cwd = join(folder, 'configured');
    mkdirSync(cwd);
    copyFileSync(CHECKPOINT, join(cwd, 'net.ckpt'));
    const config = {
      data: { path: join(DIGITS, 'data/val-images-idx3-ubyte'), mean: [0], std: [1] },
      model: {
        layers: [
          { dense: 'fc_layers.0' },
          { leaky_relu: 0.2 },
          { dense: 'fc_layers.1' },
          'relu',
          { dense: 'proj' },
        ],
      },
      methods: ['forward_jac'],
      samples: 100,
      solver: 'spectral',
    };
    writeFileSync(join(cwd, 'modscope.json'), `// mine\n${JSON.stringify(config)}`);
    const { out, err } = await modscope(['analyze', 'net.ckpt', '--json', '--samples', '50'], cwd);
    expect(err).toBe('');
    const report = JSON.parse(out) as Report;
    expect(report.network).toEqual({ source: 'modscope.json', assumptions: [], notes: [], warnings: [] });
    expect(report.data).toMatchObject({ split: 'val', samples: 50 });
    expect(report.settings).toMatchObject({ methods: ['forward_jac'], solver: 'spectral' });
  });

  it('resamples the data and takes other null networks on request', async () => {
    const args = [
      '--methods',
      'forward_cov,backward_jac',
      '--bootstrap',
      '4',
      '--nulls',
      'shuffled:3,permuted:2',
    ];
    const { out } = await modscope(['analyze', CHECKPOINT, '--json', ...args], folder);
    const report = JSON.parse(out) as Report;
    expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
    for (const { methods, units } of report.layers) {
      const { forward_cov: upstream, backward_jac: downstream } = methods;
      expect(upstream?.nulls.map(({ kind, count }) => [kind, count])).toEqual([
        ['shuffled', 3],
        ['permuted', 2],
      ]);
      expect(downstream?.nulls.map(({ kind }) => kind)).toEqual(['shuffled']);
      expect(upstream?.null).toEqual(upstream?.nulls[0]);
      expect(upstream?.bootstrap?.count).toBe(4);
      expect(upstream?.bootstrap?.mean).toBeCloseTo(upstream?.q ?? NaN, 1);
      expect(upstream?.bootstrap?.consensus).toHaveLength(units);
    }
  });

  it('can be interrupted', async () => {
    const from = performance.now();
    // Work for minutes, interrupted when it is surely under way.
    const args = ['analyze', CHECKPOINT, '--nulls', 'untrained:2000'];
    const { code, err } = await modscope(args, folder, INTERRUPT);
    expect(err).toContain('Interrupted');
    expect(code).toBe(130);
    expect(performance.now() - from).toBeLessThan(INTERRUPT + 1000);
  });
});

describe('modscope inspect', () => {
  it('lists tensors, hyper-parameters and what was left inert', async () => {
    const { code, out } = await modscope(['inspect', CHECKPOINT]);
    expect(code).toBe(0);
    expect(out).toMatch(/Lightning, 6 weights with 8,970 values/);
    expect(out).toMatch(/model\.fc_layers\.0\.weight +f32 +\[64, 64\]/);
    expect(out).toMatch(/drop = 0\.6/);
  });

  it('prints JSON alone with --json', async () => {
    const { out, err } = await modscope(['inspect', CHECKPOINT, '--json']);
    expect(err).toBe('');
    const { format, tensors, hyperParameters } = JSON.parse(out) as Record<string, unknown>;
    expect(format).toBe('Lightning');
    expect(tensors).toContainEqual({
      name: 'model.proj.weight',
      dtype: 'f32',
      shape: [10, 64],
      role: 'weight',
    });
    expect(hyperParameters).toMatchObject({ drop: 0.6, dataset: 'digits' });
  });
});
