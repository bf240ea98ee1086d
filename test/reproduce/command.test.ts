import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/base/random';
import { type Outcome, PROJECT } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const QUICK = [
  '--methods',
  'forward_jac,backward_jac,backward_hess',
  '--samples',
  '100',
  '--nulls',
  'untrained:3',
  '--solver',
  'louvain',
];

function reproduce(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(PROJECT, 'dist/reproduce/main.cjs'), ...args], {
      cwd: folder,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, out, err: signal === null ? err : `${err}ended by ${signal}` });
    });
  });
}

function rows(path: string): Record<string, string>[] {
  return parse(readFileSync(join(folder, path)), { columns: true });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The cells of a table's row that begins so. */
function cells(report: string, ...start: readonly string[]): string[] {
  const line = report.split('\n').find((one) => one.startsWith(`| ${start.join(' | ')} |`));
  return (line ?? '')
    .split(' | ')
    .slice(start.length)
    .map((cell) => cell.replace(/ \|$/, ''));
}

describe('npm run reproduce', () => {
  it('trains a grid, studies it, and reports its numbers', async () => {
    const { code, out, err } = await reproduce(
      '--runs',
      '1',
      '--most-epochs',
      '3',
      '--out',
      'small',
      '--',
      ...QUICK,
    );
    expect(err).toContain('18 networks trained');
    expect({ code, end: err.slice(-60) }).toMatchObject({ code: 0 });
    expect(out).toBe(`${join('small', 'reproduce.md')}\n`);
    const report = readFileSync(join(folder, 'small/reproduce.md'), 'utf8');
    expect(report).not.toMatch(/NaN|undefined|Infinity|\[object/);

    const good = rows('small/study/tables/checkpoints.csv').filter(
      (row) => Number(row['test_accuracy']) >= 0.8,
    );
    expect(good.length).toBeGreaterThan(4);
    expect(report).toContain(
      `${good.length} runs of at least 80 % accuracy count; ${18 - good.length} do not`,
    );
    const isGood = (row: Record<string, string>): boolean =>
      row['layer'] !== 'combined' && good.some(({ path }) => path === row['checkpoint']);

    // Q of the baseline, over layers and runs.
    const baseline = rows('small/study/tables/modularity.csv').filter(
      (row) =>
        isGood(row) &&
        row['method'] === 'forward_jac' &&
        [row['hp.dropout'], row['hp.l1'], row['hp.l2']].join() === '0,0,0.00001',
    );
    const q = mean(baseline.map((row) => Number(row['q'])));
    const inReport = cells(report, '`forward_jac` (input gradient)');
    expect(report).toContain(`| \`forward_jac\` (input gradient) | ${q.toFixed(3)} (1) |`);
    expect(inReport[0]).toMatch(/^ρ = |^–/);

    // Agreement across families, over pairs, layers and runs.
    const across = rows('small/study/tables/agreement.csv').filter(
      (row) => isGood(row) && [row['a'], row['b']].sort().join() !== 'backward_hess,backward_jac',
    );
    const similarity = mean(across.map((row) => Number(row['element_sim'])));
    const shown = cells(report, 'across', 'all');
    expect(shown.slice(0, 2)).toEqual(['0.322', expect.stringContaining(`${similarity.toFixed(3)} [`)]);
    const beyond = mean(across.map((row) => Number(row['element_sim_minus_untrained'])));
    expect(shown[5]).toContain(`${beyond.toFixed(3).replace('-', '−')} [`);

    // Training, by setting; every picture is there.
    const [dropped] = rows('small/study/tables/checkpoints.csv').filter((row) => row['hp.dropout'] === '0.7');
    expect(cells(report, 'dropout 0.7', '1')[3]).toBe(Number(dropped?.['l2_norm']).toFixed(0));
    const pictures = [...report.matchAll(/\]\((study\/figures\/[^)]+)\)/g)].map(([, file]) => file ?? '');
    expect(pictures.length).toBeGreaterThan(4);
    for (const file of pictures) expect(existsSync(join(folder, 'small', file)), file).toBe(true);

    const again = await reproduce('--runs', '1', '--most-epochs', '3', '--out', 'small', '--', ...QUICK);
    expect(again.err).toContain('0 networks trained');
    expect(again.err).toContain('0 analyzed, 18 done before');
  }, 180_000);

  it('compares untrained networks with the paper, with both solvers', async () => {
    const random = new Random(0);
    const [samples, size] = [40, 784];
    const head = (...sizes: number[]): Buffer => {
      const bytes = Buffer.alloc(4 + 4 * sizes.length);
      bytes.set([0, 0, 8, sizes.length]);
      sizes.forEach((one, i) => bytes.writeUInt32BE(one, 4 + 4 * i));
      return bytes;
    };
    const pixels = Uint8Array.from({ length: samples * size }, () => random.integer(256));
    writeFileSync(join(folder, 'images'), Buffer.concat([head(samples, 28, 28), pixels]));
    const labels = Uint8Array.from({ length: samples }, (_, i) => i % 10);
    writeFileSync(join(folder, 'labels'), Buffer.concat([head(samples), labels]));
    const files = ['--images', 'images', '--labels', 'labels'];
    const { code, out, err } = await reproduce('--untrained', '2', ...files, '--out', 'untrained');
    expect(err).not.toContain('reproduce:');
    expect(code).toBe(0);
    expect(out).toBe(readFileSync(join(folder, 'untrained/untrained.md'), 'utf8'));
    expect(readdirSync(join(folder, 'untrained/checkpoints'))).toEqual([
      'seed=0.safetensors',
      'seed=1.safetensors',
    ]);
    for (const solver of ['monte_carlo', 'best']) {
      const section = out.split(`## Solver \`${solver}\``)[1] ?? '';
      const found = rows(`untrained/study-${solver}/tables/modularity.csv`)
        .filter((row) => row['method'] === 'backward_jac_norm' && row['layer'] === 'hidden2')
        .map((row) => Number(row['q']));
      expect(found).toHaveLength(2);
      expect(cells(section, '`backward_jac_norm`', '1').slice(0, 3)).toEqual([
        '0.102 ± 0.0060',
        expect.stringContaining(`${mean(found).toFixed(4)} ± `),
        `${mean(found) < 0.102 ? '−' : '+'}${Math.abs(mean(found) - 0.102).toFixed(4)}`,
      ]);
    }
  }, 180_000);

  it.each([
    [['--images', 'x'], '--images and --labels are given together'],
    [['--untrained', '5'], '--untrained needs --images and --labels'],
    [['--runs', '0'], '--runs must be a whole number of at least 1'],
    [['--test-images', 'x', '--test-labels', 'y'], '--test-images needs --images'],
    [['--sedes', '3'], "Unknown option '--sedes'"],
  ])('says what is wrong with %j', async (args, problem) => {
    const { code, err } = await reproduce(...args);
    expect(err).toContain(problem);
    expect(code).toBe(2);
  });

  it('says which file is missing', async () => {
    const { code, err } = await reproduce('--images', 'none', '--labels', 'nowhere');
    expect(err).toBe('reproduce: none: no such file\n');
    expect(code).toBe(1);
  });
});
