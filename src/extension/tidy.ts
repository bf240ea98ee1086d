import type { App } from './app';
import { isBusy } from './model/entry';
import type { Disposable } from './model/signal';

/** Milliseconds after the last analysis. */
const QUIET = 60_000;
/** Bytes of results; a network of thousands of units leaves a few hundred megabytes of matrices. */
const LIMIT = 4 * 2 ** 30;

/** Keeps the stored results within bounds, when nothing has been analyzed for a while. */
export function tidyResults({ analyses, host, log, panel, requests }: App): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const tidy = async (): Promise<void> => {
    if (analyses.entries.some(isBusy)) return; // its end comes
    const keep = panel.result === null ? [] : [panel.result];
    const forgotten = await host.call('evict', { cache: requests.cache, keep, limit: LIMIT });
    for (const path of forgotten) {
      log.info(`${path}: its stored result is forgotten`);
      await analyses.refresh(path);
    }
  };
  const finished = analyses.finished.on(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      tidy().catch((error: unknown) => {
        log.warn(String(error));
      });
    }, QUIET);
  });
  return {
    dispose: () => {
      clearTimeout(timer);
      finished.dispose();
    },
  };
}
