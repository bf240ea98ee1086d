import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Measure, MEASURES } from '../../src/core/measures';
import type { LayerReport, Report } from '../../src/core/report';
import { matrixPicture } from '../../src/host/picture';
import {
  exampleLayer,
  exampleMatrix,
  exampleMethod,
  exampleReport,
  HOSTILE_NAMES,
} from '../core/render/example';
import { SUMMARY } from './harness/digits';
import { grave } from './harness/grave';
import { type Answers, launch, open, type Opened, type Opening } from './harness/page';

let browser: Browser;
let opened: Opened;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(await opened.problems()).toEqual([]);
  expect(await grave(opened.page)).toEqual([]);
  await opened.page.context().close();
});

/** Answers of a report whose matrices are made up. */
function answersOf(report: Report): Answers {
  return {
    results: () => [SUMMARY],
    report: () => report,
    picture: ({ layer: name, method, scale, widest }) => {
      const layer = report.layers.find((one) => one.name === name);
      const labels = layer?.methods[method as Measure]?.clusters ?? []; // asked of what there is
      return matrixPicture(exampleMatrix(labels.length), labels, { scale, widest });
    },
    values: ({ rows, columns }) => new Float64Array(rows.length * columns.length),
  };
}

async function openReport(layers: readonly LayerReport[], opening: Opening = {}): Promise<Page> {
  opened = await open(browser, answersOf(exampleReport({ layers })), opening);
  const first = layers[0]?.name;
  if (first !== undefined && Object.keys(layers[0]?.methods ?? {}).length > 0)
    await opened.page.getByRole('grid', { name: `Association matrix: ${first}` }).waitFor();
  return opened.page;
}
const all = (units: number, changes: Parameters<typeof exampleMethod>[1]): LayerReport['methods'] =>
  Object.fromEntries(MEASURES.map((measure) => [measure, exampleMethod(units, changes)]));
/** Whether the page is as wide as its window, and no wider. */
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
const cell = (page: Page, name: string) => page.getByRole('gridcell', { name });

describe('results that have little to show', () => {
  it('all units dead: no Q, and nothing to highlight', async () => {
    const dead = { q: null, count: 0, clusters: Array<number>(8).fill(-1) };
    const page = await openReport([exampleLayer('fc', 8, { methods: all(8, dead), agreement: [] })]);
    await cell(page, 'fc, forward_cov: nothing to cluster').waitFor();
    expect(await page.locator('.chip').count()).toBe(0);
  });

  it('one cluster, one layer', async () => {
    const single = { q: 0, count: 1, clusters: Array<number>(12).fill(0) };
    const page = await openReport([exampleLayer('fc', 12, { methods: all(12, single) })]);
    await cell(page, 'fc, forward_cov: Q 0.000, 1 cluster').waitFor();
    await page.getByRole('button', { name: 'Highlight cluster 0, 12 units' }).click();
    await page.getByText('100 % together').first().waitFor();
  });

  it('one unit', async () => {
    const page = await openReport([
      exampleLayer('fc', 1, { methods: all(1, { q: null, count: 1, clusters: [0] }) }),
    ]);
    for (const name of ['Zoom In', 'Zoom Out', 'Fit']) await page.getByRole('button', { name }).click();
    await page
      .getByRole('gridcell', { name: 'unit 0 (cluster 0) × unit 0 (cluster 0): itself, left out' })
      .waitFor();
  });

  it('one measure', async () => {
    const methods = { backward_hess_norm: exampleMethod(30) };
    const page = await openReport([exampleLayer('fc', 30, { methods, agreement: [] })]);
    await page.getByText('One method alone has nothing to agree with.').waitFor();
    expect(await page.getByText('Select a pair').count()).toBe(0);
  });

  it('no layer', async () => {
    const page = await openReport([]);
    await page.getByText('No layer of this network could be clustered.').waitFor();
  });
});

describe('results that have much to show', () => {
  it('as many clusters as units: the overlap shows the largest', async () => {
    const units = 120;
    const clusters = Array.from({ length: units }, (_, i) => Math.min(i, 80));
    const page = await openReport([
      exampleLayer('fc', units, { methods: all(units, { clusters, count: 81 }) }),
    ]);
    await cell(page, 'forward_cov, backward_jac: element_sim 0.500').click();
    await page.getByText('The 48 largest clusters of each.').waitFor();
    expect(await page.locator('.overlap tbody tr').count()).toBe(48 + 1);
    // The largest of all, units 80 to 119, is among them; the totals are of all units.
    const row = page.getByRole('row', { name: /^cluster 80 / });
    expect((await row.getByRole('cell').allTextContents()).at(-1)).toBe('40');
    expect(await page.locator('.overlap tbody tr:last-child td:last-child').textContent()).toBe('120');
  });

  it.each([400, 1000, 1800])('six layers with long and hostile names, in %i pixels', async (width) => {
    const names = [
      'encoder.layers.0.self_attention.out_proj.intermediate',
      ...HOSTILE_NAMES.slice(0, 4),
      'combined',
    ];
    const page = await openReport(
      names.map((name) => exampleLayer(name, 40)),
      { width },
    );
    expect(
      await page.getByRole('grid', { name: 'Modularity by layer and method' }).getByRole('gridcell').count(),
    ).toBe(6 * 8);
    expect(await fits(page)).toBe(true);
    for (const button of await page.getByRole('button', { name: /Show as table/ }).all())
      await button.click();
    expect(await fits(page)).toBe(true);
  });
});

describe('what is estimated, and convolutions', () => {
  it('say so: standard errors in cells, tables and beside the matrix; channels and positions', async () => {
    const conv = exampleLayer('conv1', 16, {
      ...{ kind: 'conv', shape: [16, 32, 32] },
      methods: {
        ...all(16, { q: 0.25, count: 3 }),
        forward_jac: exampleMethod(16, { q: 0.25, count: 3, standardError: 0.00213 }),
      },
    });
    const page = await openReport([conv]);
    await page.getByRole('rowheader', { name: 'conv1 16 channels × 32 × 32' }).waitFor();
    const estimated = cell(page, 'conv1, forward_jac: Q 0.250, 3 clusters');
    expect(await estimated.getAttribute('title')).toBe('estimated, relative standard error 0.21 %');
    expect(await estimated.getAttribute('aria-description')).toBe(
      'estimated, relative standard error 0.21 %',
    );
    expect(await cell(page, 'conv1, forward_cov: Q 0.250, 3 clusters').getAttribute('title')).toBeNull();
    expect(await page.getByText('Estimated with random probes').count()).toBe(0);
    await estimated.click();
    await page.getByText('Estimated with random probes; relative standard error 0.21 %.').waitFor();
    await page.getByRole('button', { name: 'Modularity: Show as table' }).click();
    const row = page.getByRole('row', { name: /^conv1 forward_jac / }).first();
    expect((await row.getByRole('cell').allTextContents()).at(-1)).toBe('0.21 %');
  });
});
