import type { Frame, Page } from 'playwright-core';
import { EXTENSION } from './paths';
import { until } from './wait';

/**
 * The page inside the visible webview of the extension that holds something. Pages are made anew when they were hidden,
 * so a frame is taken again after every switch of tabs.
 */
export function webview(page: Page, selector: string, seconds = 30): Promise<Frame> {
  return until(
    `a webview with ${selector}`,
    async () => {
      for (const host of await page
        .locator(`iframe.webview.ready[src*="extensionId=${EXTENSION}"]`)
        .elementHandles()) {
        const outer = (await host.isVisible()) ? await host.contentFrame() : null;
        const inner = await (await outer?.$('iframe#active-frame'))?.contentFrame();
        if (inner && (await inner.locator(selector).count()) > 0) return inner;
      }
      return null;
    },
    seconds,
  );
}
