import * as vscode from 'vscode';
import type { App } from '../app';
import { analyzeWithProgress } from '../feedback';
import { isDataArchive } from '../model/checkpoint-files';
import { chooseDataWhereNeeded } from './dataset-command';
import { checkpointsAtHand, checkpointsIn, givenPaths, pickCheckpoint } from './targets';

/** More are analyzed only once the user has said so: it may take long. */
const ASK_ABOVE = 20;

export async function analyzeCheckpoint(app: App, ...args: unknown[]): Promise<void> {
  const paths = checkpointsAtHand(app, args);
  if (paths.length === 0) {
    const path = await pickCheckpoint(app, { title: vscode.l10n.t('Analyze Checkpoint') });
    if (path === undefined) return;
    paths.push(path);
  }
  await analyzeAndShow(app, paths);
}

export async function analyzeFolder(app: App, ...args: unknown[]): Promise<void> {
  const given = givenPaths(args).map((path) => vscode.Uri.file(path));
  const folders = given.length > 0 ? given : await pickFolder();
  const found = (await Promise.all(folders.map(checkpointsIn))).flat();
  const paths = [...new Set(found)].filter((path) => !isDataArchive(vscode.workspace.asRelativePath(path)));
  if (paths.length === 0) {
    if (folders.length > 0)
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no checkpoint in this folder.'));
    return;
  }
  if (paths.length > ASK_ABOVE) {
    const go = vscode.l10n.t('Analyze');
    const question = vscode.l10n.t('Analyze {0} checkpoints?', paths.length);
    if ((await vscode.window.showInformationMessage(question, { modal: true }, go)) !== go) return;
  }
  await analyzeAndShow(app, paths);
}

export function cancelAnalysis({ analyses }: App, ...args: unknown[]): void {
  const paths = givenPaths(args);
  if (paths.length === 0) analyses.cancel();
  for (const path of paths) analyses.cancel(path);
}

/** The panel shows the first one from the beginning, as its parts come; the focus stays where the user works. */
async function analyzeAndShow(app: App, paths: readonly string[]): Promise<void> {
  const [first] = paths;
  if (first === undefined || !(await chooseDataWhereNeeded(app, first))) return;
  const analyzed = analyzeWithProgress(app, paths);
  app.panel.show({ result: first }, true);
  await analyzed;
}

async function pickFolder(): Promise<vscode.Uri[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 1) return folders.map(({ uri }) => uri);
  if (folders.length > 1) {
    const picked = await vscode.window.showWorkspaceFolderPick();
    return picked === undefined ? [] : [picked.uri];
  }
  return (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false })) ?? [];
}

/** Of the sample that ships with the extension. */
const SAMPLE_CHECKPOINT = ['checkpoints', 'digits_drop=0.6_run=0.ckpt'];

/** Opens the folder of the sample: here where nothing is open, else in a window of its own. */
export async function openSample(app: App): Promise<void> {
  const folder = await sampleFolder(app);
  const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
}

export async function analyzeSample(app: App): Promise<void> {
  await analyzeAndShow(app, [vscode.Uri.joinPath(await sampleFolder(app), ...SAMPLE_CHECKPOINT).fsPath]);
}

/** The user's own copy: an extension's folder is not to be written to, and goes with its next version. */
async function sampleFolder({ extension }: App): Promise<vscode.Uri> {
  const copy = vscode.Uri.joinPath(extension.globalStorageUri, 'samples', 'digits');
  const { fs } = vscode.workspace;
  const exists = await fs.stat(vscode.Uri.joinPath(copy, ...SAMPLE_CHECKPOINT)).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await fs.copy(vscode.Uri.joinPath(extension.extensionUri, 'samples', 'digits'), copy, {
      overwrite: true,
    });
  }
  return copy;
}
