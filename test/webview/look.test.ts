import { expect, it } from 'vitest';
import { launch, open } from './harness/page';
import { studyAnswers } from './harness/study';
import { type ThemeName, THEMES } from './harness/themes';
it.each(Object.keys(THEMES) as ThemeName[])('%s', async (theme) => {
  const browser = await launch();
  const { page, problems } = await open(browser, studyAnswers(), { name: 'study', theme });
  await page.locator('modscope-study-figure svg').first().waitFor();
  await page.waitForTimeout(300);
  await page.evaluate(() =>
    window.notify({
      type: 'progress',
      name: 'runs/drop=0.3/last.ckpt',
      event: { type: 'progress', stage: 'nulls', done: 12, total: 100, secondsLeft: 9 },
    }),
  );
  await page.getByRole('button', { name: 'Change Grouping' }).click();
  await page.waitForTimeout(300);
  await page.screenshot({ path: `/tmp/study-${theme}.png`, fullPage: true });
  expect(await problems()).toEqual([]);
  await browser.close();
});
