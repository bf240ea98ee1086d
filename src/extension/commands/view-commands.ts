import * as vscode from 'vscode';
import type { PanelSelection } from '../../protocol';
import type { App } from '../app';
import { EDITOR } from '../checkpoint-editor';
import type { Sort } from '../model/entry';
import type { TreeNode } from '../model/outline';
import { openSettingsFile, settingsFileFor } from '../workspace/settings';
import { checkpointsAtHand, givenNode, givenPaths, pickCheckpoint } from './targets';

/** Commands that open something or change the list in the side panel. */

export function openPanel(app: App, ...args: unknown[]): void {
  const node = givenNode(args);
  const [result] = givenPaths(args);
  if (node !== undefined) app.panel.show(selectionOf(node));
  else app.panel.show(result === undefined ? {} : { result });
}

function selectionOf(node: TreeNode): Partial<PanelSelection> {
  switch (node.kind) {
    case 'checkpoint':
      return { result: node.path };
    case 'layer':
      return { result: node.path, layer: node.layer };
    case 'measure':
    case 'cluster':
    case 'unit':
      return { result: node.path, layer: node.layer, method: node.measure };
  }
}

export async function inspectCheckpoint(app: App, ...args: unknown[]): Promise<void> {
  const [given] = checkpointsAtHand(app, args);
  const path = given ?? (await pickCheckpoint(app, { title: vscode.l10n.t('Inspect Checkpoint') }));
  if (path !== undefined)
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), EDITOR);
}

export async function exportPicture({ panel }: App): Promise<void> {
  const formats: (vscode.QuickPickItem & { readonly format: 'svg' | 'png' })[] = [
    { label: 'SVG', description: vscode.l10n.t('sharp at any size'), format: 'svg' },
    { label: 'PNG', description: vscode.l10n.t('for slides and chats'), format: 'png' },
  ];
  const picked = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t('Export Picture') });
  if (picked !== undefined) panel.export(picked.format);
}

export async function showSettingsFile(app: App, ...args: unknown[]): Promise<void> {
  await app.checkpoints.listed();
  const start = checkpointsAtHand(app, args)[0] ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  await vscode.window.showTextDocument(await openSettingsFile(await settingsFileFor(start)));
}

export function showLog({ log }: App): void {
  log.show();
}

export async function refreshList({ checkpoints }: App): Promise<void> {
  await checkpoints.refresh();
}

export async function sortList({ tree }: App): Promise<void> {
  const titles: Readonly<Record<Sort, string>> = {
    name: vscode.l10n.t('Name'),
    newest: vscode.l10n.t('Newest First'),
    modularity: vscode.l10n.t('Most Modular First'),
  };
  const sorts = Object.keys(titles) as Sort[]; // its own keys
  const items = sorts.map((sort) => ({
    label: titles[sort],
    description: sort === tree.sort ? vscode.l10n.t('current') : '',
    sort,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Sort Checkpoints') });
  if (picked !== undefined) tree.sort = picked.sort;
}

export async function filterList({ tree }: App): Promise<void> {
  const filter = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Checkpoints'),
    prompt: vscode.l10n.t('Words of the path or the state, e.g. "epoch stale"'),
    value: tree.filter,
  });
  if (filter !== undefined) tree.filter = filter;
}

export function clearFilter({ tree }: App): void {
  tree.filter = '';
}
