import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/report';
import { useWorkbench } from './harness/fixture';
import { MODULARITY, panel, showsCells } from './harness/panel';
import { choose, openFile, runCommand } from './harness/palette';
import { answerFileDialog, tab, toast } from './harness/parts';
import { SCREENSHOTS } from './harness/paths';
import { commandLine, modularityLabels, NAME } from './harness/sample';
import { THEMES } from './harness/themes';
import { until } from './harness/wait';

describe('the panel', () => {
  const workbench = useWorkbench();
  let report: Report;
  beforeAll(async () => {
    report = await commandLine(workbench().folder);
    await openFile(workbench().page, NAME);
    await runCommand(workbench().page, 'Modscope: Analyze Checkpoint');
    await showsCells(workbench().page, modularityLabels(report));
  });

  test.each(THEMES)('is drawn in the colours of %s', async (theme, body) => {
    const { page } = workbench();
    await workbench().inHost(async (vscode, name) => {
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', name, true);
    }, theme);
    const frame = await panel(page);
    await frame.locator(`body.${body}`).waitFor();
    await workbench().screenshot(`theme ${theme}`);
  });

  test('shows what it showed when it was hidden', async () => {
    const { page } = workbench();
    await (await panel(page)).getByRole('gridcell', { name: 'fc_layers.1, forward_jac: ' }).click();
    await openFile(page, 'README.md');
    await tab(page, 'Modscope').click();
    await associationOf('fc_layers.1, forward_jac');
  });

  test('shows what it showed when the window was reloaded', async () => {
    await workbench().reload();
    await showsCells(workbench().page, modularityLabels(report));
    await associationOf('fc_layers.1, forward_jac');
  });

  test('is toured with the keyboard alone', async () => {
    const { page } = workbench();
    await page.keyboard.press('Control+P');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Modscope: Open Panel');
    const frame = await panel(page);
    const focused = frame.locator(':focus').last(); // the innermost: an element's shadow has a focus of its own
    await until('the grid has the focus', async () => {
      await page.keyboard.press('Tab');
      return (await focused.getAttribute('aria-label', { timeout: 500 }))?.includes(': Q ');
    });
    const seen = new Set<string>();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
      await page.keyboard.press(key);
      seen.add((await focused.getAttribute('aria-label')) ?? '');
    }
    expect([...seen].every((label) => modularityLabels(report).includes(label))).toBe(true);
    expect(seen.size).toBe(5);
    const [chosen] = [...seen].at(-1)?.split(':') ?? [];
    await page.keyboard.press('Enter');
    await associationOf(chosen ?? '');
    const stops: string[] = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if ((await focused.count()) === 0) break;
      stops.push((await focused.getAttribute('aria-label')) ?? (await focused.innerText()));
    }
    for (const stop of ['Metric', /^forward_\w+, backward_\w+: element_sim |with itself$/, /^unit \d+ /])
      expect(stops).toContainEqual(expect.stringMatching(stop));
    await workbench().screenshot('keyboard');
  });

  test.each(['SVG', 'PNG'] as const)('has its picture exported as %s', async (format) => {
    const { page, folder } = workbench();
    await runCommand(page, 'Modscope: Open Panel');
    // What is exported is the view that the user was in last.
    const clusters = (await panel(page)).getByRole('group', { name: 'Clusters' });
    await clusters.getByRole('button').first().click();
    await runCommand(page, 'Modscope: Export Picture');
    await choose(page, format);
    const file = join(folder, `my picture.${format.toLowerCase()}`);
    await answerFileDialog(page, file);
    await toast(page, `Saved my picture.${format.toLowerCase()}`).waitFor();
    const bytes = await readFile(file);
    if (format === 'PNG') {
      expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      expect(bytes.readUInt32BE(16)).toBeGreaterThan(500); // wide
      await writeFile(join(SCREENSHOTS, 'exported.png'), bytes);
    } else {
      const svg = bytes.toString();
      const shown = await (await panel(page)).getByRole('heading', { name: /^Association / }).innerText();
      for (const part of shown.replace('Association ', '').split(', ')) expect(svg).toContain(part);
      for (const part of ['<svg', '|S|', 'cluster']) expect(svg).toContain(part);
    }
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  test('has its report written, and the preview opened', async () => {
    const { page, folder } = workbench();
    await runCommand(page, 'Modscope: Open Panel');
    await page.locator('.editor-actions').getByRole('button', { name: 'Write Report' }).click();
    await tab(page, /Preview/).waitFor({ timeout: 60_000 });
    await workbench().screenshot('report');
    const written = await until('the report', async () => {
      const names = await readdir(join(folder, 'modscope-reports'), { recursive: true });
      return names.length > 0 && names;
    });
    for (const kind of ['.md', '.json', '.csv', '.html', '.svg'])
      expect(written.some((name) => name.endsWith(kind))).toBe(true);
    for (const name of written.filter((path) => path.includes('.')))
      expect((await stat(join(folder, 'modscope-reports', name))).size).toBeGreaterThan(0);
    await toast(page, 'error').waitFor({ state: 'hidden' });
  });

  async function associationOf(what: string): Promise<void> {
    const frame = await panel(workbench().page);
    const name = `Association matrix: ${what}`;
    await frame.getByRole('img', { name }).or(frame.getByRole('grid', { name })).first().waitFor();
    await frame.getByRole('grid', { name: MODULARITY }).waitFor();
  }
});
