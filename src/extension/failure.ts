import * as vscode from 'vscode';
import { toFailure } from '../rpc-message';
import type { App } from './app';

/**
 * Tells the user that something failed: in one line where what they gave is wrong, with the log where the fault is
 * ours. What was cancelled is not worth a word.
 * @param actions title → what it does
 */
export async function showFailure(
  { log }: Pick<App, 'log'>,
  error: unknown,
  actions: Readonly<Record<string, () => unknown>> = {},
): Promise<void> {
  const { kind, message, stack } = toFailure(error);
  if (kind === 'cancelled') return;
  log.error(kind === 'fault' ? (stack ?? message) : message);
  const offered: Readonly<Record<string, () => unknown>> = {
    ...actions,
    [vscode.l10n.t('Show Log')]: () => {
      log.show();
    },
  };
  const chosen = await vscode.window.showErrorMessage(message, ...Object.keys(offered));
  if (chosen !== undefined) await offered[chosen]?.();
}

/** A signal that aborts when the token is cancelled. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  if (token.isCancellationRequested) abort();
  else token.onCancellationRequested(abort);
  return controller.signal;
}
