import * as vscode from 'vscode';
import type { App } from './app';
import { isBusy } from './model/entry';

/** Milliseconds after the last analysis. */
const QUIET = 60_000;
/** Bytes of results; a network of thousands of units leaves a few hundred megabytes of matrices. */
const LIMIT = 4 * 2 ** 30;

/** Keeps the stored results within bounds, when nothing has been analyzed for a while. */
export function evictWhenQuiet({ analyses, host, log, panel, requests }: App): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const evict = async (): Promise<void> => {
    if (analyses.entries.some(isBusy)) return; // its end comes
    const keep = panel.result === null ? [] : [panel.result];
    const evicted = await host.call('evict', { cache: requests.cache, keep, limit: LIMIT });
    for (const path of evicted) {
      log.info(`${path}: its stored result is forgotten`);
      await analyses.refresh(path);
    }
  };
  return vscode.Disposable.from(
    analyses.finished.on(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        evict().catch((error: unknown) => {
          log.warn(String(error));
        });
      }, QUIET);
    }),
    {
      dispose: () => {
        clearTimeout(timer);
      },
    },
  );
}
