import { until } from './wait';
import type { Locator, Page } from 'playwright-core';

/** Parts of the workbench as a user sees them. */
export const toast = (page: Page, text: string | RegExp): Locator =>
  page.locator('.notifications-toasts .notification-toast', { hasText: text }).first();

export const statusItem = (page: Page, text: string | RegExp): Locator =>
  page.locator('.part.statusbar .statusbar-item', { hasText: text }).first();

export const tab = (page: Page, name: string | RegExp): Locator =>
  page.locator('.tabs-container .tab', { hasText: name }).first();

/** Answers VS Code's own dialog for files, which "files.simpleDialog.enable" puts in place of the browser's. */
export async function answerFileDialog(page: Page, path: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type="text"]').first();
  const ok = page.locator('.quick-input-widget .quick-input-action', { hasText: /^OK$/ }).first();
  await ok.waitFor();
  // It fills in where it begins, once it has looked there.
  await until('the dialog for files', async () => (await input.inputValue()) !== '');
  await until('the path', async () => {
    await input.fill(path);
    await page.waitForTimeout(200);
    return (await input.inputValue()) === path;
  });
  await ok.click();
}

/** A row of the tree in the side bar, by the beginning of its label. */
export const treeItem = (page: Page, label: string): Locator =>
  page
    .locator('.part.sidebar [role="treeitem"]')
    .filter({ has: page.locator('.label-name', { hasText: label }) })
    .first();

/** Shows a view container; a second click would hide it. */
export async function openContainer(page: Page, title: string): Promise<void> {
  const item = page
    .locator('.part.activitybar .action-item')
    .filter({ has: page.locator(`a.action-label[aria-label^="${title}"]`) })
    .first();
  await item.waitFor();
  if ((await item.getAttribute('aria-selected')) !== 'true') await item.click();
  await page.locator('.part.sidebar .composite.title', { hasText: new RegExp(title, 'i') }).waitFor();
}

/**
 * Chooses an entry of a context menu. A page that has just been opened takes the focus when it is ready, which closes the
 * menu; and VS Code ignores a click that follows too soon on the one that opened the menu.
 */
export async function contextMenu(page: Page, on: Locator, entry: string): Promise<void> {
  const label = page.locator('.context-view .monaco-menu .action-label', { hasText: entry }).first();
  await until(`the menu with "${entry}"`, async () => {
    await on.click({ button: 'right', timeout: 2000 });
    await label.waitFor({ timeout: 3000 });
    return true;
  });
  await until(`the menu, closed by "${entry}",`, async () => {
    await label.click({ timeout: 2000 }).catch(() => undefined); // gone meanwhile
    return label.waitFor({ state: 'hidden', timeout: 1000 }).then(
      () => true,
      () => false,
    );
  });
}
