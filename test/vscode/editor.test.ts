import { describe, expect, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { openFile } from './harness/palette';
import { panel } from './harness/panel';
import { tab } from './harness/parts';
import { NAME } from './harness/sample';
import { until } from './harness/wait';
import { webview } from './harness/webview';

describe('the checkpoint editor', () => {
  const workbench = useWorkbench();
  const open = async () => {
    await openFile(workbench().page, NAME);
    return webview(workbench().page, '[role="treegrid"]');
  };

  test('lists tensors with type, shape and size, and what was left inert', async () => {
    const frame = await open();
    const row = frame.getByRole('row', { name: /fc_layers\.0/ }).first();
    expect((await row.getByRole('gridcell').allInnerTexts()).slice(1, 4)).toEqual([
      'f32',
      '64 × 64',
      '16.0 KB',
    ]);
    await frame.getByRole('heading', { name: 'Hyper-parameters' }).waitFor();
    await workbench().screenshot('editor');
  });

  test('reads statistics when a tensor is opened, with the keyboard', async () => {
    const frame = await open();
    await frame.getByRole('searchbox', { name: 'Filter tensors' }).fill('fc_layers.0 weight');
    await frame
      .getByRole('status')
      .getByText(/^1 of /)
      .waitFor();
    await workbench().page.keyboard.press('Tab');
    await workbench().page.keyboard.press('Tab');
    await workbench().page.keyboard.press('Enter');
    await frame.getByRole('img', { name: /^Histogram of .*fc_layers\.0/ }).waitFor();
    await frame.getByText('4,096', { exact: true }).waitFor();
    await workbench().screenshot('editor statistics');
  });

  test('keeps its filter and what is open while it is hidden', async () => {
    const { page } = workbench();
    await openFile(page, 'README.md');
    await tab(page, NAME).click();
    const frame = await webview(page, '[role="treegrid"]');
    await frame.getByRole('img', { name: /^Histogram of .*fc_layers\.0/ }).waitFor();
    expect(await frame.getByRole('searchbox').inputValue()).toBe('fc_layers.0 weight');
  });

  test('copies the tensors it shows', async () => {
    const frame = await open();
    await frame.getByRole('button', { name: 'Copy as TSV' }).click();
    await until('the copy', async () => {
      const text = await workbench().inHost((vscode) => vscode.env.clipboard.readText(), null);
      return /^Name\tType\tShape\tSize\tPart of\n\S*fc_layers\.0\S*\tf32\t64 × 64\t16\.0 KB\tmodel$/.test(
        text,
      );
    });
  });

  test('analyzes at the press of its button', async () => {
    const frame = await open();
    await frame.getByRole('button', { name: 'Analyze' }).click();
    await panel(workbench().page);
  });
});
