import * as vscode from 'vscode';
import type { Report } from '../core/report';
import { toFailure } from '../rpc';
import type { App } from './app';
import { showFailure, signalOf } from './failure';
import { shareDone } from './model/entry';
import { nameOf, progressText } from './wording';

/**
 * Analyzes checkpoints one after the other behind one notification that can cancel them all, and tells what failed.
 * @returns the reports of those that did not
 */
export async function analyzeBatch(app: App, paths: readonly string[]): Promise<ReadonlyMap<string, Report>> {
  const results = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Modscope', cancellable: true },
    async (progress, token) => {
      const following = follow(app, paths, progress);
      try {
        const signal = signalOf(token);
        return await Promise.allSettled(paths.map((path) => app.analyses.analyze(path, {}, signal)));
      } finally {
        following.dispose();
      }
    },
  );
  const reports = new Map<string, Report>();
  const failures: [path: string, reason: unknown][] = [];
  for (const [i, result] of results.entries()) {
    const path = paths[i]!;
    if (result.status === 'fulfilled') reports.set(path, result.value);
    else if (toFailure(result.reason).kind !== 'cancelled') failures.push([path, result.reason]);
  }
  void showFailures(app, failures);
  return reports;
}

/** Says which checkpoint is at what. */
function follow(
  { analyses }: App,
  paths: readonly string[],
  progress: vscode.Progress<{ message: string; increment: number }>,
): vscode.Disposable {
  let shown = 0;
  return vscode.Disposable.from(
    analyses.progress.on(({ path, event }) => {
      const index = paths.indexOf(path);
      if (index < 0 || event.type !== 'progress') return;
      const done = (100 * (index + shareDone(event))) / paths.length;
      const place = paths.length === 1 ? '' : `${vscode.l10n.t('{0} of {1}', index + 1, paths.length)} · `;
      progress.report({
        message: `${place}${nameOf(path)}: ${progressText(event)}`,
        increment: Math.max(0, done - shown),
      });
      shown = Math.max(shown, done);
    }),
  );
}

/** One message for all: the first in full, the others in the log. */
async function showFailures(
  app: App,
  [first, ...others]: readonly (readonly [path: string, reason: unknown])[],
): Promise<void> {
  if (first === undefined) return;
  for (const [path, reason] of others) app.log.error(`${path}: ${toFailure(reason).message}`);
  const [path, reason] = first;
  const selectData = (): unknown =>
    vscode.commands.executeCommand('modscope.selectData', vscode.Uri.file(path));
  await showFailure(app, reason, {
    more: others.length,
    actions:
      toFailure(reason).input?.about === 'data' ? { [vscode.l10n.t('Select Data Set')]: selectData } : {},
  });
}
