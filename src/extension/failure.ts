import * as vscode from 'vscode';
import { toFailure } from '../rpc';
import type { App } from './app';
import { inWorkspace } from './wording';

interface FailureOptions {
  /** Title → what it does. */
  readonly actions?: Readonly<Record<string, () => unknown>>;
  /** How many others failed with it. */
  readonly more?: number;
}

/**
 * Tells the user that something failed: in one line where what they gave is wrong, with the log where the fault is
 * ours. What was cancelled is not worth a word.
 */
export async function showFailure(
  { log }: Pick<App, 'log'>,
  error: unknown,
  { actions = {}, more = 0 }: FailureOptions = {},
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
  const text = inWorkspace(message);
  const says = more === 0 ? text : `${text} ${vscode.l10n.t('({0} more failed, see the log)', more)}`;
  const chosen = await vscode.window.showErrorMessage(says, ...Object.keys(offered));
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
