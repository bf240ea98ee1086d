import type { Frame } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { choose, runCommand } from './harness/palette';
import { tab, toast } from './harness/parts';
import { until } from './harness/wait';
import { webview } from './harness/webview';

const GRID = 'Modularity of each checkpoint, and differences from A';
const [EARLY, LATE, OTHER] = [
  'digits_trajectory_epoch=030.ckpt',
  'digits_trajectory_epoch=150.ckpt',
  'digits_drop=0.0_run=0.ckpt',
];

describe('Compare Checkpoints', () => {
  const workbench = useWorkbench({ settings: { 'modscope.nulls': { untrained: 10 } } });
  const comparison = (seconds = 90): Promise<Frame> =>
    webview(workbench().page, `[role="grid"][aria-label="${GRID}"] [role="gridcell"]`, seconds);

  /** Chooses checkpoints in the list that the command shows. */
  async function compare(...names: readonly string[]): Promise<void> {
    const { page } = workbench();
    await runCommand(page, 'Modscope: Compare Checkpoints');
    for (const name of names) await choose(page, name);
    await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  }

  test('analyzes two of one run and opens them side by side', async () => {
    await compare(EARLY, LATE);
    const frame = await comparison();
    await frame.getByRole('grid', { name: /^Association matrix of B: / }).waitFor();
    const rows = await frame.getByRole('grid', { name: GRID }).getByRole('rowheader').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' ').trim())).toEqual(
      ['fc_layers.0', 'fc_layers.1', 'combined'].flatMap((layer) => [`${layer} A`, 'B', 'B − A']),
    );
    await frame.getByText('Checkpoints of one run').waitFor();
    await frame.getByText(/^\d+ of \d+ units stay with their cluster/).waitFor();
    await workbench().screenshot('compare');
  });

  test('says the same Q as the panel, which a checkpoint opens in', async () => {
    const cell = (await comparison()).getByRole('gridcell', { name: /^fc_layers\.1, B, forward_jac: / });
    const label = (await cell.getAttribute('aria-label')) ?? '';
    await cell.click();
    await (await comparison()).getByRole('button', { name: /^Open B, .*epoch=150\.ckpt$/ }).click();
    const panel = await webview(workbench().page, '[aria-label="Modularity by layer and method"]', 60);
    await panel
      .getByRole('gridcell', {
        name: label.replace('fc_layers.1, B, forward_jac', 'fc_layers.1, forward_jac'),
      })
      .waitFor();
    expect(label).toMatch(/: Q 0\.\d{3}, \d clusters$/);
  });

  test('is there again after a reload, as it was', async () => {
    const { page } = workbench();
    await workbench().reload();
    await tab(page, /^Compare /).click();
    const frame = await comparison();
    await frame.getByRole('grid', { name: 'Association matrix of A: fc_layers.1, forward_jac' }).waitFor();
  });

  test('of different runs says that their units do not correspond', async () => {
    await compare(LATE, OTHER);
    await until('the comparison of two runs', async () =>
      (await comparison()).getByText('Different runs: their units do not correspond').isVisible(),
    );
    expect(await (await comparison()).getByRole('radio', { name: 'Each by its own' }).isChecked()).toBe(true);
    await workbench().screenshot('compare runs');
  });

  test('of one alone asks for more', async () => {
    await compare(EARLY);
    await toast(workbench().page, 'Choose two to four checkpoints').waitFor();
  });
});
