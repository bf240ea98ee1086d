import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import bundle from '../../l10n/bundle.l10n.json';
import { MEASURES } from '../../src/core/measures';
import { checkpointInfo } from '../../src/host/inspect';
import { METRICS } from '../../webview/panel/view/metrics';
import { PROJECT } from '../support/command';
import { analyzedDigits, SUMMARY } from './harness/digits';
import { launch, open } from './harness/page';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** A language in which every text is marked, and one of them tries to end the element that carries it. */
const strings = Object.fromEntries(
  Object.entries(bundle).map(([english, text]) => [
    english,
    `⟦${text}${english === 'Copy as TSV' ? '</script>' : ''}⟧`,
  ]),
);

/** All that is said in letters, to the eye or to a screen reader, without what is translated and without names. */
async function untranslated(page: Page, names: readonly string[]): Promise<string[]> {
  const said = await page.evaluate(() => {
    const attributes = ['aria-label', 'aria-description', 'title', 'placeholder', 'label'];
    return [...document.body.querySelectorAll('*')]
      .filter(({ localName }) => localName !== 'script')
      .flatMap((element) => [
        ...[...element.childNodes].flatMap((node) => (node instanceof Text ? [node.data] : [])),
        ...attributes.flatMap((name) => element.getAttribute(name) ?? []),
      ]);
  });
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  return [...new Set(said)].filter((text) => {
    let rest = text;
    // From the inside out: what fills a translation in may be translated itself.
    for (let before = ''; before !== rest;) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/g, '')];
    for (const name of longestFirst) rest = rest.replaceAll(name, '');
    return /\p{L}/u.test(rest.replace(/\de-?\d/g, ''));
  });
}

it('reaches all that the panel says', async () => {
  const digits = await analyzedDigits();
  const { page, problems } = await open(browser, digits.answers, { strings });
  await page.locator('modscope-thumbnail').nth(7).waitFor();
  await page.getByRole('gridcell', { name: /^⟦forward_cov, backward_jac:/ }).click();
  const names = [
    ...MEASURES,
    ...METRICS.map(({ id }) => id),
    ...digits.report.layers.map(({ name }) => name),
    // What an analysis says of a file is in the language of its messages.
    ...digits.report.network.assumptions,
    ...(digits.report.network.notes ?? []),
    ...['viridis', 'cividis', 'PNG', 'SVG', '|S|', SUMMARY.name],
  ];
  expect(await untranslated(page, names)).toEqual([]);
  for (const button of await page.getByRole('button', { name: /Show as table/ }).all()) await button.click();
  expect(await untranslated(page, names)).toEqual([]);
  expect(await page.getByRole('button', { name: /Copy as TSV<\/script>/ }).count()).toBe(3);
  expect(await problems()).toEqual([]);
  digits.dispose();
  await page.context().close();
});

it('reaches all that the checkpoint editor says', async () => {
  const path = join(PROJECT, 'test/fixtures/torch/hparams_1.13.ckpt');
  const info = await checkpointInfo(path);
  const { page, problems } = await open(browser, { info: () => info }, { name: 'editor', strings });
  await page.getByRole('region', { name: '⟦Left inert⟧' }).waitFor();
  const names = [
    ...info.stubs,
    ...info.tensors.flatMap(({ name, dtype }) => [name, dtype]),
    ...[info.format, path, 'hparams_1.13.ckpt', 'KB'],
  ];
  const said = await untranslated(page, names);
  const values = JSON.stringify([info.hyperParameters, info.metadata]);
  expect(said.filter((text) => !values.includes(text.replace(/^\[|\]$/g, '')))).toEqual([]);
  expect(await problems()).toEqual([]);
  await page.context().close();
});
