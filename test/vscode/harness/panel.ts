import type { Frame, Page } from 'playwright-core';
import { EXTENSION } from './paths';
import { until } from './wait';
import { webview } from './webview';

export const MODULARITY = 'Modularity by layer and method';
export const AGREEMENT = 'Agreement between methods';

/** The panel's page, once it shows a result. */
export function panel(page: Page, seconds = 60): Promise<Frame> {
  return webview(page, `[role="grid"][aria-label="${MODULARITY}"] [role="gridcell"]`, seconds);
}

/** What a screen reader says of the cells of a grid. */
export async function labels(page: Page, grid: string): Promise<readonly string[]> {
  const frame = await panel(page);
  const cells = frame.getByRole('grid', { name: grid }).getByRole('gridcell');
  return Promise.all((await cells.all()).map(async (cell) => (await cell.getAttribute('aria-label')) ?? ''));
}

/** Waits until the panel shows these cells, and more at most, of an analysis that has ended: a matrix is beside them. */
export async function showsCells(page: Page, expected: readonly string[], seconds = 60): Promise<void> {
  let shown: readonly string[] = [];
  const missing = (): readonly string[] => expected.filter((label) => !shown.includes(label));
  await until(
    `${EXTENSION}’s panel with ${expected.length} cells`,
    async () => {
      shown = await labels(page, MODULARITY);
      if (missing().length > 0)
        throw new Error(`missing ${missing().join(' | ')}; shown ${shown.join(' | ')}`);
      return true;
    },
    seconds,
  );
  await (await panel(page)).locator('[aria-label^="Association matrix: "]').first().waitFor();
}
