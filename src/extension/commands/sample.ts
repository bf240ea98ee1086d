import * as vscode from 'vscode';
import type { App } from '../app';
import { analyzeAndShow } from './analyze';

const CHECKPOINT = ['checkpoints', 'digits_drop=0.6_run=0.ckpt'];

/** Opens the folder of the sample: here where nothing is open, else in a window of its own. */
export async function openSample(app: App): Promise<void> {
  const folder = await sampleFolder(app);
  const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
}

export async function analyzeSample(app: App): Promise<void> {
  await analyzeAndShow(app, [vscode.Uri.joinPath(await sampleFolder(app), ...CHECKPOINT).fsPath]);
}

/** The user's own copy: an extension's folder is not to be written to, and goes with its next version. */
async function sampleFolder({ extension }: App): Promise<vscode.Uri> {
  const copy = vscode.Uri.joinPath(extension.globalStorageUri, 'samples', 'digits');
  const { fs } = vscode.workspace;
  const exists = await fs.stat(vscode.Uri.joinPath(copy, ...CHECKPOINT)).then(
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
