import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report';
import { modscope, PROJECT } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const FIXTURES = join(PROJECT, 'test/fixtures/losses');
const CASE = join(PROJECT, 'test/fixtures/cases/13-one-logit');
const QUICK = ['--methods', 'forward_cov,backward_hess', '--nulls', 'none', '--workers', '1'];

interface Expected {
  readonly loss: number;
  readonly score: number;
}
const EXPECTED = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>; // as the script beside it wrote it

async function analyzed(checkpoint: string, data: string, ...args: readonly string[]) {
  const { code, out, err } = await modscope(
    ['analyze', checkpoint, '--data', data, ...QUICK, '--json', ...args],
    folder,
  );
  expect(code, err).toBe(0);
  return { report: JSON.parse(out) as Report, err }; // its own, as printed
}

describe('case 13, a classifier with one logit', () => {
  it("has torch's loss and accuracy", async () => {
    const { report, err } = await analyzed(join(CASE, 'bin.pt'), join(CASE, 'data.npz'));
    expect(report.stats.test?.loss).toBeCloseTo(0.7148, 4);
    expect(report.stats.test?.accuracy).toBe(0.38);
    expect(report.data).toMatchObject({ classes: 2, loss: 'binary_cross_entropy' });
    expect(report.network.assumptions.join()).toContain('of the output z against 0');
    expect(err).toContain('{"loss": "binary_cross_entropy"} in modscope.json');
  });

  it('takes another loss that is asked for, and says nothing more of it', async () => {
    const { report } = await analyzed(
      ...([join(CASE, 'bin.pt'), join(CASE, 'data.npz'), '--loss', 'mean_squared_error'] as const),
    );
    expect(report.settings.loss).toBe('mean_squared_error');
    expect(report.data.loss).toBe('mean_squared_error');
    expect(report.stats.test?.accuracy).toBeUndefined();
    expect(report.network.assumptions.join()).not.toContain('loss');
  });

  it('refuses one that cannot be, with the remedy', async () => {
    const { code, err } = await modscope(
      ['analyze', join(CASE, 'bin.pt'), '--data', join(CASE, 'data.npz'), '--loss', 'cross_entropy'],
      folder,
    );
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('Set "loss" to "binary_cross_entropy" in modscope.json (flag: --loss NAME)'),
    ]);
  });
});

describe('whole modules and their data', () => {
  it.each([
    { name: 'targets', data: 'targets.npz', loss: 'mean_squared_error' },
    { name: 'price', data: 'price.csv', loss: 'mean_squared_error' },
    { name: 'counts', data: 'counts.npz', loss: 'mean_squared_error' },
    { name: 'shares', data: 'shares.npz', loss: 'mean_squared_error' },
    { name: 'sigmoid', data: 'sigmoid.npz', loss: 'binary_cross_entropy' },
    { name: 'signs', data: 'signs.npz', loss: 'binary_cross_entropy' },
    { name: 'labels', data: 'labels.npz', loss: 'multi_label' },
  ])('$name: $loss', async ({ name, data, loss }) => {
    const { report } = await analyzed(join(FIXTURES, `${name}.pt`), join(FIXTURES, data));
    const expected = EXPECTED[name];
    const found = report.stats.test;
    expect(report.data.loss).toBe(loss);
    expect(found?.loss).toBeCloseTo(expected?.loss ?? NaN, 5);
    expect(found?.accuracy ?? found?.r2).toBeCloseTo(expected?.score ?? NaN, 5);
    expect(report.layers[0]?.methods.backward_hess?.q).not.toBeUndefined();
  });
});

describe('a regression', () => {
  it('speaks of R² wherever others speak of accuracy', async () => {
    const out = join(folder, 'report');
    const given = [join(FIXTURES, 'targets.pt'), '--data', join(FIXTURES, 'targets.npz'), ...QUICK];
    const { code, out: said } = await modscope(['analyze', ...given, '--out', out], folder);
    expect(code).toBe(0);
    expect(said).toContain('R² 0.6355, mean squared error 0.03594');
    const [markdown = '', page = ''] = ['report.md', 'report.html'].map((file) =>
      readFileSync(join(out, file), 'utf8'),
    );
    for (const text of [said, markdown, page.replace(/base64,[^"]*/g, '')])
      expect(text).not.toMatch(/NaN|undefined|accuracy \d|classes/);
    expect(page).toContain('R² 0.6355, mean squared error 0.03594');
    expect(markdown).toMatch(/R², test \| 0\.6355/);
    expect(markdown).toMatch(/Mean squared error, test \| 0\.03594/);
  });
});
