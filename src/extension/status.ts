import * as vscode from 'vscode';
import type { Analyses } from './model/analyses';
import { isBusy } from './model/entry';
import { nameOf, progressText, stateText } from './wording';

/** Says in the status bar what is analyzed, and to when clauses that something is. */
export function showStatus(analyses: Analyses): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('modscope.status', vscode.StatusBarAlignment.Left);
  item.name = 'Modscope';
  item.command = 'modscope.checkpoints.focus';
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
    const more = busy.length > 1 ? ` ${vscode.l10n.t('(+{0} waiting)', busy.length - 1)}` : '';
    // VS Code itself puts a spinning item here while the notification is hidden: one that moves is enough.
    item.text = `$(type-hierarchy) Modscope: ${says}${more}`;
    item.tooltip = `Modscope: ${nameOf(running.path)}`;
    item.accessibilityInformation = { label: `Modscope: ${nameOf(running.path)}, ${says}` };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, analyses.changed.on(update));
}
