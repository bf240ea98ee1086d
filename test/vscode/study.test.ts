import type { Frame } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { runCommand } from './harness/palette';
import { openContainer, statusItem } from './harness/parts';
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
});
