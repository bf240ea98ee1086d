import * as vscode from 'vscode';
import type { Analyses } from '../model/checkpoint-analyses';
import { CHECKPOINT_GLOB, isDataArchive, TOOL_FOLDERS_GLOB } from '../model/checkpoint-files';
import type { Arrivals } from './watch';

/** The checkpoints in folders and below, by name. */
export async function checkpointsIn(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map((folder) =>
      vscode.workspace.findFiles(
        new vscode.RelativePattern(vscode.Uri.file(folder), CHECKPOINT_GLOB),
        TOOL_FOLDERS_GLOB,
      ),
    ),
  );
  const paths = new Set(found.flat().map(({ fsPath }) => fsPath));
  return [...paths]
    .filter((path) => !isDataArchive(vscode.workspace.asRelativePath(path)))
    .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

/** More are not listed: nobody reads a list that long, and each is looked up in the cache. */
const LISTED_AT_MOST = 5000;
/** Milliseconds. Training writes in bursts: one look at the folders for all of it. */
const DELAY = 300;

/** Keeps the list of the workspace's checkpoints, and their states, up with its files and settings. */
export class Checkpoints implements vscode.Disposable {
  readonly #disposables: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #listing: Promise<void> | null = null;

  constructor(
    readonly analyses: Analyses,
    arrivals: Arrivals,
  ) {
    const files = vscode.workspace.createFileSystemWatcher(CHECKPOINT_GLOB);
    const settings = vscode.workspace.createFileSystemWatcher('**/modscope.json');
    const later = (): void => {
      this.#later();
    };
    this.#disposables = vscode.Disposable.from(
      files,
      settings,
      files.onDidCreate(later),
      files.onDidDelete(later),
      files.onDidChange((uri) => void analyses.touch(uri.fsPath)),
      settings.onDidCreate(later),
      settings.onDidDelete(later),
      settings.onDidChange(later),
      arrivals.onFolders(later),
      arrivals.onData(later),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('modscope')) later();
      }),
    );
  }

  /** Resolves once the workspace was searched for the first time. */
  listed(): Promise<void> {
    return (this.#listing ??= this.refresh());
  }

  async refresh(): Promise<void> {
    const found = await vscode.workspace.findFiles(CHECKPOINT_GLOB, TOOL_FOLDERS_GLOB, LISTED_AT_MOST);
    this.analyses.list(
      found
        .filter(
          ({ scheme, fsPath }) =>
            scheme === 'file' && !isDataArchive(vscode.workspace.asRelativePath(fsPath)),
        )
        .map(({ fsPath }) => fsPath),
    );
    await vscode.commands.executeCommand('setContext', 'modscope.listed', true);
    for (const { path } of this.analyses.entries) await this.analyses.refresh(path);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), DELAY);
  }
}
