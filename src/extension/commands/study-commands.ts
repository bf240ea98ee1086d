import * as vscode from 'vscode';
import type { App } from '../app';
import type { Study } from '../model/study';
import { studyCounts, studyName } from '../wording';
import { checkpointsIn } from '../workspace/checkpoints';
import { chooseReportFolder } from '../workspace/settings';
import { studyFolder, studySource } from '../workspace/workspace-studies';
import { analyzeAndShow } from './analysis-commands';
import { chooseDataWhereNeeded } from './dataset-command';
import { givenPaths } from './targets';

/** A row of the view "Studies". */
export interface StudyNode {
  readonly kind: 'study';
  readonly id: string;
}

/** More are analyzed only once the user has said so: it may take long. */
const ASK_ABOVE = 20;

/** The command "Analyze Folder": the checkpoints in it are a study, which is opened and run. */
export async function analyzeFolder(app: App, ...args: unknown[]): Promise<void> {
  const given = givenPaths(args);
  const folders = given.length > 0 ? given : await pickFolder();
  if (folders.length === 0) return;
  const paths = await checkpointsIn(folders);
  const [first] = paths;
  if (first === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no checkpoint in this folder.'));
    return;
  }
  if (paths.length > ASK_ABOVE) {
    const go = vscode.l10n.t('Analyze');
    const question = vscode.l10n.t('Analyze {0} checkpoints?', paths.length);
    if ((await vscode.window.showInformationMessage(question, { modal: true }, go)) !== go) return;
  }
  if (paths.length === 1) {
    await analyzeAndShow(app, paths);
    return;
  }
  if (!(await chooseDataWhereNeeded(app, first))) return;
  const id = app.studies.add('analyses', folders);
  app.studyPages.show(id);
  await app.studies.run(id, { again: true });
}

async function pickFolder(): Promise<string[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 1) return folders.map(({ uri }) => uri.fsPath);
  if (folders.length > 1) {
    const picked = await vscode.window.showWorkspaceFolderPick();
    return picked === undefined ? [] : [picked.uri.fsPath];
  }
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}

/** Opens a study's page: one of the workspace, or one that the command line made. */
export async function openStudy(app: App, ...args: unknown[]): Promise<void> {
  const given = args.find(isNode)?.id;
  const id = given ?? (await pickStudy(app, vscode.l10n.t('Open Study'), true));
  if (id !== undefined) app.studyPages.show(id);
}

export async function continueStudy(app: App, ...args: unknown[]): Promise<void> {
  const id = await studyAtHand(app, args, vscode.l10n.t('Continue Study'));
  if (id !== undefined) await app.studies.run(id, { again: true });
}

export async function stopStudy(app: App, ...args: unknown[]): Promise<void> {
  const id = await studyAtHand(app, args, vscode.l10n.t('Stop Study'));
  if (id !== undefined) await app.studies.stop(id);
}

/** Forgets a study. The results of its checkpoints stay, and so does what the command line made. */
export async function removeStudy(app: App, ...args: unknown[]): Promise<void> {
  const id = await studyAtHand(app, args, vscode.l10n.t('Remove Study'));
  const study = id === undefined ? undefined : app.studies.get(id);
  if (study === undefined) return;
  await app.studies.remove(study.id);
  if (study.kind === 'folder') return;
  const plan = vscode.Uri.file(studyFolder(app.extension, study));
  await vscode.workspace.fs.delete(plan, { recursive: true }).then(undefined, () => undefined); // it had none yet
}

/** Writes the tables, figures and report of a study into the workspace, and shows the report. */
export async function writeStudyReport(app: App, ...args: unknown[]): Promise<void> {
  const id = await studyAtHand(app, args, vscode.l10n.t('Write Study Report'));
  if (id === undefined) return;
  await app.studies.open(id);
  const study = app.studies.get(id);
  if (study === undefined) return;
  const to = await folderForReport(app, study);
  if (to === null) return;
  const markdown = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Writing the report of {0}', studyName(study)),
    },
    () => app.host.call('writeStudyReport', { ...studySource(app, study), to }),
  );
  app.log.info(`study report written: ${markdown}`);
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(markdown));
}

/** A folder of the study's name, beside the reports of its checkpoints. */
async function folderForReport(app: App, study: Study): Promise<string | null> {
  const place = studyName(study).replace(/[^\p{L}\p{N}._-]+/gu, '_');
  const [folder = ''] = study.folders;
  const inside = study.plan?.checkpoints[0]?.path ?? folder;
  const { config } = await app.requests.request(inside);
  return chooseReportFolder(inside, config, place);
}

function isNode(value: unknown): value is StudyNode {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'study' && 'id' in value
  );
}

/** The study that a command is about: that of the row, else the one in front, else the only one, else the user's choice. */
async function studyAtHand(app: App, args: readonly unknown[], title: string): Promise<string | undefined> {
  const given = args.find(isNode)?.id ?? app.studyPages.inFront;
  if (given !== null && app.studies.get(given) !== undefined) return given;
  const [only, ...others] = app.studies.list;
  return only !== undefined && others.length === 0 ? only.id : pickStudy(app, title, false);
}

async function pickStudy(app: App, title: string, browsing: boolean): Promise<string | undefined> {
  const items = app.studies.list.map((study) => ({
    label: studyName(study),
    description: studyCounts(study.counts),
    detail: study.sentence,
    id: study.id,
  }));
  const browse = {
    label: vscode.l10n.t('Browse…'),
    description: vscode.l10n.t('a study made by the command line: a folder with manifest.json'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
    id: null,
  };
  const offered = browsing ? [...items, browse] : items;
  const picked = await vscode.window.showQuickPick(offered, {
    title,
    placeHolder: items.length === 0 ? vscode.l10n.t('Analyze Folder makes a study') : '',
  });
  return picked?.id === null ? browseStudy(app, title) : picked?.id;
}

/** @throws InputError where the folder holds no study */
async function browseStudy(app: App, title: string): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: false })) ?? [];
  if (uri === undefined) return undefined;
  await app.host.call('readStudy', { folder: uri.fsPath });
  return app.studies.add('folder', [uri.fsPath]);
}
