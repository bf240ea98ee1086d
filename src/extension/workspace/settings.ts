import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { applyEdits, type JSONPath, modify } from 'jsonc-parser';
import * as vscode from 'vscode';
import { InputError } from '../../core/base/error';
import type { PaletteName } from '../../core/render/colours';
import { CONFIG_NAME } from '../../core/file/folders';
import { findConfig, readConfig } from '../../settings/config';
import { REPORT_FOLDER, type SettingName } from '../../settings/table';

/** What VS Code's settings and modscope.json say of a checkpoint, and the editing of modscope.json. */

/** The workspace folder that a checkpoint is in; the first one where it is in none. */
export function workspaceFolderOf(path: string): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) ?? vscode.workspace.workspaceFolders?.[0];
}

/** What the user set for a checkpoint, by name. A default does not count, as modscope.json would never be heard. */
export function userSettings(checkpoint: string): (name: SettingName) => unknown {
  const settings = vscode.workspace.getConfiguration('modscope', vscode.Uri.file(checkpoint));
  return (name) => {
    const found = settings.inspect<unknown>(name);
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  };
}

/** The palette that the user set. */
export function palette(): PaletteName {
  const value: unknown = vscode.workspace.getConfiguration('modscope').get('palette');
  return value === 'cividis' ? value : 'viridis';
}

/**
 * Where reports on a checkpoint are written: "out" of modscope.json, else the setting. null without a workspace, where
 * the setting has nothing to lead from.
 */
async function reportFolder(checkpoint: string, config: string | null): Promise<string | null> {
  // A folder that is not trusted does not say where to write.
  const out = config === null || !vscode.workspace.isTrusted ? undefined : (await readConfig(config)).out;
  if (out !== undefined) return out;
  const folder = workspaceFolderOf(checkpoint);
  const value: unknown = vscode.workspace.getConfiguration('modscope', folder).get('reportFolder');
  const given = typeof value === 'string' && value !== '' ? value : REPORT_FOLDER;
  const path = given.replace(/^~(?=[/\\]|$)/, homedir());
  if (isAbsolute(path)) return path;
  return folder === undefined ? null : resolve(folder.uri.fsPath, path);
}

/**
 * Where a report is written: within the folder for reports, which the user is asked for where there is none.
 * @param place of the report within it
 * @returns null where the user names none
 */
export async function chooseReportFolder(
  checkpoint: string,
  config: string | null,
  place: string,
): Promise<string | null> {
  const folder = await reportFolder(checkpoint, config);
  if (folder !== null) return join(folder, place);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Folder for the Report'),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return chosen === undefined ? null : join(chosen.fsPath, place);
}

/**
 * The modscope.json that holds for a checkpoint, or the place to make one.
 * @throws InputError without a workspace
 */
export async function settingsFileFor(checkpoint: string): Promise<string> {
  const found = await findConfig(checkpoint);
  if (found !== null) return found;
  const folder = workspaceFolderOf(checkpoint);
  if (folder === undefined)
    throw new InputError(CONFIG_NAME, 'has no place', 'Open the folder that holds your checkpoints');
  return join(folder.uri.fsPath, CONFIG_NAME);
}

/** Sets a value, and leaves everything else as it is: comments too, and editors in which the file is open. */
export async function editSettingsFile(path: string, key: JSONPath, value: unknown): Promise<void> {
  const document = await openSettingsFile(path);
  const text = document.getText();
  const formattingOptions = {
    insertSpaces: true,
    tabSize: 2,
    eol: document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n',
  };
  const changed = applyEdits(text, modify(text, key, value, { formattingOptions }));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(text.length)),
    changed,
  );
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) {
    throw new InputError(path, 'cannot be changed');
  }
}

/** Opens it, as a document; where there is none, one that says in comments what may stand in it. */
export async function openSettingsFile(path: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.file(path);
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!exists) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template()));
  return vscode.workspace.openTextDocument(uri);
}

function template(): string {
  const says = [
    vscode.l10n.t(
      'Settings of Modscope for the checkpoints in this folder and below. All are optional; paths lead from here.',
    ),
    vscode.l10n.t('The data set to analyse with, where several lie near the checkpoints:'),
    vscode.l10n.t(
      'The architecture, where a checkpoint does not tell it: its layers, or the path of an ONNX file:',
    ),
    vscode.l10n.t('Networks that each modularity is compared with:'),
  ] as const;
  return `{
  // ${says[0]}

  // ${says[1]}
  // "data": { "path": "data", "split": "test" },

  // ${says[2]}
  // "model": { "layers": ["flatten", { "dense": "fc1" }, "relu", { "dense": "fc2" }] },

  // ${says[3]}
  // "nulls": { "untrained": 20, "shuffled": 20 },
}
`;
}
