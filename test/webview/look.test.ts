import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { launch, open } from './harness/page';
import { STUDY, studyAnswers } from './harness/study';
import { type ThemeName, THEMES } from './harness/themes';
const all = JSON.parse(readFileSync('/tmp/vsc-figs/all.json', 'utf8'));
const { checkpoints, ...plan } = all.plan;
it.each((process.env['LOOK'] ?? Object.keys(THEMES).join()).split(',') as ThemeName[])(
  '%s',
  async (theme) => {
    const browser = await launch();
    const { page, problems } = await open(
      browser,
      studyAnswers({
        study: () => ({
          ...STUDY,
          name: 'digits',
          state: 'done',
          plan,
          planned: 15,
          done: 15,
          failed: 0,
          failures: [],
          results: 15,
        }),
        overview: () => all.overview,
        findings: () => all.findings,
        figure: ({ id }) => ({
          ...all.figures[id],
          checkpoints: Uint32Array.from(all.figures[id].checkpoints),
        }),
        names: () => ({ revision: plan.revision, names: checkpoints }),
      }),
      { name: 'study', theme, height: 1000 },
    );
    await page.locator('modscope-study-figure svg').first().waitFor();
    await page.waitForTimeout(500); await page.getByRole('button', {name: /^Clusters in training/}).first().click(); await page.waitForTimeout(700);
    await page.screenshot({ path: `/tmp/study-${theme}.png`, fullPage: false });
    expect(await problems()).toEqual([]);
    await browser.close();
  },
  60000,
);
