import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DIGITS } from '../support/command';
import { useWorkbench } from './harness/fixture';
import { openFile, runCommand } from './harness/palette';
import { showsCells } from './harness/panel';
import { tab } from './harness/parts';
import { commandLine, modularityLabels, NAME } from './harness/sample';
import { webview } from './harness/webview';

/** A folder from elsewhere, whose settings name folders. */
describe('a folder that is not trusted', () => {
  const workbench = useWorkbench({
    settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
    prepare: async (folder) => {
      await mkdir(join(folder, '.vscode'));
      const settings = {
        'modscope.reportFolder': 'elsewhere',
        'modscope.watch': ['**/*'],
        'modscope.seed': 7,
      };
      await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
      await writeFile(join(folder, 'modscope.json'), JSON.stringify({ out: 'elsewhere' }));
    },
  });

  test('has its checkpoints viewed', async () => {
    const { page } = workbench();
    expect(await workbench().inHost(({ workspace }) => workspace.isTrusted, null)).toBe(false);
    await openFile(page, NAME);
    const frame = await webview(page, '[role="treegrid"]');
    await frame
      .getByRole('row', { name: /fc_layers\.0/ })
      .first()
      .waitFor();
  });

  test('has its checkpoints analyzed, by its settings but those that name folders', async () => {
    const { page } = workbench();
    const values = await workbench().inHost(({ workspace }) => {
      const settings = workspace.getConfiguration('modscope');
      return ['seed', 'watch', 'reportFolder'].map((key): unknown => settings.get(key));
    }, null);
    expect(values).toEqual([7, [], 'modscope-reports']);
    await runCommand(page, 'Modscope: Analyze Checkpoint');
    await showsCells(page, modularityLabels(await commandLine(DIGITS)));
    await workbench().screenshot('restricted');
  });

  test('has its reports written where Modscope would', async () => {
    const { page, folder } = workbench();
    await runCommand(page, 'Modscope: Write Report');
    await tab(page, /Preview/).waitFor({ timeout: 60_000 });
    const names = await readdir(folder);
    expect(names).toContain('modscope-reports');
    expect(names).not.toContain('elsewhere');
  });
});
