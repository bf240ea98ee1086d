import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StudySummary } from '../../src/protocol';
import { grave } from './harness/grave';
import { launch, open, type Opened, type Opening, type StudyAnswers } from './harness/page';
import { figureOf, OVERVIEW, STUDY, studyAnswers } from './harness/study';
import { type ThemeName, THEMES } from './harness/themes';

let browser: Browser;
let opened: Opened;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(await opened.problems()).toEqual([]);
  await opened.page.context().close();
});

async function study(changes: StudyAnswers = {}, opening: Opening = {}): Promise<Page> {
  opened = await open(browser, studyAnswers(changes), { name: 'study', ...opening });
  await opened.page.locator('.sentence').waitFor();
  return opened.page;
}

const calls = (name: string): unknown[] =>
  opened.calls.filter((call) => call.name === name).map(({ input }) => input);
const drawn = (page: Page) => page.locator('modscope-study-figure svg');
const asked = (): string[] => calls('figure').map((input) => (input as { id: string }).id); // as the page asks
const label = (page: Page) => page.evaluate(() => document.activeElement?.ariaLabel ?? '');
const changed = (page: Page) =>
  page.evaluate(() => {
    window.notify({ type: 'changed' });
  });

describe('a study', () => {
  it('says what it is, how far it is, and what was found', async () => {
    const page = await study();
    expect(await page.locator('.sentence').textContent()).toBe(STUDY.plan?.sentence);
    await page.getByText('6 of 12 done', { exact: true }).waitFor();
    await page.getByRole('progressbar').waitFor();
    await page.getByText('Q of forward_jac rises with dropout').waitFor();
    await page.evaluate(() => {
      const event = { type: 'progress', stage: 'nulls', done: 12, total: 100, secondsLeft: 9 };
      window.notify({ type: 'progress', name: 'runs/a.ckpt', event });
    });
    await page.getByText('runs/a.ckpt: Clustering null networks: 12 of 100, about 9 s left').waitFor();
  });

  it('draws figures as they come into view, and anew what is in view when there are new results', async () => {
    let results = 6;
    const page = await study({ study: () => ({ ...STUDY, results, done: results }) }, { height: 700 });
    await drawn(page).first().waitFor();
    expect(asked()).not.toContain('training');
    await page.getByRole('button', { name: 'Modularity in training' }).first().click();
    await drawn(page).nth(1).waitFor();
    await expect.poll(asked).toContain('training');
    const before = asked().length;
    await changed(page); // nothing did
    await page.waitForTimeout(200);
    expect(asked().length).toBe(before);
    results = 7;
    await changed(page);
    await page.getByText('7 of 12 done').waitFor();
    await expect.poll(() => asked().slice(before)).toContain('training');
    expect(asked().slice(before)).not.toContain('performance');
  });

  it('draws figures as the user chooses, and keeps the choice', async () => {
    const page = await study();
    await drawn(page).first().waitFor();
    await page.getByText('Families').click();
    await page.getByText('% Regularization').click();
    await page.getByRole('group', { name: 'Layers' }).getByText('Each').click();
    await page.getByText('Bootstrap').click();
    const threshold = page.getByRole('spinbutton', { name: /Accuracy from/ });
    await threshold.fill('55');
    await threshold.press('Enter');
    await expect.poll(() => calls('findings')).toContainEqual({ threshold: 0.55 });
    const wanted = {
      ...{ group: 'family', x: 'percent', layers: 'each', runs: 'points', spread: 'bootstrap' },
      ...{ threshold: 0.55, metric: 'element_sim', run: null, measure: null },
    };
    await expect.poll(() => calls('figure')).toContainEqual({ id: 'performance', options: wanted });
    await page.reload();
    await drawn(page).first().waitFor();
    expect(calls('figure').at(-1)).toMatchObject({ options: wanted });
    expect(await page.getByRole('spinbutton').inputValue()).toBe('55');
  });

  it('opens the checkpoint of a point that is clicked', async () => {
    const page = await study();
    await drawn(page).first().locator('[data-checkpoint="3"]').click();
    await expect.poll(() => calls('open')).toEqual([{ revision: 'r1', checkpoint: 6 }]);
    // Above the topmost point: beside it, nearer to it than to any other.
    const points = await drawn(page).first().locator('[data-checkpoint]').all();
    const boxes = await Promise.all(points.map(async (point) => ({ point, box: await point.boundingBox() })));
    const top = boxes.reduce((a, b) => ((b.box?.y ?? 1e9) < (a.box?.y ?? 1e9) ? b : a));
    await page.mouse.click((top.box?.x ?? 0) + (top.box?.width ?? 0) / 2, (top.box?.y ?? 0) - 4);
    const position = Number(await top.point.getAttribute('data-checkpoint'));
    await expect.poll(() => calls('open').at(-1)).toEqual({ revision: 'r1', checkpoint: 2 * position });
    await drawn(page).first().locator('[data-checkpoint="2"]').hover();
    expect(await drawn(page).first().locator('[data-checkpoint="2"] title').textContent()).toBe(
      'runs/4.ckpt',
    );
  });

  it('goes through points with the keyboard, and keeps the one in use when it draws anew', async () => {
    let results = 6;
    const page = await study({
      study: () => ({ ...STUDY, results }),
      figure: ({ id }) => figureOf(id, results),
    });
    await drawn(page).first().waitFor();
    await drawn(page).first().locator('[tabindex="0"]').focus();
    expect(await label(page)).toBe('runs/0.ckpt');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await label(page)).toBe('runs/4.ckpt');
    expect(await drawn(page).first().locator('[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => calls('open')).toEqual([{ revision: 'r1', checkpoint: 4 }]);
    results = 7;
    await changed(page);
    await drawn(page).first().locator('[data-checkpoint="6"]').waitFor();
    expect(await label(page)).toBe('runs/4.ckpt');
    await page.keyboard.press('End');
    expect(await label(page)).toBe('runs/12.ckpt');
  });

  it('saves a figure', async () => {
    const page = await study();
    await drawn(page).first().waitFor();
    await page.getByRole('button', { name: 'Figure 1. Performance and norms: Save SVG' }).click();
    await expect
      .poll(() => calls('save'))
      .toEqual([{ name: 'runs_performance.svg', svg: figureOf('performance', 6).svg }]);
  });

  it('lists what failed, and why', async () => {
    const page = await study();
    await page.getByRole('button', { name: '1 failed' }).click();
    const item = page.locator('.failures li');
    expect((await item.textContent())?.replace(/\s+/g, ' ').trim()).toBe(
      'runs/drop=0.6/bad.ckpt: is cut short after 1024 bytes',
    );
    await item.getByRole('button').click();
    await expect.poll(() => calls('open')).toEqual([{ revision: 'r1', checkpoint: 7 }]);
  });

  it('has the grouping changed', async () => {
    const page = await study();
    await page.getByRole('button', { name: 'Change Grouping' }).click();
    const form = page.locator('.grouping');
    await form.getByText('The same in all runs: dataset').waitFor();
    await form.getByRole('group', { name: 'l2 is taken as' }).getByText('Ignored').click();
    await form.getByText('Last').click();
    await form.getByText('Apply').click();
    await expect
      .poll(() => calls('group'))
      .toEqual([{ by: ['drop'], replicate: ['seed'], ignore: ['l2', 'run_id'], pick: 'last' }]);
    await form.getByText('Automatic').click();
    await expect.poll(() => calls('group').at(-1)).toEqual({ pick: 'all' });
  });

  it('says why a grouping cannot be', async () => {
    const page = await study({ group: () => Promise.reject(new Error('by: no run has "lr"')) });
    await page.getByRole('button', { name: 'Change Grouping' }).click();
    await page.locator('.grouping').getByText('Automatic').click();
    await page.getByRole('alert').getByText('by: no run has "lr"').waitFor();
    await page.getByText('Dismiss').click();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

describe('what can be done', () => {
  const states: [Partial<StudySummary>, button: string, command: unknown][] = [
    [{ state: 'running' }, 'Stop', { command: 'stop' }],
    [{ state: 'stopped' }, 'Continue', { command: 'continue' }],
    [{ state: 'stopped', done: 0, failed: 0, failures: [] }, 'Start', { command: 'continue' }],
    [{ state: 'stopped', done: 11 }, 'Try Failed Again', { command: 'continue' }],
  ];
  it.each(states)('when it is %o: %s', async (state, button, command) => {
    const page = await study({ study: () => ({ ...STUDY, ...state }) });
    await page.getByText(button, { exact: true }).click();
    await expect.poll(() => calls('run')).toEqual([command]);
  });

  it('where it is made by the command line: it is only looked at', async () => {
    const page = await study({ study: () => ({ ...STUDY, state: 'fixed' }) });
    await page.getByText('Refresh').click();
    await expect.poll(() => calls('refresh')).toEqual([null]);
    for (const name of ['Stop', 'Continue', 'Change Grouping…'])
      expect(await page.getByText(name, { exact: true }).count()).toBe(0);
  });

  it('while it is looked at for the first time, and when that fails', async () => {
    const planning: StudySummary = {
      ...STUDY,
      state: 'planning',
      plan: null,
      planned: 0,
      done: 0,
      failed: 0,
    };
    opened = await open(browser, studyAnswers({ study: () => planning }), { name: 'study' });
    await opened.page.getByText('Looking at the checkpoints…').waitFor();
    expect(calls('overview')).toEqual([]);
    await opened.page.context().close();
    const failed: StudySummary = { ...planning, state: 'stopped', problem: 'runs: no such folder' };
    opened = await open(browser, studyAnswers({ study: () => failed }), { name: 'study' });
    await opened.page.getByRole('alert').getByText('runs: no such folder').waitFor();
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('%s', (theme) => {
  it('has nothing grave to axe-core', async () => {
    const page = await study({}, { theme, height: 3000 });
    await drawn(page).nth(3).waitFor();
    await page.getByRole('button', { name: 'Change Grouping' }).click();
    await drawn(page).first().locator('[tabindex="0"]').focus();
    expect(await grave(page)).toEqual([]);
  });
});

describe('a study of thousands', () => {
  it('is drawn while they finish without holding the page up', async () => {
    const points = 5000;
    const names = Array.from({ length: points }, (_, i) => `runs/${i}/last.ckpt`);
    let results = 1;
    const page = await study({
      study: () => ({ ...STUDY, planned: 2 * points, done: points, results: results++ }),
      names: () => ({ revision: 'r1', names }),
      overview: () => ({ ...OVERVIEW, figures: OVERVIEW.figures.slice(0, 2) }),
      figure: ({ id }) => figureOf(id, points),
    });
    await drawn(page).first().waitFor();
    await page.evaluate(() => {
      const longest = { ms: 0 };
      Object.assign(window, { longest });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration);
      }).observe({ type: 'longtask' });
    });
    for (let i = 0; i < 4; i++) {
      await changed(page);
      await page.waitForTimeout(1000);
    }
    const longest = await page.evaluate(() => (window as unknown as { longest: { ms: number } }).longest.ms);
    expect(longest, `longest task ${longest.toFixed(0)} ms`).toBeLessThan(400);
  });
});
