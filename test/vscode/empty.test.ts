import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { choose, runCommand } from './harness/palette';
import { showsCells } from './harness/panel';
import { answerFileDialog, openContainer, treeItem } from './harness/parts';
import { CHECKPOINT, commandLine, modularityLabels, NAME } from './harness/sample';

describe('a window without a folder', () => {
  const workbench = useWorkbench({ open: false });
  beforeAll(() => openContainer(workbench().page, 'Modscope'));

  test('offers to open one, or the sample', async () => {
    const sidebar = workbench().page.locator('.part.sidebar');
    await sidebar.getByText('Open the folder that holds your checkpoints').waitFor();
    await sidebar.getByRole('button', { name: 'Open Folder' }).waitFor();
    await sidebar.getByRole('button', { name: 'Open Sample' }).waitFor();
    await workbench().screenshot('no folder');
  });

  test('has a checkpoint analyzed that is chosen by its path', async () => {
    const { page, folder } = workbench();
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await choose(page, 'Browse…');
    await answerFileDialog(page, join(folder, CHECKPOINT));
    await showsCells(page, modularityLabels(await commandLine(folder)));
    await treeItem(page, NAME).waitFor();
    await workbench().screenshot('no folder, analyzed');
  });
});
