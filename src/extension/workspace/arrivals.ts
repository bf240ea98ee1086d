import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { Signal } from '../model/signal';

/** Milliseconds: what is written into a new folder in one go is in it by then. */
const DELAY = 500;
const IGNORED = /[/\\](node_modules|site-packages|\.venv|venv|\.git)([/\\]|$)/;

/**
 * Tells what VS Code's watchers of checkpoints do not: of a folder that appears with files in it, the folder alone is
 * reported; and files that may be data change which results hold.
 */
export class Arrivals implements vscode.Disposable {
  /** Folders that appeared, whose contents may have gone unreported. */
  readonly folders = new Signal<readonly string[]>();
  /** Something that may be data came or went. */
  readonly data = new Signal<undefined>();

  readonly #watcher = vscode.workspace.createFileSystemWatcher('**', false, true, false);
  readonly #created = new Set<string>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const note = ({ scheme, fsPath }: vscode.Uri): boolean => {
      if (scheme !== 'file' || IGNORED.test(fsPath)) return false;
      this.#changed.add(fsPath);
      this.#timer ??= setTimeout(() => void this.#tell(), DELAY);
      return true;
    };
    this.#watcher.onDidCreate((uri) => {
      if (note(uri)) this.#created.add(uri.fsPath);
    });
    this.#watcher.onDidDelete(note);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher.dispose();
  }

  async #tell(): Promise<void> {
    const created = [...this.#created];
    const changed = [...this.#changed];
    this.#created.clear();
    this.#changed.clear();
    this.#timer = undefined;
    const kinds = await Promise.all(created.map((path) => stat(path).catch(() => null)));
    const folders = created.filter((_, i) => kinds[i]?.isDirectory() === true);
    if (folders.length > 0) this.folders.fire(folders);
    const { mayBeData } = await import('../../core/dataset/discover'); // not needed for activation
    if (changed.some((path) => mayBeData(dirname(path), basename(path)))) this.data.fire(undefined);
  }
}
