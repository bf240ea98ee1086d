import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { choose, openFile, runCommand } from './harness/palette';
import { showsCells } from './harness/panel';
import { answerFileDialog, openContainer, toast } from './harness/parts';
import { commandLine, modularityLabels, NAME } from './harness/sample';

/** Below where data is looked for. */
const DEEP = 'archive/1998/scans/small/digits';

describe('checkpoints without a data set', () => {
  const workbench = useWorkbench({
    prepare: async (folder) => {
      await mkdir(join(folder, dirname(DEEP)), { recursive: true });
      await writeFile(join(folder, 'modscope.json'), '{}'); // here the search ends
      await rename(join(folder, 'data'), join(folder, DEEP));
    },
  });
  beforeAll(() => openContainer(workbench().page, 'Modscope'));
  const dataView = () =>
    workbench()
      .page.locator('.part.sidebar')
      .getByText('No labelled data set was found near the checkpoints');

  test('are told so, with what to do', async () => {
    const { page } = workbench();
    await dataView().waitFor();
    const sidebar = page.locator('.part.sidebar');
    await sidebar.getByRole('button', { name: 'Select Data Set' }).waitFor();
    await sidebar.getByRole('button', { name: 'Open Settings File' }).waitFor();
    await workbench().screenshot('no data set');
  });

  test('are analyzed once one is chosen from the message of what failed', async () => {
    const { page, folder } = workbench();
    await openFile(page, NAME);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    const failure = toast(page, /no data set found near it.*Name one as "data" in modscope\.json/);
    await failure.getByRole('button', { name: 'Select Data Set' }).click();
    await choose(page, 'Browse for a Folder…');
    await answerFileDialog(page, join(folder, DEEP));
    await expect
      .poll(() => readFile(join(folder, 'modscope.json'), 'utf8').catch(() => ''), { timeout: 10_000 })
      .toContain(`"data": "${DEEP}"`);
    await openContainer(page, 'Modscope');
    await dataView().waitFor({ state: 'hidden' });
    await openFile(page, NAME);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await showsCells(page, modularityLabels(await commandLine(folder)));
  });
});
