import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisRequest } from '../../protocol';
import { type Config, findConfig, readConfig } from '../../settings/config';
import { REPORT_FOLDER } from '../../settings/table';
import { cacheKey } from '../../store/cache';
import type { Overrides } from '../model/analyses';
import { analysisSettings } from '../model/settings';

/** Makes requests to the worker, of checkpoints, the settings and modscope.json. */
export class Requests {
  constructor(
    /** The folder of all results. */
    readonly cache: string,
  ) {}

  async request(checkpoint: string, overrides: Overrides = {}): Promise<AnalysisRequest> {
    const path = await findConfig(checkpoint);
    // What is wrong with it the worker says, which reads it for the rest.
    const config = path === null ? {} : await readConfig(path).catch((): Config => ({}));
    const { data = null, ...settings } = overrides;
    return {
      checkpoint,
      config: path,
      data,
      settings: { ...userSettings(checkpoint, config), ...settings },
      folder: join(this.cache, folderName(checkpoint, overrides)),
    };
  }
}

/** What was asked for otherwise than the settings say does not take the place of what they say. */
function folderName(checkpoint: string, overrides: Overrides): string {
  const key = cacheKey(checkpoint);
  if (Object.keys(overrides).length === 0) return key;
  return `${key}-${createHash('sha256').update(JSON.stringify(overrides)).digest('hex').slice(0, 16)}`;
}

/** What the user set: a default does not count, as modscope.json would never be heard. */
function userSettings(checkpoint: string, config: Config): AnalysisRequest['settings'] {
  const settings = vscode.workspace.getConfiguration('modscope', vscode.Uri.file(checkpoint));
  return analysisSettings((key) => {
    const found = settings.inspect<unknown>(key);
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  }, config);
}

/** The workspace folder that a checkpoint is in; the first one where it is in none. */
export function folderOf(path: string): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) ?? vscode.workspace.workspaceFolders?.[0];
}

/**
 * Where reports on a checkpoint are written: "out" of modscope.json, else the setting. null without a workspace, where
 * the setting has nothing to lead from.
 */
export async function reportFolder(checkpoint: string, config: string | null): Promise<string | null> {
  // A folder that is not trusted does not say where to write.
  const out = config === null || !vscode.workspace.isTrusted ? undefined : (await readConfig(config)).out;
  if (out !== undefined) return out;
  const folder = folderOf(checkpoint);
  const value: unknown = vscode.workspace.getConfiguration('modscope', folder).get('reportFolder');
  const given = typeof value === 'string' && value !== '' ? value : REPORT_FOLDER;
  const path = given.replace(/^~(?=[/\\]|$)/, homedir());
  if (isAbsolute(path)) return path;
  return folder === undefined ? null : resolve(folder.uri.fsPath, path);
}
