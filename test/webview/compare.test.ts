import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import bundle from '../../l10n/bundle.l10n.json';
import { MEASURES } from '../../src/core/measures';
import { type Compared, comparedDigits } from './harness/compared';
import { grave } from './harness/grave';
import { type ComparisonAnswers, launch, open, type Opened, type Opening } from './harness/page';
import { type ThemeName, THEMES } from './harness/themes';

let browser: Browser;
let compared: Compared;
let opened: Opened;

beforeAll(async () => {
  [browser, compared] = await Promise.all([launch(), comparedDigits()]);
});
afterAll(async () => {
  compared.dispose();
  await browser.close();
});
afterEach(async () => {
  expect(await opened.problems()).toEqual([]);
  await opened.page.context().close();
});

async function show(answers: ComparisonAnswers, opening: Opening = {}): Promise<Page> {
  opened = await open(browser, answers, { name: 'compare', ...opening });
  return opened.page;
}

/** @param count of checkpoints: two of one run, then one of another */
async function showDigits(count: number, opening: Opening = {}): Promise<Page> {
  const page = await show(compared.answers(count), opening);
  await page
    .locator('modscope-matrix')
    .nth(count - 1)
    .waitFor();
  return page;
}

const modularity = (page: Page) =>
  page.getByRole('grid', { name: 'Modularity of each checkpoint, and differences from A' });
const agreement = (page: Page) => page.getByRole('grid', { name: /^Agreement of the clusters of/ });
const matrix = (page: Page, letter: string) =>
  page.getByRole('grid', { name: new RegExp(`^Association matrix of ${letter}: `) });
const pixels = (page: Page, letter: string) =>
  matrix(page, letter)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
const lastCall = (name: string): unknown => opened.calls.filter((call) => call.name === name).at(-1)?.input;

describe('checkpoints of one run', () => {
  it('stand side by side, with the difference from the first', async () => {
    const page = await showDigits(2);
    const [layer] = compared.oneRun.layers;
    const [a, b] = layer?.results.map((results) => results.forward_jac) ?? [];
    const name = layer?.name ?? '';
    const labels = await modularity(page)
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.map((cell) => cell.ariaLabel));
    expect(labels).toHaveLength(3 * 3 * MEASURES.length);
    for (const [letter, found] of [
      ['A', a],
      ['B', b],
    ] as const)
      expect(labels).toContain(
        `${name}, ${letter}, forward_jac: Q ${found?.q?.toFixed(3) ?? ''}, ${found?.clusters ?? 0} clusters`,
      );
    const difference = (b?.q ?? 0) - (a?.q ?? 0);
    expect(labels).toContain(`${name}, B − A, forward_jac: Q +${difference.toFixed(3)}`);
    expect(difference).toBeGreaterThan(0.01);
  });

  it('show z and its difference, as the reports have them', async () => {
    const page = await showDigits(2);
    await page.getByText('z', { exact: true }).click();
    const [layer] = compared.oneRun.layers;
    const [a, b] = layer?.results.map((results) => results.forward_jac?.z ?? NaN) ?? [];
    const cell = modularity(page).getByRole('gridcell', { name: /^fc_layers\.0, B − A, forward_jac: z / });
    const shown = Number((await cell.textContent())?.replace('−', '-'));
    expect(shown).toBeCloseTo((b ?? NaN) - (a ?? NaN), 1);
  });

  it('say what moved: matched clusters, events, every unit', async () => {
    const page = await showDigits(2);
    await modularity(page)
      .getByRole('gridcell', { name: /^fc_layers\.1, A, backward_jac:/ })
      .click();
    await page.getByRole('heading', { name: 'What moved A → B, fc_layers.1, backward_jac' }).waitFor();
    const found = compared.oneRun.pairs[0]?.layers[1]?.backward_jac;
    const moved = found?.changes?.moves.flatMap(({ units }) => units).length ?? 0;
    const stay = found?.changes?.matches.reduce((sum, { units }) => sum + units, 0) ?? 0;
    await page.getByText(new RegExp(`^${stay} of ${found?.units ?? 0} units stay`)).waitFor();
    expect(await page.locator('.overlap .match').count()).toBe(found?.changes?.matches.length);
    await page.getByRole('button', { name: 'What moved: Copy as TSV' }).click();
    const { text } = lastCall('copy') as { text: string }; // as the protocol has it
    const units = text
      .split('\n')
      .slice(1)
      .flatMap((line) => (line.split('\t')[3] ?? '').split(', '));
    expect(units).toHaveLength(moved);
    expect(new Set(units).size).toBe(moved);
  });

  it('agree, and chance stands beside', async () => {
    const page = await showDigits(2);
    await page.getByText('Checkpoints of one run').waitFor();
    const found = compared.oneRun.pairs[0]?.layers[0]?.forward_jac;
    const cell = agreement(page).getByRole('gridcell', { name: /^fc_layers\.0, forward_jac:/ });
    expect(await cell.getAttribute('aria-label')).toBe(
      `fc_layers.0, forward_jac: Element-centric similarity ${found?.elementSim?.toFixed(3) ?? ''}, chance ${found?.elementSimByChance?.toFixed(3) ?? ''}`,
    );
    expect(await cell.getAttribute('title')).toContain('999 shuffles');
    await page.getByRole('button', { name: 'Agreement of their clusters: Show as table' }).click();
    await page.getByRole('row', { name: /^combined backward_hess_norm / }).waitFor();
  });

  it('have their matrices in one order with one scale, and where one looks, the other follows', async () => {
    const page = await showDigits(2);
    expect(lastCall('pictures')).toEqual({
      ...{ layer: 'fc_layers.0', method: 'forward_cov', scale: 'linear', order: 'first' },
    });
    const before = await pixels(page, 'B');
    await matrix(page, 'A').getByRole('gridcell').focus();
    for (const key of ['+', '+', '+']) await page.keyboard.press(key);
    await expect.poll(() => pixels(page, 'B')).not.toBe(before); // painted with the next frame
    await page.keyboard.press('0');
    await expect.poll(() => pixels(page, 'B')).toBe(before);
    await page.keyboard.press('ArrowRight');
    await page
      .locator('.readout', { hasText: /^unit \d+ × unit \d+: about A [\d.e-]+, B [\d.e-]+$/ })
      .waitFor();
  });
});

describe('checkpoints of different runs', () => {
  it('are said to have no units in common: no order of one, nothing moved, agreement of chance', async () => {
    const page = await showDigits(3);
    expect(lastCall('pictures')).toMatchObject({ order: 'own' });
    expect(await page.getByRole('radio', { name: 'Each by its own' }).isChecked()).toBe(true);
    await page.locator('vscode-single-select[label="Which two"]').click();
    await page.getByRole('option', { name: 'A and C' }).click();
    await page.getByText('Different runs: their units do not correspond').waitFor();
    await page.getByText('Units of different runs do not correspond: nothing moved').waitFor();
    expect(await page.locator('.overlap').count()).toBe(0);
    const values = Object.values(compared.all.pairs[1]?.layers[0] ?? {});
    const above = values.map((found) => (found.elementSim ?? NaN) - (found.elementSimByChance ?? NaN));
    expect(values).toHaveLength(8);
    expect(Math.max(...above.map(Math.abs))).toBeLessThan(0.15);
  });

  it('may be put into the order of the first all the same, and the page warns', async () => {
    const page = await showDigits(3);
    await page.getByText('By the clusters of A').click();
    await page.getByText('the order of one says nothing of another').waitFor();
    expect(lastCall('pictures')).toMatchObject({ order: 'first' });
  });

  it('open in the panel', async () => {
    const page = await showDigits(3);
    await page.getByRole('button', { name: 'Open C, digits_drop=0.0_run=0.ckpt' }).click();
    expect(lastCall('open')).toMatchObject({ layer: 'fc_layers.0', method: 'forward_cov' });
  });
});

describe('from the keyboard', () => {
  it('a cell is chosen, and the matrices and what moved follow', async () => {
    const page = await showDigits(2);
    await modularity(page).locator('[tabindex="0"]').focus();
    for (const key of ['Control+End', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'What moved A → B, combined, backward_hess_norm' }).waitFor();
    await page.getByRole('grid', { name: 'Association matrix of B: combined, backward_hess_norm' }).waitFor();
    const stops = await modularity(page)
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.filter(({ tabIndex }) => tabIndex === 0).length);
    expect(stops).toBe(1);
  });
});

describe('what is kept', () => {
  it('comes back when the page is made anew, with the checkpoints it is of', async () => {
    const page = await showDigits(2);
    await agreement(page)
      .getByRole('gridcell', { name: /^combined, forward_jac:/ })
      .click();
    await page.getByText('Log', { exact: true }).click();
    await page.reload();
    await page.getByRole('grid', { name: 'Association matrix of A: combined, forward_jac' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Log' }).isChecked()).toBe(true);
    const kept = await page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown);
    expect(kept).toMatchObject({
      checkpoints: [expect.stringContaining('030'), expect.stringContaining('150')],
    });
  });
});

describe('checkpoints without a result', () => {
  it('are named, and can be analyzed', async () => {
    const answers = compared.answers(2);
    const page = await show({
      ...answers,
      summary: async () => {
        const summary = await answers.summary?.(null);
        const [first, second] = summary?.checkpoints ?? [];
        if (first === undefined || second === undefined) throw new Error('there are none');
        return { checkpoints: [first, { ...second, state: 'missing' }], palette: 'viridis' };
      },
    });
    await page.getByText('digits_trajectory_epoch=150.ckpt is not analyzed.').waitFor();
    expect(opened.calls.some(({ name }) => name === 'comparison')).toBe(false);
    await page.getByRole('button', { name: 'Analyze' }).click();
    expect(lastCall('run')).toEqual({ command: 'analyze' });
    expect(await grave(page)).toEqual([]);
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('%s', (theme) => {
  it('has nothing grave to axe-core', async () => {
    const page = await showDigits(3, { theme });
    expect(await grave(page)).toEqual([]);
    for (const view of ['Modularity', 'Agreement of their clusters'])
      await page.getByRole('button', { name: `${view}: Show as table` }).click();
    expect(await grave(page)).toEqual([]);
  });
});

it('says everything in the language of the user', async () => {
  const strings = Object.fromEntries(Object.entries(bundle).map(([english, text]) => [english, `⟦${text}⟧`]));
  const page = await show(compared.answers(3), { strings });
  await page.locator('modscope-matrix').nth(2).waitFor();
  const said = await page.evaluate(() =>
    [
      ...document.body.querySelectorAll('h1, h2, button, th, td, p, figcaption, label, vscode-option'),
    ].flatMap((element) => [
      element.getAttribute('aria-label') ?? '',
      ...[...element.childNodes].flatMap((node) => (node instanceof Text ? [node.data] : [])),
    ]),
  );
  const names = [
    ...MEASURES.toReversed(),
    'fc_layers.0',
    'fc_layers.1',
    'combined',
    /digits_[\w.=]+/g,
    /\b[ABC]\b/g,
  ];
  const rest = said.map((text) => {
    let left = text;
    for (let before = ''; before !== left;) [before, left] = [left, left.replace(/⟦[^⟦⟧]*⟧/g, '')];
    for (const name of names) left = left.replaceAll(name, '');
    return left;
  });
  expect([...new Set(rest)].filter((text) => /\p{L}/u.test(text))).toEqual([]);
});
