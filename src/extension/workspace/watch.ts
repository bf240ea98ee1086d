import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { isCheckpointName } from '../model/checkpoint-files';
import { Settle } from '../model/settle';

/** Two looks this far apart, milliseconds: a file that stands still for so long is tried. */
const INTERVAL = 700;
/** Looks at a file that does not open, about a minute. */
const PATIENCE = 90;

interface WatchOptions {
  readonly opens: (path: string) => Promise<boolean>;
  /** @returns whether that is all; else the file is looked at again */
  readonly ready: (path: string) => Promise<boolean>;
}

/** Follows `modscope.watch`: tells of the checkpoints that training writes, once they are complete. */
export function watchTraining({ opens, ready }: WatchOptions): vscode.Disposable {
  const settle = new Settle({
    interval: INTERVAL,
    patience: PATIENCE,
    opens,
    ready: (path) =>
      void ready(path).then((done) => {
        if (!done) settle.touch(path);
      }),
    stat: (path) => stat(path).catch(() => null),
  });
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
    const touch = ({ scheme, fsPath }: vscode.Uri): void => {
      if (scheme === 'file' && isCheckpointName(fsPath)) settle.touch(fsPath);
    };
    files.onDidCreate(touch);
    files.onDidChange(touch);
    return files;
  };
  watch();
  return vscode.Disposable.from(
    settle,
    {
      dispose: () => {
        vscode.Disposable.from(...watchers).dispose();
      },
    },
    vscode.workspace.onDidChangeWorkspaceFolders(watch),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('modscope.watch')) watch();
    }),
  );
}

function patternsOf(folder: vscode.WorkspaceFolder): string[] {
  const value: unknown = vscode.workspace.getConfiguration('modscope', folder).get('watch');
  return Array.isArray(value)
    ? value.filter((pattern): pattern is string => typeof pattern === 'string')
    : [];
}
