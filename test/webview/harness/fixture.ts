import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { analyzedDigits, type Digits } from './digits';
import { launch, open, type Opened, type Opening } from './page';

/** A browser and an analysis of the sample for the tests of a file; each must leave its page without a problem. */
export function useDigits() {
  let browser: Browser;
  let digits: Digits;
  let opened: Opened;
  beforeAll(async () => {
    [browser, digits] = await Promise.all([launch(), analyzedDigits()]);
  });
  afterAll(async () => {
    digits.dispose();
    await browser.close();
  });
  afterEach(async () => {
    expect(await opened.problems()).toEqual([]);
    await opened.page.context().close();
  });
  return {
    get digits() {
      return digits;
    },
    /** What was opened last. */
    get opened() {
      return opened;
    },
    async open(answers: Digits['answers'], opening: Opening = {}): Promise<Page> {
      opened = await open(browser, answers, opening);
      return opened.page;
    },
    /** Opens the panel with the sample's result and waits until all of it is there. */
    async openDigits(opening: Opening = {}): Promise<Page> {
      const page = await this.open(digits.answers, opening);
      await page.locator('modscope-thumbnail').nth(7).waitFor();
      return page;
    },
  };
}
