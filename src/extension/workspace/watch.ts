import { stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { isCheckpointName } from '../model/checkpoint-files';
import { Debounce } from '../model/settle';
import type { Arrivals } from './arrivals';

/** Two looks this far apart, milliseconds: a file that stands still for so long is tried. */
const INTERVAL = 700;
/** Looks at a file that does not open, about a minute. */
const PATIENCE = 90;

interface WatchOptions {
  readonly arrivals: Arrivals;
  readonly opens: (path: string) => Promise<boolean>;
  /** @returns whether that is all; else the file is looked at again */
  readonly ready: (path: string) => Promise<boolean>;
}

/** Follows `modscope.watch`: tells of the checkpoints that training writes, once they are complete. */
export function watchTraining({ arrivals, opens, ready }: WatchOptions): vscode.Disposable {
  const settle = new Debounce({
    interval: INTERVAL,
    patience: PATIENCE,
    opens,
    ready: (path) =>
      void ready(path).then((done) => {
        if (!done) settle.touch(path);
      }),
    stat: (path) => stat(path).catch(() => null),
  });
  const touch = ({ scheme, fsPath }: vscode.Uri): void => {
    if (scheme === 'file' && isCheckpointName(fsPath)) settle.touch(fsPath);
  };
  let watchers: vscode.Disposable[] = [];
  const watch = (): void => {
    vscode.Disposable.from(...watchers).dispose();
    watchers = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
      patternsOf(folder).map((pattern) => watcher(folder, pattern)),
    );
  };
  const watcher = (folder: vscode.WorkspaceFolder, pattern: string): vscode.Disposable => {
    const files = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, pattern),
      false,
      false,
      true,
    );
    files.onDidCreate(touch);
    files.onDidChange(touch);
    return files;
  };
  const list = async (folders: readonly string[]): Promise<void> => {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      for (const pattern of patternsOf(folder)) {
        const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), null);
        for (const uri of found) if (folders.some((path) => isWithin(path, uri.fsPath))) touch(uri);
      }
    }
  };
  watch();
  return vscode.Disposable.from(
    settle,
    {
      dispose: () => {
        vscode.Disposable.from(...watchers).dispose();
      },
    },
    arrivals.folders.on((folders) => void list(folders)),
    vscode.workspace.onDidChangeWorkspaceFolders(watch),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('modscope.watch')) watch();
    }),
  );
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function patternsOf(folder: vscode.WorkspaceFolder): string[] {
  const value: unknown = vscode.workspace.getConfiguration('modscope', folder).get('watch');
  return Array.isArray(value)
    ? value.filter((pattern): pattern is string => typeof pattern === 'string')
    : [];
}
