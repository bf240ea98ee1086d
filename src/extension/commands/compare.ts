import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { App } from '../app';
import { analyzeBatch } from '../batch';
import { comparisonMarkdown } from '../model/comparison';
import { comparisonWords, nameOf } from '../wording';
import { checkpointsAtHand, pickCheckpoints } from './targets';

/** Shows the modularity of two or more checkpoints side by side; what is not analyzed is. */
export async function compareCheckpoints(app: App, ...args: unknown[]): Promise<void> {
  const given = checkpointsAtHand(app, args);
  const title = vscode.l10n.t('Compare Checkpoints');
  const paths = given.length > 1 ? given : await pickCheckpoints(app, { title });
  if (paths.length === 0) return;
  if (paths.length === 1) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Choose two or more checkpoints to compare.'));
    return;
  }
  const reports = await analyzeBatch(app, paths);
  if (reports.size < 2) return;
  const compared = [...reports].map(([path, report]) => ({ name: nameOf(path), report }));
  const markdown = comparisonMarkdown(compared, comparisonWords());
  const uri = fileFor(app.extension, [...reports.keys()]);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(markdown));
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

/** A file of its own for every choice of checkpoints, so that a preview survives a reload. */
function fileFor(
  { storageUri, globalStorageUri }: vscode.ExtensionContext,
  paths: readonly string[],
): vscode.Uri {
  const key = createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 16);
  return vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'comparisons', key, 'Comparison.md');
}
