import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useDigits } from './harness/fixture';

const panel = useDigits();

const modularity = (page: Page) => page.getByRole('grid', { name: 'Modularity by layer and method' });
const agreement = (page: Page) => page.getByRole('grid', { name: 'Agreement between methods' });
const association = (page: Page) => page.getByRole('grid', { name: /^Association matrix: / });

describe('from the keyboard', () => {
  it('a tour of the three grids', async () => {
    const page = await panel.openDigits();
    const label = () => page.evaluate(() => document.activeElement?.ariaLabel ?? '');
    const stops = async (grid: ReturnType<typeof modularity>) =>
      grid
        .getByRole('gridcell')
        .evaluateAll((cells) => cells.filter(({ tabIndex }) => tabIndex === 0).length);
    expect(await stops(modularity(page))).toBe(1);
    expect(await stops(agreement(page))).toBe(1);

    await modularity(page).locator('[tabindex="0"]').focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'End', 'Home']) await page.keyboard.press(key);
    expect(await label()).toMatch(/^fc_layers\.1, forward_cov:/);
    await page.keyboard.press('Control+End');
    expect(await label()).toMatch(/^combined, backward_hess_norm:/);
    await page.keyboard.press('Enter');
    await page.getByRole('grid', { name: 'Association matrix: combined, backward_hess_norm' }).waitFor();
    expect(await label()).toMatch(/^combined, backward_hess_norm:/);

    await association(page).getByRole('gridcell').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await label()).toMatch(
      /^unit \d+ in fc_layers\.\d \(cluster \d+\) × unit \d+ in fc_layers\.\d \(cluster \d+\): ≈ /,
    );
    await page
      .getByRole('status')
      .filter({ hasText: /^unit \d+ .*: [\d.e-]+$/ })
      .waitFor({ state: 'attached' });
    for (const key of ['+', '+', 'End', 'Control+Home', '0', 'Enter']) await page.keyboard.press(key);
    expect(await page.locator('.chip[aria-pressed="true"]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.locator('.chip[aria-pressed="true"]').count()).toBe(0);
  });

  it('units of all layers together are named with their layer', async () => {
    const page = await panel.openDigits();
    await modularity(page)
      .getByRole('gridcell', { name: /^combined, forward_cov:/ })
      .click();
    await page.getByRole('grid', { name: 'Association matrix: combined, forward_cov' }).waitFor();
    await page.getByRole('button', { name: 'Association: Show as table' }).click();
    const names = async (): Promise<string[]> => page.locator('.association tbody th').allTextContents();
    await page.locator('.association td', { hasText: /\d/ }).first().waitFor();
    for (const name of await names()) expect(name).toMatch(/^\d+ in fc_layers\.[01] \((cluster \d+|dead)\)$/);
    const asked = panel.opened.calls.filter(({ name }) => name === 'values').at(-1)?.input as {
      rows: number[];
    }; // as the protocol has it
    const expected = asked.rows.map((unit) =>
      unit < 64 ? `${unit} in fc_layers.0` : `${unit - 64} in fc_layers.1`,
    );
    expect((await names()).map((name) => name.replace(/ \(.*/, ''))).toEqual(expected);
  });

  it('the exact value under the cursor is the one that is stored', async () => {
    const page = await panel.openDigits();
    await association(page).getByRole('gridcell').focus();
    await page.keyboard.press('ArrowDown');
    await page
      .locator('.readout')
      .filter({ hasText: /: [^≈]/ })
      .waitFor();
    const asked = panel.opened.calls.filter(({ name }) => name === 'values').at(-1)?.input;
    const [value = NaN] = (await panel.digits.answers.values?.(asked as never)) ?? []; // as the page asked
    const said = (await page.locator('.readout').textContent())?.split(': ').at(-1);
    expect(Math.abs(Number(said) / value - 1)).toBeLessThan(1e-5);
  });
});
