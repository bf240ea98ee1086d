import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useDigits } from './harness/fixture';

const panel = useDigits();

const modularity = (page: Page) => page.getByRole('grid', { name: 'Modularity by layer and method' });
const agreement = (page: Page) => page.getByRole('grid', { name: 'Agreement between methods' });

describe('the views', () => {
  it('say what the report says', async () => {
    const page = await panel.openDigits();
    const labels = await modularity(page)
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.map((cell) => cell.ariaLabel));
    const expected = panel.digits.report.layers.flatMap(({ name, methods }) =>
      Object.entries(methods).map(
        ([measure, { q, count }]) =>
          `${name}, ${measure}: Q ${q?.toFixed(3) ?? ''}, ${count} cluster${count === 1 ? '' : 's'}`,
      ),
    );
    expect(labels).toEqual(expected);

    const pair = panel.digits.report.layers[0]?.agreement.find(
      ({ a, b }) => a === 'forward_cov' && b === 'backward_jac',
    );
    const sim = pair?.element_sim?.toFixed(3) ?? '';
    for (const [a, b] of [
      ['forward_cov', 'backward_jac'],
      ['backward_jac', 'forward_cov'],
    ]) {
      const name = `${a ?? ''}, ${b ?? ''}: element_sim ${sim}`;
      await agreement(page).getByRole('gridcell', { name, exact: true }).waitFor();
    }
  });

  it('follow a selection: the matrix, the other measures, the overlap', async () => {
    const page = await panel.openDigits();
    await modularity(page)
      .getByRole('gridcell', { name: /^fc_layers\.1, backward_jac:/ })
      .click();
    await page.getByRole('grid', { name: 'Association matrix: fc_layers.1, backward_jac' }).waitFor();
    await page.getByRole('button', { name: /^Highlight cluster 0,/ }).click();
    const shares = await page.locator('.multiple small').allTextContents();
    expect(shares).toHaveLength(8);
    expect(shares[4]).toBe('100 % together');

    await agreement(page)
      .getByRole('gridcell', { name: /^forward_cov, backward_jac:/ })
      .click();
    const total = await page.locator('.overlap tbody tr:last-child td:last-child').textContent();
    const measures = panel.digits.report.layers[1]?.methods;
    const [a, b] = [measures?.forward_cov?.clusters ?? [], measures?.backward_jac?.clusters ?? []];
    expect(Number(total)).toBe(a.filter((label, unit) => label >= 0 && (b[unit] ?? -1) >= 0).length);
    const chosen = panel.opened.calls.filter(({ name }) => name === 'selected').at(-1)?.input;
    expect(chosen).toMatchObject({ layer: 'fc_layers.1', method: 'backward_jac', form: 'raw' });
  });

  it('show the metric minus what chance gives', async () => {
    const page = await panel.openDigits();
    const cell = agreement(page).getByRole('gridcell', { name: /^forward_cov, backward_jac:/ });
    const valueOf = async (): Promise<number> =>
      Number((await cell.getAttribute('aria-label'))?.split(' ').at(-1));
    const absolute = await valueOf();
    await page.getByText('Minus shuffled').click();
    await page
      .getByRole('gridcell', { name: /minus shuffled/ })
      .first()
      .waitFor();
    const relative = await valueOf();
    expect(relative).toBeLessThan(absolute - 0.2); // three clusters share about a third by chance
    expect(relative).toBeGreaterThan(-0.1);
  });

  it('say what was assumed, and warn where the numbers may mean nothing', async () => {
    const { report } = panel.digits;
    const warning = 'The network classifies 9 % of 597 test samples right, no better than chance.';
    const page = await panel.open({
      ...panel.digits.answers,
      report: () => ({ ...report, network: { ...report.network, warnings: [warning] } }),
    });
    await page.getByRole('status').getByText(warning).waitFor();
    const summary = page.getByText(`${report.network.assumptions.length} assumptions: what the checkpoint`);
    await summary.focus();
    await page.keyboard.press('Enter');
    for (const sentence of [...report.network.assumptions, ...(report.network.notes ?? [])])
      await page.getByText(sentence).waitFor();
  });

  it('are tables too', async () => {
    const page = await panel.openDigits();
    for (const name of ['Modularity', 'Association', 'Agreement'])
      await page.getByRole('button', { name: `${name}: Show as table` }).click();
    const row = page.getByRole('row', { name: /^fc_layers\.0 forward_cov / });
    expect(await row.first().textContent()).toContain(
      String(Number(panel.digits.report.layers[0]?.methods.forward_cov?.q?.toPrecision(4))),
    );
    expect(await page.locator('.plain tbody tr').count()).toBe(3 * 8 + 28 + 16);
    await page.getByRole('button', { name: 'Next rows' }).click();
    await page.getByText('Rows 17–32, columns 1–16').waitFor();
  });
});
