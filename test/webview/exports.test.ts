import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PanelMethods } from '../../src/protocol';
import type { Digits } from './harness/digits';
import { useDigits } from './harness/fixture';
import { script, start } from './harness/page';

const panel = useDigits();
let page: Page;

/** What the page asked the extension to do, once a button is pressed. */
async function after<K extends 'save' | 'copy'>(
  method: K,
  button: string,
): Promise<PanelMethods[K]['input']> {
  const calls = () => panel.opened.calls.filter(({ name }) => name === method);
  const before = calls().length;
  await page.getByRole('button', { name: button }).click();
  await expect.poll(() => calls().length).toBe(before + 1);
  return calls().at(-1)?.input as PanelMethods[K]['input']; // as the protocol has it
}

const cells = (copied: { text: string }): string[][] =>
  copied.text.split('\n').map((line) => line.split('\t'));
const textOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text ?? '');

describe('pictures', () => {
  it.each(['Modularity', 'Association', 'Agreement'])(
    'of %s have title, axes and legend, and become PNG',
    async (view) => {
      page = await panel.openDigits();
      const svg = await after('save', `${view}: Save as SVG`);
      expect(svg.name).toMatch(/\.svg$/);
      expect(svg.data).toMatch(/^<svg .*<title>.*<linearGradient/s);
      const png = await after('save', `${view}: Save as PNG`);
      expect(png.name).toBe(svg.name.replace('.svg', '.png'));
      const [width, height] = await page.evaluate(async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }, png.data);
      const [, w, h] = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg.data) ?? [];
      expect([width, height]).toEqual([3 * Math.floor(Number(w)), 3 * Math.floor(Number(h))]);
    },
  );

  it.each([
    ['z', ({ null: model }) => model?.z?.toFixed(1)],
    ['Clusters', ({ count }) => String(count)],
  ] satisfies [string, (result: Result) => string | undefined][])(
    'of modularity show %s where that is shown',
    async (quantity, valueOf) => {
      page = await panel.openDigits();
      await page.getByText(quantity, { exact: true }).first().click();
      const { data } = await after('save', 'Modularity: Save as SVG');
      const large = [...data.matchAll(/<text[^>]*font-size="12"[^>]*font-weight="600">([^<]*)</g)].map(
        ([, text]) => text,
      );
      const expected = panel.digits.report.layers.flatMap(({ methods }) =>
        Object.values(methods).map(valueOf),
      );
      expect(large).toEqual(expected);
      expect(textOf(data)).toContain(quantity);
    },
  );

  it('of a matrix show what is seen of it', async () => {
    page = await panel.openDigits();
    for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Zoom In' }).click();
    await expect
      .poll(async () => textOf((await after('save', 'Association: Save as SVG')).data).join())
      .toMatch(/rows 22–43, columns 22–43/);
  });
});

type Result = NonNullable<Digits['report']['layers'][number]['methods']['forward_cov']>;

describe('copies', () => {
  it('of modularity are what is shown: one quantity of layers by measures, or the table', async () => {
    page = await panel.openDigits();
    await page.getByText('z', { exact: true }).first().click();
    const [head, ...rows] = cells(await after('copy', 'Modularity: Copy as TSV'));
    expect(head).toHaveLength(9);
    expect(rows).toEqual(
      panel.digits.report.layers.map(({ name, methods }) => [
        name,
        ...Object.values(methods).map((result) => String(result.null?.z ?? '')),
      ]),
    );
    await page.getByRole('button', { name: 'Modularity: Show as table' }).click();
    expect(cells(await after('copy', 'Modularity: Copy as TSV'))).toHaveLength(1 + 3 * 8);
  });

  it('of agreement likewise', async () => {
    page = await panel.openDigits();
    const [head = [], first = []] = cells(await after('copy', 'Agreement: Copy as TSV'));
    const pair = panel.digits.report.layers[0]?.agreement.find(
      ({ a, b }) => a === 'forward_cov' && b === 'backward_jac',
    );
    expect(first[head.indexOf('backward_jac')]).toBe(String(pair?.element_sim));
    await page.getByRole('button', { name: 'Agreement: Show as table' }).click();
    expect(cells(await after('copy', 'Agreement: Copy as TSV'))).toHaveLength(1 + 28);
  });

  it('of a matrix are the stored values of what is in view', async () => {
    page = await panel.openDigits();
    for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Zoom In' }).click();
    await expect.poll(async () => cells(await after('copy', 'Association: Copy as TSV')).length).toBe(1 + 22);
    const [head = [], ...rows] = cells(await after('copy', 'Association: Copy as TSV'));
    const unit = (name = ''): number => Number(name.split(' ')[0]);
    const which = { id: 'digits', layer: 'fc_layers.0', method: 'forward_cov' };
    const stored = await panel.digits.answers.values?.({
      ...which,
      rows: rows.map(([name]) => unit(name)),
      columns: head.slice(1).map(unit),
    });
    expect(rows.flatMap(([, ...values]) => values.map(Number))).toEqual([...(stored ?? [])]);
  });

  it('are refused, aloud, where they would be tens of millions of values', async () => {
    page = await panel.open({}, { waiting: true });
    await page.evaluate(script('synthetic'));
    await page.evaluate(() => {
      window.prepare(2048);
    });
    await start(page);
    await page.locator('modscope-thumbnail').nth(7).waitFor();
    await page.getByRole('button', { name: 'Association: Copy as TSV' }).click();
    const alert = page
      .getByRole('alert')
      .filter({ hasText: '2048 × 2048 values are in view. Zoom in to 1024 × 1024' });
    await alert.getByText('Dismiss').click();
    await alert.waitFor({ state: 'detached' });
  });
});
