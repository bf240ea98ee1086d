import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { panel, showsCells } from './harness/panel';
import { openFile, runCommand } from './harness/palette';
import { openContainer, statusItem, toast, treeItem } from './harness/parts';
import { commandLine, ENDLESS, modularityLabels, NAME, OTHER } from './harness/sample';
import { until } from './harness/wait';
import { webview } from './harness/webview';

const BAD = 'cut short.ckpt';

/** What goes wrong is said, and nothing else suffers from it. */
describe('when an analysis does not end well', () => {
  const workbench = useWorkbench({
    prepare: async (folder) => {
      await writeFile(join(folder, 'checkpoints', BAD), 'PK\u0003\u0004 and then nothing more');
      await writeFile(join(folder, 'modscope.json'), ENDLESS);
    },
  });
  const row = (name: string) => treeItem(workbench().page, name);
  const begins = async (name: string): Promise<void> => {
    const { page } = workbench();
    await openFile(page, name);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await statusItem(page, /null networks/).waitFor({ timeout: 60_000 });
  };

  beforeAll(async () => {
    await workbench().inHost(() => {
      const { subscribe } = process.getBuiltinModule('node:diagnostics_channel');
      subscribe('worker_threads', (started) => Object.assign(globalThis, started)); // { worker }
    }, null);
  });

  test('what of it is done is in the panel from the beginning, and in the side panel', async () => {
    const { page } = workbench();
    await openContainer(page, 'Modscope');
    await begins(NAME);
    const frame = await panel(page);
    await frame
      .getByRole('gridcell', { name: /^fc_layers\.1, backward_hess_norm: Q 0\.\d{3}, \d+ clusters$/ })
      .waitFor();
    await frame
      .getByRole('status')
      .getByText(/Clustering null networks: \d/)
      .waitFor();
    await frame.getByRole('status').getByText(/left$/).waitFor();
    // Its matrices are there before the null networks are.
    await frame.locator('[aria-label^="Association matrix: "]').first().waitFor();
    await row(NAME).and(page.locator('[aria-label*="null networks"]')).waitFor();
    await workbench().screenshot('running');
  });

  test('a cancelled one keeps what was measured, matrices and all', async () => {
    const { page } = workbench();
    await runCommand(page, 'Modscope: Cancel Analysis');
    await row(NAME).and(page.locator('[aria-label*="without null networks yet"]')).waitFor();
    await statusItem(page, /null networks/).waitFor({ state: 'hidden' });
    const frame = await panel(page);
    await frame
      .getByRole('status')
      .getByText(/^Not compared with null networks/)
      .waitFor();
    await frame.locator('[aria-label^="Association matrix: "]').first().waitFor();
  });

  test('a bad file is named in one line, in its editor and in the side panel', async () => {
    const { page } = workbench();
    await openFile(page, BAD);
    const editor = await webview(page, '[role="alert"]');
    expect(await editor.getByRole('alert').innerText()).toContain(BAD);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await toast(page, BAD).waitFor();
    await row(BAD).and(page.locator('[aria-label*="failed"]')).waitFor();
    await workbench().screenshot('bad file');
  });

  test('a worker that is killed in the middle is reported, with its log', async () => {
    const { page } = workbench();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await begins(OTHER);
    await workbench().inHost(async () => {
      // The one that was started last: see above.
      const { worker } = globalThis as { worker?: Worker };
      await worker?.terminate();
    }, null);
    const crash = toast(page, /crashed/);
    await crash.waitFor();
    await row(OTHER).and(page.locator('[aria-label*="failed"]')).waitFor();
    await workbench().screenshot('killed worker');
    await crash.getByRole('button', { name: 'Show Log' }).click();
    await page.locator('.part.panel .output-view-content, .part.panel .output-view').first().waitFor();
    expect(await workbench().log('Modscope')).toContain('crashed');
  });

  test('the next analysis has a worker of its own', async () => {
    const { page, folder } = workbench();
    await writeFile(join(folder, 'modscope.json'), '{}');
    await openFile(page, OTHER);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await showsCells(page, modularityLabels(await commandLine(folder, `checkpoints/${OTHER}`)));
    await until('the result', async () => /Q 0\.\d{3}/.test(await row(OTHER).innerText()));
  });
});
