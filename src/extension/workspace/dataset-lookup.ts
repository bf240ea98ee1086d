import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { DatasetChoice } from '../../protocol';
import { readConfig } from '../../settings/config';
import type { App } from '../app';
import { workspaceFolderOf } from './settings';

/** Which data sets there are for a checkpoint, and the view that says when there are none. */

type Lookup = Pick<App, 'host' | 'requests'>;

/** Whether the checkpoint's modscope.json names a data set, or cannot be read: the analysis tells best what is wrong with it. */
export async function isDatasetNamed({ requests }: Lookup, checkpoint: string): Promise<boolean> {
  const { config } = await requests.request(checkpoint);
  if (config === null) return false;
  return readConfig(config).then(
    ({ data }) => (data?.named ?? null) !== null,
    () => true,
  );
}

/** The data sets of the workspace that fit a checkpoint. */
export async function fittingDatasets(
  { host, requests }: Lookup,
  checkpoint: string,
): Promise<readonly DatasetChoice[]> {
  const { config } = await requests.request(checkpoint);
  const root = workspaceFolderOf(checkpoint)?.uri.fsPath ?? dirname(checkpoint);
  return host.call('datasets', { checkpoint, config, root });
}

/**
 * The view "Data Set", which is there only while there are checkpoints and no data set: it holds only a welcome that
 * says so. Looked for once something is listed, and again when results or data come.
 */
export function registerDatasetView(app: App): vscode.Disposable {
  const { analyses, checkpoints, log } = app;
  let wanted = false;
  const look = async (): Promise<void> => {
    const [first] = analyses.entries;
    // Where one was analyzed, there is a data set.
    const needed = first !== undefined && analyses.entries.every(({ folder }) => folder === null);
    const found = !needed || (await hasDataset(app, first.path));
    await vscode.commands.executeCommand('setContext', 'modscope.noData', !found);
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

async function hasDataset(app: Lookup, checkpoint: string): Promise<boolean> {
  if (await isDatasetNamed(app, checkpoint)) return true;
  return fittingDatasets(app, checkpoint).then(
    (choices) => choices.length > 0,
    () => true, // a checkpoint that cannot be read is another matter
  );
}
