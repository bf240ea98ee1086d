import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { readConfig } from '../../settings/config';
import type { App } from '../app';
import { folderOf } from '../workspace/requests';

/**
 * The view "Data Set", which is there only while there are checkpoints and no data set: it holds but a welcome that says
 * so. Looked for once something is listed, and again when results or data come.
 */
export function registerDataView({ analyses, checkpoints, host, requests, log }: App): vscode.Disposable {
  let wanted = false;
  const look = async (): Promise<void> => {
    const [first] = analyses.entries;
    // Where one was analyzed, there is a data set.
    const needed = first !== undefined && analyses.entries.every(({ folder }) => folder === null);
    const found = !needed || (await hasData(first.path));
    await vscode.commands.executeCommand('setContext', 'modscope.noData', !found);
  };
  const hasData = async (checkpoint: string): Promise<boolean> => {
    const { config } = await requests.request(checkpoint);
    const root = folderOf(checkpoint)?.uri.fsPath ?? dirname(checkpoint);
    try {
      if (config !== null && ((await readConfig(config)).data?.named ?? null) !== null) return true;
      return (await host.call('datasets', { checkpoint, config, root })).length > 0;
    } catch {
      return true; // what cannot be read is another matter
    }
  };
  const later = (): void => {
    if (wanted) return;
    wanted = true;
    void checkpoints
      .listed()
      .then(look)
      .catch((error: unknown) => {
        log.warn(String(error));
      })
      .finally(() => {
        wanted = false;
      });
  };
  return vscode.Disposable.from(
    vscode.window.createTreeView('modscope.data', {
      treeDataProvider: { getChildren: () => [], getTreeItem: () => new vscode.TreeItem('') },
    }),
    analyses.changed.on((path) => {
      if (path === null) later();
    }),
    analyses.finished.on(later),
  );
}
