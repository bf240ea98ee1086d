import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app';
import { COMPARED } from '../comparison-pages';
import { analyzeWithProgress } from '../feedback';
import { nameOf } from '../wording';
import { chooseReportFolder } from '../workspace/settings';
import { checkpointsAtHand, pickCheckpoint, pickCheckpoints } from './targets';

/** Writes the reports of checkpoints into the workspace and shows the last. */
export async function writeReportFiles(app: App, ...args: unknown[]): Promise<void> {
  const paths = checkpointsAtHand(app, args);
  if (paths.length === 0) {
    const path = await pickWithResult(app);
    if (path === undefined) return;
    paths.push(path);
  }
  // Stored results are read; what has none, or one that no longer holds, is analyzed.
  const reports = await analyzeWithProgress(app, paths);
  let markdown: string | null = null;
  for (const path of reports.keys()) {
    const { folder, config } = await app.requests.request(path);
    const name = nameOf(path);
    // A folder per checkpoint, at its place within the workspace: runs/a/last.ckpt and runs/b/last.ckpt are two.
    const to = await chooseReportFolder(path, config, join(dirname(name), basename(name, extname(name))));
    if (to === null) return;
    markdown = await app.host.call('writeReport', { folder, to });
    app.log.info(`report written: ${markdown}`);
  }
  if (markdown !== null)
    await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(markdown));
}

/** A choice only where there is one to make. */
async function pickWithResult(app: App): Promise<string | undefined> {
  await app.checkpoints.listed();
  const done = app.analyses.entries.filter(({ folder }) => folder !== null);
  const [only] = done;
  if (done.length === 1) return only?.path;
  const title = vscode.l10n.t('Write Report');
  return pickCheckpoint(
    app,
    done.length === 0 ? { title } : { title, filter: ({ folder }) => folder !== null },
  );
}

/** Shows two to four checkpoints side by side; what is not analyzed is. */
export async function compareCheckpoints(app: App, ...args: unknown[]): Promise<void> {
  const given = checkpointsAtHand(app, args);
  const title = vscode.l10n.t('Compare Checkpoints');
  const paths = given.length > 1 ? given : await pickCheckpoints(app, { title });
  if (paths.length === 0) return;
  if (paths.length < COMPARED.least || paths.length > COMPARED.most) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Choose two to four checkpoints to compare. For more, analyze their folder as a study.'),
    );
    return;
  }
  const reports = await analyzeWithProgress(app, paths);
  // In their order: the others are compared with the first.
  const analyzed = paths.filter((path) => reports.has(path));
  if (analyzed.length >= COMPARED.least) app.comparisons.show(analyzed);
}
