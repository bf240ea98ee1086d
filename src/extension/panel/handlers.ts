import * as vscode from 'vscode';
import { InputError } from '../../core/base/error';
import type { PanelMethods, ResultSummary } from '../../protocol';
import type { Handlers } from '../../rpc';
import type { App } from '../app';
import type { Entry } from '../model/entry';
import { inWorkspace, nameOf } from '../wording';
import { palette } from './panel';
import { savePicture } from './save';

/** Milliseconds that a message stays in the status bar. */
const SEEN_FOR = 3000;

/** What the panel's page may ask. Its results are checkpoints; their ids are their paths, and others are refused. */
export function handlers(app: App): Handlers<PanelMethods> {
  const { analyses, host } = app;
  const folderOf = (id: string): string => {
    const { folder } = analyses.get(id);
    if (folder === null) throw new InputError(nameOf(id), 'has no result', 'Analyze it again');
    return folder;
  };
  return {
    results: async () => {
      await app.checkpoints.listed();
      return analyses.entries.flatMap((entry) => summaryOf(entry) ?? []);
    },
    report: async ({ id }) => {
      folderOf(id);
      const report = await analyses.report(id);
      if (report === null) throw new InputError(nameOf(id), 'has no result', 'Analyze it again');
      return report;
    },
    picture: ({ id, ...what }, { signal }) =>
      host.call('picture', { folder: folderOf(id), ...what }, { signal }),
    values: ({ id, ...what }, { signal }) =>
      host.call('values', { folder: folderOf(id), ...what }, { signal }),
    selected: async (selection) => {
      await app.tree.reveal(selection);
      if (selection.palette !== palette()) {
        const settings = vscode.workspace.getConfiguration('modscope');
        await settings.update('palette', selection.palette, vscode.ConfigurationTarget.Global);
      }
      return null;
    },
    save: async ({ name, kind, data }) => {
      await savePicture(name, kind, data);
      return null;
    },
    copy: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied.'), SEEN_FOR);
      return null;
    },
    run: async ({ command, id }) => {
      const target = id === null ? [] : [vscode.Uri.file(id)];
      await vscode.commands.executeCommand(`modscope.${command}`, ...target);
      return null;
    },
  };
}

/** null for what there is nothing to show of. */
function summaryOf({ path, state, message, about }: Entry): ResultSummary | null {
  const name = nameOf(path);
  if (state === 'new') return null;
  return {
    id: path,
    name,
    path,
    state: state === 'waiting' ? 'running' : state,
    message: message === null ? null : inWorkspace(message),
    about,
  };
}
