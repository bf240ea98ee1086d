import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { modscope } from '../support/command';
import { useWorkbench } from './harness/fixture';
import { choose, runCommand } from './harness/palette';
import { panel } from './harness/panel';
import { answerFileDialog, contextMenu, openContainer, statusItem, tab } from './harness/parts';
import { THEMES } from './harness/themes';
import { until } from './harness/wait';
import { webview } from './harness/webview';

/** The sample is a study by itself: 8 runs, and a trajectory of 7 checkpoints. */
const SENTENCE =
  '8 runs: L1 (0, 0.001), L2 (0.00001, 0.01) and dropout (0, 0.3, 0.6) vary one at a time from a shared baseline, up to 2 replicates by run; and a trajectory of 7 checkpoints by epoch.';

describe('the sample folder', () => {
  const workbench = useWorkbench({ settings: { 'modscope.nulls': { untrained: 20 } } });
  const study = (seconds = 60): Promise<Frame> => webview(workbench().page, '.sentence', seconds);

  /** How many checkpoints the page says are done. */
  const done = async (): Promise<number> => {
    const text = await (await study()).locator('.progress strong').innerText();
    return Number(/^(\d+) of 15 done/.exec(text)?.[1] ?? NaN);
  };

  test('is a study that is grouped without a setting', async () => {
    const { page } = workbench();
    await openContainer(page, 'Modscope');
    await runCommand(page, 'Modscope: Analyze Folder');
    const frame = await study();
    expect(await frame.locator('.sentence').innerText()).toBe(SENTENCE);
    await until('the first checkpoint', async () => (await done()) >= 1, 60);
    await (await study()).locator('modscope-study-figure svg').first().waitFor();
    expect(await done()).toBeLessThan(15);
  });

  test('has its counts in the side panel and the status bar while it runs', async () => {
    const { page } = workbench();
    const row = page.locator('.part.sidebar [role="treeitem"]', { hasText: /\d+ of 15 done/ });
    await row.waitFor();
    await statusItem(page, /\d+ of 15 done/).waitFor();
    await workbench().screenshot('study running');
  });

  test('is stopped in the middle, and keeps what is done', async () => {
    const frame = await study();
    await frame.getByRole('button', { name: 'Stop' }).click();
    await frame.getByRole('button', { name: 'Continue' }).waitFor();
    const before = await done();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(15);
    await workbench().reload();
    await until('the study after the reload', async () => (await done()) === before, 60);
    await (await study()).getByRole('button', { name: 'Continue' }).waitFor(); // it was stopped, and stays so
  });

  test('goes on by itself after a reload, to the end', async () => {
    const before = await done();
    await (await study()).getByRole('button', { name: 'Continue' }).click();
    await until('the next checkpoint', async () => (await done()) > before, 60);
    await workbench().reload();
    await until('the end', async () => (await done()) === 15, 100);
    await workbench().screenshot('study done');
  });

  test.each(THEMES)('is drawn in the colours of %s', async (theme, body) => {
    await workbench().inHost(async (vscode, name) => {
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', name, true);
    }, theme);
    const frame = await study();
    await frame.locator(`body.${body}`).waitFor();
    await figure(frame, 'Modularity against hyper-parameters');
    await workbench().screenshot(`study ${theme}`);
  });

  test('opens the checkpoint of a point beside it, by mouse and by keyboard', async () => {
    const { page } = workbench();
    const frame = await study();
    const drawing = await figure(frame, 'Modularity against hyper-parameters');
    await drawing.locator('circle[data-checkpoint]').first().click({ force: true }); // points may lie on each other
    const shown = async (): Promise<string> => {
      const select = (await panel(page)).locator('.top vscode-single-select');
      return select.evaluate((element: unknown) => (element as { value: string }).value); // as a select has it
    };
    const first = await until('a checkpoint', async () => (await shown()).includes('digits_') && shown());
    await (await panel(page)).locator('[aria-label^="Association matrix: "]').first().waitFor();
    await workbench().screenshot('study and panel');
    await drawing.locator('[tabindex="0"]').focus();
    for (const key of ['End', 'Enter']) await page.keyboard.press(key);
    await until(
      'another checkpoint',
      async () => (await shown()).includes('digits_') && (await shown()) !== first,
    );
    // The keyboard stays where it is.
    expect(await frame.locator(':focus').getAttribute('data-checkpoint')).toMatch(/^\d+$/);
  });

  test('has its report written, and the preview opened', async () => {
    const { page, folder } = workbench();
    await runCommand(page, 'Modscope: Write Study Report');
    await tab(page, /Preview/).waitFor({ timeout: 60_000 });
    await workbench().screenshot('study report');
    const written = await readdir(join(folder, 'modscope-reports', basename(folder)), { recursive: true });
    const expected = [
      'study.md',
      'study.html',
      'statistics.json',
      'tables/modularity.parquet',
      'figures/examples.svg',
    ];
    for (const file of expected) expect(written).toContain(file);
  });

  test('is in the list when it is closed, and gone when it is removed', async () => {
    const { page } = workbench();
    await runCommand(page, 'View: Close All Editors');
    const row = page.locator('.part.sidebar [role="treeitem"]', { hasText: '15 of 15 done' });
    await row.click();
    await until('the study', async () => (await done()) === 15);
    await contextMenu(page, row, 'Remove Study');
    await row.waitFor({ state: 'hidden' });
    await tab(page, basename(workbench().folder)).waitFor({ state: 'hidden' });
  });

  test('of the command line is opened, and what comes to it is shown', async () => {
    const { page, folder } = workbench();
    const plan = ['study', 'plan', 'checkpoints/digits_drop=0.[03]_run=*.ckpt', '--out', 'mine'];
    await modscope([...plan, '--nulls', 'untrained:5', '--samples', '200'], folder);
    await runCommand(page, 'Modscope: Open Study');
    await choose(page, 'Browse…');
    await answerFileDialog(page, `${join(folder, 'mine')}/`);
    const frame = await study();
    await frame.locator('.progress', { hasText: '0 of 4 done' }).waitFor();
    await modscope(['study', 'run', 'mine'], folder);
    await frame.locator('.progress', { hasText: '4 of 4 done' }).waitFor({ timeout: 60_000 });
    await figure(frame, 'Modularity against hyper-parameters');
    await workbench().screenshot('study of the command line');
  });

  /** The drawing of a figure, scrolled to. */
  async function figure(frame: Frame, title: string): Promise<Locator> {
    await frame.locator('.contents').getByRole('button', { name: title }).click();
    const drawing = frame
      .locator('.figure', { has: frame.getByRole('heading', { name: title }) })
      .locator('modscope-study-figure');
    await drawing.locator('svg').waitFor();
    return drawing;
  }
});
