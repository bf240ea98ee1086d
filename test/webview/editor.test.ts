import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkpointInfo, tensorPieces, tensorStatistics, withCheckpoint } from '../../src/host/inspect';
import { DIGITS, PROJECT } from '../support/command';
import { grave } from './harness/grave';
import { launch, open, type Opened, type Opening, start } from './harness/page';
import { type ThemeName, THEMES } from './harness/themes';

let browser: Browser;
let opened: Opened;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(await opened.problems()).toEqual([]);
  await opened.page.context().close();
});

const fixture = (name: string): string => join(PROJECT, 'test/fixtures/torch', name);

/** The editor of a checkpoint, answered by what the analysis host runs. */
async function openEditor(path: string, opening: Opening = {}): Promise<Page> {
  opened = await open(
    browser,
    {
      info: () => checkpointInfo(path),
      tensorStatistics: ({ tensor }) =>
        withCheckpoint(path, (checkpoint) =>
          tensorStatistics(tensorPieces(checkpoint, tensor, new AbortController().signal)),
        ),
      analyze: () => null,
      copy: () => null,
    },
    { name: 'editor', ...opening },
  );
  await opened.page.getByRole('treegrid').waitFor();
  return opened.page;
}

describe('what a pickle names', () => {
  it('is listed where it was left inert, name by name, with why', async () => {
    const path = fixture('hparams_1.13.ckpt');
    const { stubs } = await checkpointInfo(path);
    expect(stubs).toContain('builtins.getattr');
    const section = (await openEditor(path)).getByRole('region', { name: 'Left inert' });
    expect(await section.getByRole('listitem').allTextContents()).toEqual(stubs);
    expect(await section.textContent()).toContain('no code of the file has run');
  });

  it('is not spoken of where there is none', async () => {
    const path = join(DIGITS, 'checkpoints/digits_drop=0.3_run=0.ckpt');
    const { stubs, hyperParameters } = await checkpointInfo(path);
    expect([stubs.length, Object.keys(hyperParameters).length > 0]).toEqual([0, true]);
    const page = await openEditor(path);
    await page.getByRole('region', { name: 'Hyper-parameters' }).waitFor();
    expect(await page.getByRole('region', { name: 'Left inert' }).count()).toBe(0);
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('%s', (theme) => {
  it('has nothing grave to axe-core, with a tensor open', async () => {
    const page = await openEditor(fixture('trainer_1.13.pth'), { theme });
    await page.keyboard.press('Tab');
    await page.getByRole('row', { expanded: false }).first().focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Standard deviation').waitFor();
    expect(await grave(page)).toEqual([]);
  });
});

describe('a file of very many tensors', () => {
  const TENSORS = 20_000;

  async function openMany(): Promise<Page> {
    opened = await open(browser, {}, { name: 'editor', waiting: true, width: 400 });
    await opened.page.evaluate((count) => {
      const tensors = Array.from({ length: count }, (_, i) => ({
        ...{ name: `transformer.layers.${i}.weight`, dtype: 'f32', shape: [64, 64], role: 'weight' },
      }));
      const rest = { path: '/large.safetensors', format: 'safetensors', bytes: 4 * 4096 * count };
      window.answers = (name) =>
        name === 'info' ? { ...rest, tensors, hyperParameters: {}, metadata: {}, stubs: [] } : null;
    }, TENSORS);
    await start(opened.page, 'editor');
    return opened.page;
  }

  it('opens at once, in a narrow window too', async () => {
    const page = await openMany();
    await page.getByRole('row', { name: /layers\.0\.weight/ }).waitFor();
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const painted = await page.evaluate(() => {
      const [mark] = performance.getEntriesByName('start');
      return (
        (performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN) -
        (mark?.startTime ?? NaN)
      );
    });
    process.stdout.write(`${TENSORS} tensors, first paint ${painted.toFixed(0)} ms\n`);
    expect(painted).toBeLessThan(1000);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it('is gone through with the keyboard, its headings above the rows', async () => {
    const page = await openMany();
    await page.getByRole('row', { name: /layers\.0\.weight/ }).focus();
    await page.keyboard.press('End');
    await page.getByRole('row', { name: `transformer.layers.${TENSORS - 1}.weight` }).waitFor();
    await page.keyboard.press('PageUp');
    // What is at the headings' place is the headings.
    const top = await page.evaluate(() => {
      const { x, y } = document.querySelector('.headings')?.getBoundingClientRect() ?? new DOMRect();
      return document.elementFromPoint(x + 30, y + 8)?.closest('.headings') !== null;
    });
    expect(top).toBe(true);
  });

  it('has rows for what is near alone, and keeps the focus and the heights of what is far', async () => {
    const page = await openMany();
    const first = page.getByRole('row', { name: /layers\.0\.weight/ });
    const heightOf = () => page.evaluate(() => document.documentElement.scrollHeight);
    await first.focus();
    const before = await heightOf();
    for (const index of [6000, 12_000, 18_000]) {
      await page.evaluate((top) => {
        scrollTo(0, top);
      }, index * 24);
      await page.getByRole('row', { name: `transformer.layers.${index}.weight` }).waitFor();
    }
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(600);
    expect(await heightOf()).toBe(before);
    expect(await first.evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(() => scrollY)).toBeLessThan(1000);
  });
});
