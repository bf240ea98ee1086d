import * as vscode from 'vscode';
import type { App } from '../app';
import type { Sort } from '../model/order';

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
