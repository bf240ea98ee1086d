import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/report';
import { useWorkbench } from './harness/fixture';
import { AGREEMENT, labels, panel, showsCells } from './harness/panel';
import { openFile, runCommand } from './harness/palette';
import { contextMenu, openContainer, treeItem } from './harness/parts';
import { commandLine, modularityLabels, NAME, OTHER } from './harness/sample';
import { until } from './harness/wait';

/** The ways to an analysis, and that its numbers are those of the command line. */
describe('a checkpoint of the sample', () => {
  const workbench = useWorkbench();
  let report: Report;
  beforeAll(async () => {
    report = await commandLine(workbench().folder);
  });

  test('analyzed from the palette shows the numbers of the command line', async () => {
    const { page } = workbench();
    await openFile(page, NAME);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await showsCells(page, modularityLabels(report));
    await workbench().screenshot('panel');
  });

  test('has its association matrix beside the grid, and every pair of measures compared', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    await frame.getByRole('gridcell', { name: 'fc_layers.0, backward_hess: ' }).click();
    const name = 'Association matrix: fc_layers.0, backward_hess';
    await frame.getByRole('img', { name }).or(frame.getByRole('grid', { name })).first().waitFor();
    const pairs = await labels(page, AGREEMENT);
    const measures = report.settings.methods;
    for (const a of measures)
      for (const b of measures.filter((other) => other !== a))
        expect(pairs.some((label) => label.includes(a) && label.includes(b))).toBe(true);
  });

  test('is in the side panel with its layers and measures', async () => {
    const { page } = workbench();
    await openContainer(page, 'Modscope');
    const item = treeItem(page, NAME);
    await until('the result', async () => /Q 0\.\d{3}/.test(await item.innerText()));
    // A click on the row itself opens the panel, which then has the keyboard.
    await item.locator('.monaco-tl-twistie').click();
    await treeItem(page, 'fc_layers.1').waitFor();
    await workbench().screenshot('side panel');
  });

  test('analyzed from the Explorer shows the numbers of the command line', async () => {
    const { page, folder } = workbench();
    const other = await commandLine(folder, join('checkpoints', OTHER));
    await openContainer(page, 'Explorer');
    await openFile(page, OTHER); // the Explorer follows
    const row = page.locator('.explorer-folders-view [role="treeitem"]', { hasText: OTHER });
    await contextMenu(page, row, 'Analyze Checkpoint');
    await showsCells(page, modularityLabels(other));
  });
});
