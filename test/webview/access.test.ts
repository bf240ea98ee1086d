import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultSummary } from '../../src/protocol';
import { analyzedDigits, type Digits, SUMMARY } from './harness/digits';
import { grave } from './harness/grave';
import { type Answers, launch, open } from './harness/page';
import { type ThemeName, THEMES } from './harness/themes';

let browser: Browser;
let digits: Digits;

beforeAll(async () => {
  [browser, digits] = await Promise.all([launch(), analyzedDigits()]);
});
afterAll(async () => {
  digits.dispose();
  await browser.close();
});

const themes = Object.keys(THEMES) as ThemeName[]; // its own keys

describe.each(themes)('%s', (theme) => {
  it('has nothing grave to axe-core, and keeps to its policy', async () => {
    const { page, problems } = await open(browser, digits.answers, { theme });
    await page.locator('modscope-thumbnail').nth(7).waitFor();
    expect(await grave(page)).toEqual([]);

    await page.getByRole('button', { name: 'Write Report' }).focus();
    expect(await grave(page)).toEqual([]);

    await page.getByRole('button', { name: /^Highlight cluster 0,/ }).click();
    await page.getByRole('gridcell', { name: /^forward_cov, backward_jac:/ }).click();
    expect(await grave(page)).toEqual([]);

    for (const view of ['Modularity', 'Association', 'Agreement'])
      await page.getByRole('button', { name: `${view}: Show as table` }).click();
    expect(await grave(page)).toEqual([]);
    expect(await problems()).toEqual([]);
    await page.context().close();
  });
});

describe('states other than done', () => {
  const withState = (state: ResultSummary['state'], message: string | null): Answers => ({
    ...digits.answers,
    results: () => [{ ...SUMMARY, state, message }],
  });
  const noReport = (answers: Answers): Answers => ({
    ...answers,
    report: () => Promise.reject(new Error('digits.ckpt has no result.')),
  });

  async function expectText(answers: Answers, text: string, act?: (page: Page) => Promise<void>) {
    const { page, problems, calls } = await open(browser, answers);
    await act?.(page);
    await page.getByText(text).first().waitFor();
    expect(await grave(page)).toEqual([]);
    expect((await problems()).filter((problem) => problem.includes('src'))).toEqual([]);
    return { page, calls, close: () => page.context().close() };
  }

  it('none yet: says what to do, and does it', async () => {
    const { page, calls, close } = await expectText(
      { ...digits.answers, results: () => [] },
      'No results yet',
    );
    await page.getByRole('button', { name: 'Analyze Checkpoint' }).click();
    await expect.poll(() => calls.at(-1)).toEqual({ name: 'run', input: { command: 'analyze', id: null } });
    await close();
  });

  it('stale: shown, with a way to renew it', async () => {
    const { page, close } = await expectText(withState('stale', null), 'changed since this was computed');
    await page.getByRole('button', { name: 'Analyze Again' }).waitFor();
    await page.getByRole('grid', { name: 'Modularity by layer and method' }).waitFor();
    await close();
  });

  it('failed: says why, and shows the log', async () => {
    const { page, calls, close } = await expectText(
      noReport(withState('failed', 'digits.ckpt: cut short.')),
      'cut short',
    );
    await page.getByRole('button', { name: 'Show Log' }).click();
    await expect.poll(() => calls.at(-1)?.input).toEqual({ command: 'showLog', id: 'digits' });
    await close();
  });

  it('running: progress, and what is done so far', async () => {
    const { page, close } = await expectText(
      noReport(withState('running', null)),
      'Sweep: 3 of 10',
      async (page) => {
        await page.getByText('Analyzing…').waitFor();
        await page.evaluate(() => {
          const event = { type: 'progress', stage: 'Sweep', done: 3, total: 10, secondsLeft: 4.2 };
          window.notify({ type: 'progress', id: 'digits', event });
          const done = { type: 'method', layer: 'fc_layers.0', method: 'forward_cov', q: 0.25, count: 3 };
          window.notify({ type: 'progress', id: 'digits', event: done });
        });
      },
    );
    await page.getByRole('gridcell', { name: 'fc_layers.0, forward_cov: Q 0.250, 3 clusters' }).waitFor();
    await page.getByRole('gridcell', { name: 'fc_layers.0, forward_jac: still running' }).waitFor();
    await close();
  });

  it('a matrix that cannot be had: says so, and tries again', async () => {
    let attempts = 0;
    const answers: Answers = {
      ...digits.answers,
      picture: (input) => {
        if (attempts++ === 0) throw new Error('fc_layers.0 is not in the stored result.');
        return digits.answers.picture?.(input) as never; // it is answered, as above
      },
    };
    const { page, close } = await expectText(answers, 'not in the stored result');
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.getByRole('grid', { name: /^Association matrix/ }).waitFor();
    await close();
  });
});
