import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useDigits } from './harness/fixture';

const panel = useDigits();
let page: Page;

async function openDigits(): Promise<void> {
  // Narrow: the views lie below each other, and the page scrolls.
  page = await panel.openDigits({ width: 900, height: 700 });
}

const shown = () => page.locator('modscope-thumbnail').nth(7).waitFor();

/** What the page is made anew from, as VS Code keeps it. */
const kept = () =>
  page.evaluate(
    () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as { view: Record<string, unknown> },
  );
const drawn = () =>
  page.locator('modscope-matrix canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

describe('comes back when the page is made anew', () => {
  it('the selection, how it is shown, and the highlighted cluster', async () => {
    await openDigits();
    await page.getByRole('gridcell', { name: /^fc_layers\.1, forward_jac_norm:/ }).click();
    await page.getByText('Log', { exact: true }).click();
    await page.getByText('cividis').click();
    await page.getByRole('button', { name: 'Agreement: Show as table' }).click();
    await page.getByRole('button', { name: /^Highlight cluster 1,/ }).click();
    await page.reload();
    await page.getByRole('grid', { name: 'Association matrix: fc_layers.1, forward_jac_norm' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Log' }).isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: 'cividis' }).isChecked()).toBe(true);
    expect(await page.locator('.chip[aria-pressed="true"]').textContent()).toContain('cluster 1');
    expect(await page.getByRole('grid', { name: 'Agreement between methods' }).count()).toBe(0);
  });

  it('what is seen of the matrix, to the pixel, and how far the page is scrolled', async () => {
    await openDigits();
    const whole = await drawn();
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Zoom In' }).click();
    const box = await page.locator('modscope-matrix canvas').boundingBox();
    if (box === null) throw new Error('the matrix is not shown');
    await page.mouse.move(box.x + 300, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 180, box.y + 250, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(5, 5);
    await page.evaluate(() => {
      scrollTo(0, 420);
    });
    await expect
      .poll(kept)
      .toMatchObject({ view: { top: 420, camera: { span: expect.closeTo(64 * 0.7 ** 4) as number } } });
    const before = await drawn();
    expect(before).not.toBe(whole);

    await page.reload();
    await shown();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(420);
    await expect.poll(drawn).toBe(before);
    await page.getByRole('button', { name: 'Fit' }).click();
    await expect.poll(drawn).toBe(whole);
  });

  it('not what is of another layer: all of that is seen, and nothing highlighted', async () => {
    await openDigits();
    await page.getByRole('button', { name: /^Highlight cluster 1,/ }).click();
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Zoom In' }).click();
    await expect
      .poll(kept)
      .toMatchObject({ view: { cluster: 1, camera: { span: expect.closeTo(64 * 0.7 ** 4) as number } } });
    await page.getByRole('gridcell', { name: /^fc_layers\.1, forward_cov:/ }).click();
    await page.getByRole('grid', { name: 'Association matrix: fc_layers.1, forward_cov' }).waitFor();
    await expect.poll(kept).toMatchObject({ view: { cluster: null, camera: null } });
  });

  it('not what makes no sense: it takes its default', async () => {
    await openDigits();
    await page.evaluate(() => {
      const view = {
        quantity: 'beauty',
        cluster: 99,
        pair: ['a', 'b'],
        tables: ['x'],
        camera: { x: 1e9, y: -5, span: 0 },
      };
      const selection = { result: 'gone', layer: 'gone', method: 'gone', palette: 'jet' };
      sessionStorage.setItem('state', JSON.stringify({ selection, view }));
    });
    await page.reload();
    await shown();
    await page.getByRole('grid', { name: 'Association matrix: fc_layers.0, forward_cov' }).waitFor();
    expect(await page.locator('.chip[aria-pressed="true"]').count()).toBe(0);
    await expect
      .poll(kept)
      .toMatchObject({ selection: { palette: 'viridis' }, view: { quantity: 'q', cluster: null } });
  });
});
