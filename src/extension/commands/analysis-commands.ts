import * as vscode from 'vscode';
import type { App } from '../app';
import { analyzeWithProgress } from '../feedback';
import { chooseDataWhereNeeded } from './dataset-command';
import { checkpointsAtHand, givenPaths, pickCheckpoint } from './targets';

export async function analyzeCheckpoint(app: App, ...args: unknown[]): Promise<void> {
  const paths = checkpointsAtHand(app, args);
  if (paths.length === 0) {
    const path = await pickCheckpoint(app, { title: vscode.l10n.t('Analyze Checkpoint') });
    if (path === undefined) return;
    paths.push(path);
  }
  await analyzeAndShow(app, paths);
}

/** Stops what is under way: of the checkpoints given, or all, studies too. */
export async function cancelAnalysis({ analyses, studies }: App, ...args: unknown[]): Promise<void> {
  const paths = givenPaths(args);
  if (paths.length === 0) {
    await studies.stopAll();
    analyses.cancel();
  }
  for (const path of paths) analyses.cancel(path);
}

/** The panel shows the first one from the beginning, as its parts come; the focus stays where the user works. */
export async function analyzeAndShow(app: App, paths: readonly string[]): Promise<void> {
  const [first] = paths;
  if (first === undefined || !(await chooseDataWhereNeeded(app, first))) return;
  const analyzed = analyzeWithProgress(app, paths);
  app.panel.show({ result: first }, { preserveFocus: true });
  await analyzed;
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
