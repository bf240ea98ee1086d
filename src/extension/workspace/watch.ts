import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { isCheckpointName, isInToolFolder } from '../model/checkpoint-files';
import { Debounce } from '../model/debounce';

/** What comes into the workspace while it is open: checkpoints that training writes, folders, data. */

/** Milliseconds between two looks at a file: one that stands still for so long is tried. */
const INTERVAL = 700;
/** Looks at a file that does not open, about a minute. */
const PATIENCE = 90;

interface WatchOptions {
  readonly arrivals: Arrivals;
  /** Whether the file can be read to its end as a checkpoint. */
  readonly opens: (path: string) => Promise<boolean>;
  /** @returns whether that is all; else the file is looked at again */
  readonly ready: (path: string) => Promise<boolean>;
}

/** Follows `modscope.watch`: tells of the checkpoints that training writes, once they are complete. */
export function watchTraining({ arrivals, opens, ready }: WatchOptions): vscode.Disposable {
  const debounce = new Debounce({
    interval: INTERVAL,
    patience: PATIENCE,
    opens,
    ready: (path) =>
      void ready(path).then((done) => {
        if (!done) debounce.touch(path);
      }),
    stat: (path) => stat(path).catch(() => null),
  });
  const touch = ({ scheme, fsPath }: vscode.Uri): void => {
    if (scheme === 'file' && isCheckpointName(fsPath)) debounce.touch(fsPath);
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
  /** Finds the checkpoints that came with their folder. */
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
    debounce,
    {
      dispose: () => {
        vscode.Disposable.from(...watchers).dispose();
      },
    },
    arrivals.onFolders((folders) => void list(folders)),
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

/** Milliseconds: what is written into a new folder in one go is in it by then. */
const ARRIVAL_DELAY = 500;

/**
 * Tells what VS Code's watchers of checkpoints do not. Of a folder that appears with files in it, the folder alone is
 * reported; and files that may be data change which results hold.
 */
export class Arrivals implements vscode.Disposable {
  readonly #folders = new vscode.EventEmitter<readonly string[]>();
  readonly #data = new vscode.EventEmitter<undefined>();
  /** Folders appeared, whose contents may have gone unreported. */
  readonly onFolders = this.#folders.event;
  /** Something that may be data came or went. */
  readonly onData = this.#data.event;

  readonly #watcher = vscode.workspace.createFileSystemWatcher('**', false, true, false);
  readonly #created = new Set<string>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const note = ({ scheme, fsPath }: vscode.Uri): boolean => {
      if (scheme !== 'file' || isInToolFolder(fsPath)) return false;
      this.#changed.add(fsPath);
      this.#timer ??= setTimeout(() => void this.#tell(), ARRIVAL_DELAY);
      return true;
    };
    this.#watcher.onDidCreate((uri) => {
      if (note(uri)) this.#created.add(uri.fsPath);
    });
    this.#watcher.onDidDelete(note);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(this.#watcher, this.#folders, this.#data).dispose();
  }

  async #tell(): Promise<void> {
    const created = [...this.#created];
    const changed = [...this.#changed];
    this.#created.clear();
    this.#changed.clear();
    this.#timer = undefined;
    const kinds = await Promise.all(created.map((path) => stat(path).catch(() => null)));
    const folders = created.filter((_, i) => kinds[i]?.isDirectory() === true);
    if (folders.length > 0) this.#folders.fire(folders);
    const { mayBeData } = await import('../../core/dataset/discover'); // not needed for activation
    if (changed.some((path) => mayBeData(dirname(path), basename(path)))) this.#data.fire(undefined);
  }
}
