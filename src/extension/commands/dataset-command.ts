import { basename, dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { splitOfPath } from '../../core/dataset/dataset';
import { DATA_FOLDER, foldersUpward } from '../../core/file/folders';
import type { DatasetChoice } from '../../protocol';
import type { App } from '../app';
import { nameOf } from '../wording';
import { fittingDatasets, isDatasetNamed } from '../workspace/dataset-lookup';
import { editSettingsFile, settingsFileFor } from '../workspace/settings';
import { checkpointsAtHand } from './targets';

/**
 * Lets the user choose a data set before an analysis, where modscope.json names none and several fit.
 * @returns false where the user chose none
 */
export async function chooseDataWhereNeeded(app: App, checkpoint: string): Promise<boolean> {
  if (await isDatasetNamed(app, checkpoint)) return true;
  // The analysis tells best what is wrong with the checkpoint.
  const choices = await fittingDatasets(app, checkpoint).catch(() => []);
  const folders = await foldersUpward(checkpoint);
  const near = choices.filter(({ path }) => folders.some((folder) => isNear(path, folder)));
  const sets = new Set(near.map(({ path }) => splitOfPath(path).set));
  return choices.length === 0 || sets.size === 1 || chooseData(app, checkpoint, choices);
}

/** Whether the analysis finds a data set from this folder of the checkpoint's: in it, or in a data folder beside. */
function isNear(path: string, folder: string): boolean {
  const [first = '', ...rest] = relative(folder, path).split(sep);
  return rest.length === 0 || DATA_FOLDER.test(first);
}

/** The command "Select Data Set". */
export async function selectData(app: App, ...args: unknown[]): Promise<void> {
  await app.checkpoints.listed();
  const checkpoint = checkpointsAtHand(app, args)[0] ?? app.analyses.entries[0]?.path ?? workspaceFolder();
  if (checkpoint === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open the folder that holds your checkpoints first.'),
    );
    return;
  }
  // A checkpoint that cannot be read still leaves the choice by hand.
  await chooseData(app, checkpoint, await fittingDatasets(app, checkpoint).catch(() => []));
}

/** Lets the user choose a data set, and keeps the choice in modscope.json. @returns false where they chose none */
async function chooseData(app: App, checkpoint: string, choices: readonly DatasetChoice[]): Promise<boolean> {
  const path = await pickDataset(choices);
  if (path === undefined) return false;
  const file = await settingsFileFor(checkpoint);
  const relativePath = relative(dirname(file), path);
  // Forward slashes: the file may be read on another system.
  await editSettingsFile(file, ['data'], relativePath === '' ? '.' : relativePath.split(sep).join('/'));
  app.log.info(`${nameOf(file)}: data set ${path}`);
  await app.checkpoints.refresh();
  return true;
}

async function pickDataset(choices: readonly DatasetChoice[]): Promise<string | undefined> {
  const found = choices.map((choice) => ({
    label: basename(choice.path),
    description: [choice.kind, choice.split, choice.samples ?? '?', choice.sampleShape.join(' × ')].join(
      ' · ',
    ),
    detail: nameOf(dirname(choice.path)),
    path: choice.path,
  }));
  const browseFile = { label: vscode.l10n.t('Browse for a File…'), path: null, canSelectFolders: false };
  const browseFolder = { label: vscode.l10n.t('Browse for a Folder…'), path: null, canSelectFolders: true };
  const picked = await vscode.window.showQuickPick([...found, browseFile, browseFolder], {
    title: vscode.l10n.t('Select Data Set'),
    placeHolder: vscode.l10n.t('The labelled data to analyse with; kept in modscope.json'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) return undefined;
  if (picked.path !== null) return picked.path;
  const { canSelectFolders } = picked;
  const [uri] =
    (await vscode.window.showOpenDialog({ canSelectFolders, canSelectFiles: !canSelectFolders })) ?? [];
  return uri?.fsPath;
}

/** Data sets are looked for in it where there is no checkpoint. */
function workspaceFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}
