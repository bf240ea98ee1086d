import { basename, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Stage } from '../core/analysis/progress';
import type { EntryState, ProgressEvent } from './model/entry';
import type { StudyRecord } from './model/study';

/** What the extension says of things that the modules without vscode only name, in the user's language. */

export function stateText(state: EntryState): string {
  switch (state) {
    case 'new':
      return vscode.l10n.t('not analyzed');
    case 'waiting':
      return vscode.l10n.t('waiting');
    case 'running':
      return vscode.l10n.t('running');
    case 'partial':
      return vscode.l10n.t('without null networks yet');
    case 'done':
      return vscode.l10n.t('done');
    case 'stale':
      return vscode.l10n.t('stale');
    case 'failed':
      return vscode.l10n.t('failed');
  }
}

/** "clustering 45 %, 12 s left" */
export function progressText({ stage, done, total, secondsLeft }: ProgressEvent): string {
  const share = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
  const text = `${stageText(stage)}${share}`;
  return secondsLeft === null ? text : vscode.l10n.t('{0}, {1} left', text, durationText(secondsLeft));
}

function stageText(stage: string): string {
  const says: Readonly<Record<Stage, string>> = {
    read: vscode.l10n.t('reading'),
    compute: vscode.l10n.t('computing the measures'),
    statistics: vscode.l10n.t('computing statistics'),
    cluster: vscode.l10n.t('clustering'),
    nulls: vscode.l10n.t('clustering null networks'),
    agree: vscode.l10n.t('comparing the methods'),
    write: vscode.l10n.t('writing the result'),
  };
  return Object.hasOwn(says, stage) ? says[stage as Stage] : stage; // own key, so a stage
}

function durationText(seconds: number): string {
  if (seconds < 60) return vscode.l10n.t('{0} s', Math.max(1, Math.round(seconds)));
  if (seconds < 3600) return vscode.l10n.t('{0} min', Math.round(seconds / 60));
  return vscode.l10n.t('{0} h {1} min', Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60));
}

export function unitsText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 unit') : vscode.l10n.t('{0} units', count);
}

/** "Q 0.115 · 5 clusters" */
export function modularityText({ q, count }: { readonly q: number | null; readonly count: number }): string {
  return q === null ? vscode.l10n.t('all units dead') : `Q ${q.toFixed(3)} · ${clustersText(count)}`;
}

function clustersText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 cluster') : vscode.l10n.t('{0} clusters', count);
}

/** A message that names the files of the workspace as the user knows them. */
export function withShortPaths(message: string): string {
  const [folder, ...others] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined || others.length > 0) return message; // among several, a path alone tells which
  return message.replaceAll(`${folder.uri.fsPath}${sep}`, '');
}

/** A file as the user knows it: its path within the workspace. */
export function nameOf(path: string): string {
  const uri = vscode.Uri.file(path);
  return vscode.workspace.getWorkspaceFolder(uri) === undefined
    ? basename(path)
    : vscode.workspace.asRelativePath(uri);
}

/** A study as the user knows it: its folder within the workspace. */
export function studyName({ folders }: { readonly folders: readonly string[] }): string {
  const [first = '', ...others] = folders;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(first))?.uri.fsPath;
  const name = folder === undefined || folder === first ? basename(first) : relative(folder, first);
  return others.length === 0 ? name : vscode.l10n.t('{0} and {1} more', name, others.length);
}

/** "5 of 15 done, 1 failed" */
export function studyCounts({ planned, done, failed }: StudyRecord['counts']): string {
  const text = vscode.l10n.t('{0} of {1} done', done, planned);
  return failed === 0 ? text : `${text}, ${vscode.l10n.t('{0} failed', failed)}`;
}
