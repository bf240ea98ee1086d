import { describe, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { MODULARITY, panel } from './harness/panel';
import { choose, runCommand } from './harness/palette';

describe('the walkthrough', () => {
  const workbench = useWorkbench();

  test('analyzes the bundled sample and shows its modules', async () => {
    const { page } = workbench();
    await runCommand(page, 'Welcome: Open Walkthrough...');
    await choose(page, 'Get Started with Modscope');
    await page.getByText('Analyze a checkpoint', { exact: true }).first().click();
    await workbench().screenshot('walkthrough');
    await page.getByRole('button', { name: 'Analyze Sample' }).click();
    const frame = await panel(page);
    await frame.getByRole('grid', { name: MODULARITY }).waitFor();
    await workbench().screenshot('walkthrough done');
  });
});
