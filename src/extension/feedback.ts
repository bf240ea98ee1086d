import * as vscode from 'vscode';
import type { Report } from '../core/report';
import { toFailure } from '../rpc';
import type { App } from './app';
import { signalOf } from './host';
import type { Analyses } from './model/checkpoint-analyses';
import { isBusy, shareDone } from './model/entry';
import type { Studies } from './model/studies';
import { nameOf, progressText, stateText, studyCounts, studyName, withShortPaths } from './wording';

/** What the user hears of analyses: in the status bar, in the notification of a command, and when something failed. */

/** Says in the status bar what is analyzed, and to when clauses that something is. */
export function showStatus(analyses: Analyses, studies: Studies): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('modscope.status', vscode.StatusBarAlignment.Left);
  item.name = 'Modscope';
  const contexts = new Map<string, boolean>();
  const setContext = (name: string, value: boolean): void => {
    if (contexts.get(name) === value) return;
    contexts.set(name, value);
    void vscode.commands.executeCommand('setContext', name, value);
  };
  const update = (): void => {
    const { entries } = analyses;
    const busy = entries.filter(isBusy);
    const running = entries.find(({ state }) => state === 'running') ?? busy[0];
    setContext('modscope.running', busy.length > 0);
    setContext(
      'modscope.hasResults',
      entries.some(({ folder }) => folder !== null),
    );
    if (running === undefined) {
      item.hide();
      return;
    }
    const says = running.progress === null ? stateText(running.state) : progressText(running.progress);
    // Of a study only the next one waits: how many are done tells more.
    const study = studies.list.find(({ id, paths }) => studies.isAtWork(id) && paths.has(running.path));
    const more =
      study !== undefined
        ? ` (${studyName(study)}: ${studyCounts(study.counts)})`
        : busy.length > 1
          ? ` ${vscode.l10n.t('(+{0} waiting)', busy.length - 1)}`
          : '';
    // VS Code itself puts a spinning item here while the notification is hidden: one that moves is enough.
    item.text = `$(type-hierarchy) Modscope: ${says}${more}`;
    item.tooltip = `Modscope: ${nameOf(running.path)}`;
    item.accessibilityInformation = { label: `Modscope: ${nameOf(running.path)}, ${says}${more}` };
    item.command =
      study === undefined
        ? 'modscope.checkpoints.focus'
        : {
            command: 'modscope.openStudy',
            title: vscode.l10n.t('Open Study'),
            arguments: [{ kind: 'study', id: study.id }],
          };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, analyses.changed.on(update));
}

/**
 * Analyzes checkpoints one after the other behind one notification that can cancel them all, and tells what failed.
 * @returns the reports of those that did not
 */
export async function analyzeWithProgress(
  app: App,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Report>> {
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

/** Says how far the checkpoints are. */
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
  const text = withShortPaths(message);
  const says = more === 0 ? text : `${text} ${vscode.l10n.t('({0} more failed, see the log)', more)}`;
  const chosen = await vscode.window.showErrorMessage(says, ...Object.keys(offered));
  if (chosen !== undefined) await offered[chosen]?.();
}
