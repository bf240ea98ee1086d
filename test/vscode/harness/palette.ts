import type { Locator, Page } from 'playwright-core';
import { until } from './wait';

const input = (page: Page): Locator => page.locator('.quick-input-widget input[type="text"]').first();

/** Rows of the open quick pick. */
const choices = (page: Page): Locator =>
  page.locator('.quick-input-widget .quick-input-list .monaco-list-row');

const exactly = (page: Page, label: string): Locator =>
  choices(page).filter({ has: page.locator('.label-name').getByText(label, { exact: true }) });

/** Runs a command by its full title, as the palette shows it, once it is offered. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await pick(page, 'F1', `>${title}`, exactly(page, title));
}

/** Opens a file of the workspace in the editor that is its default. */
export async function openFile(page: Page, name: string): Promise<void> {
  await pick(page, 'Control+P', name, exactly(page, name));
  await page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
}

/** Chooses a row of the quick pick that the extension shows. */
export async function choose(page: Page, text: string): Promise<void> {
  await choices(page).filter({ hasText: text }).first().click();
}

async function pick(page: Page, key: string, text: string, row: Locator): Promise<void> {
  await until(`“${text}”`, async () => {
    // A dialog swallows the key, and so does a workbench that is still starting: hence again.
    const dialog = page.locator('.monaco-dialog-box');
    if (await dialog.isVisible()) throw new Error(`a dialog is open: ${await dialog.innerText()}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press(key);
    await input(page).fill(text, { timeout: 2000 });
    await row.first().click({ timeout: 3000 });
    return true;
  });
}
