import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inspect, withCheckpoint } from '../../src/host/inspect';
import { tensorPieces } from '../../src/host/tensor-pieces';
import { tensorStatistics } from '../../src/host/tensor-statistics';
import { DIGITS, PROJECT } from '../support/command';
import { grave } from './harness/grave';
import { launch, open, type Opened, type Opening } from './harness/page';
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
      info: () => inspect(path),
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
    const { stubs } = await inspect(path);
    expect(stubs).toContain('builtins.getattr');
    const section = (await openEditor(path)).getByRole('region', { name: 'Left inert' });
    expect(await section.getByRole('listitem').allTextContents()).toEqual(stubs);
    expect(await section.textContent()).toContain('no code of the file has run');
  });

  it('is not spoken of where there is none', async () => {
    const path = join(DIGITS, 'checkpoints/digits_drop=0.3_run=0.ckpt');
    const { stubs, hyperParameters } = await inspect(path);
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
