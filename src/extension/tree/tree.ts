import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { PanelSelection } from '../../protocol';
import type { Analyses } from '../model/analyses';
import { filterRows, isBusy, type Row, type Sort, sortRows } from '../model/entry';
import {
  childrenOf,
  mostModular,
  type Outline,
  outlineOfEvents,
  outlineOfReport,
  parentOf,
  type TreeNode,
} from '../model/node';
import type { Disposable } from '../model/signal';
import { nameOf } from '../wording';
import type { Checkpoints } from '../workspace/checkpoints';
import { treeItem } from './item';

/** Progress comes many times a second; nobody reads that fast. */
const DELAY = 150;

/** The view "Checkpoints". Reports are read for what is shown or expanded only. */
export class CheckpointTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  readonly #changes = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #roots = new Map<string, TreeNode>();
  readonly #outlines = new Map<string, Outline>();
  readonly #disposables: Disposable[] = [];
  #pending: Set<string> | null = new Set();
  #timer: NodeJS.Timeout | undefined;
  #sort: Sort = 'name';
  #filter = '';

  constructor(
    readonly analyses: Analyses,
    readonly checkpoints: Checkpoints,
  ) {
    this.view = vscode.window.createTreeView('modscope.checkpoints', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#disposables.push(
      this.view,
      this.#changes,
      analyses.changed.on((path) => {
        this.#later(path);
      }),
    );
  }

  get sort(): Sort {
    return this.#sort;
  }

  set sort(sort: Sort) {
    this.#sort = sort;
    this.#later(null);
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter.trim();
    this.view.message = this.#filter === '' ? '' : vscode.l10n.t('Filter: {0}', this.#filter);
    void vscode.commands.executeCommand('setContext', 'modscope.filtered', this.#filter !== '');
    this.#later(null);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return childrenOf(node, (await this.#outline(node.path)) ?? []);
    await this.checkpoints.listed();
    const rows = filterRows(
      await Promise.all(this.analyses.entries.map((entry) => this.#row(entry))),
      this.#filter,
    );
    return sortRows(rows, this.#sort).map(({ entry }) => this.#checkpoint(entry.path));
  }

  getParent(node: TreeNode): TreeNode | null {
    return parentOf(node);
  }

  async getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
    return treeItem(node, this.analyses.get(node.path), await this.#outline(node.path));
  }

  /** Shows what the panel shows, without taking the focus from it. */
  async reveal({ result: path, layer, method }: PanelSelection): Promise<void> {
    if (path === null || !this.view.visible) return;
    const outline = (await this.#outline(path)) ?? [];
    const found = outline.find(({ name }) => name === layer);
    const node: TreeNode =
      layer === null || found === undefined
        ? { kind: 'checkpoint', path }
        : method === null || !found.methods.some(({ name }) => name === method)
          ? { kind: 'layer', path, layer }
          : { kind: 'method', path, layer, method };
    await this.view.reveal(node, { select: true, focus: false });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  /** The same object for a path: VS Code knows a row by it, when the row is to be drawn again. */
  #checkpoint(path: string): TreeNode {
    const node = this.#roots.get(path) ?? { kind: 'checkpoint', path };
    this.#roots.set(path, node);
    return node;
  }

  async #row(entry: Row['entry']): Promise<Row> {
    const name = nameOf(entry.path);
    const mtimeMs =
      this.#sort === 'newest'
        ? await stat(entry.path).then(
            (found) => found.mtimeMs,
            () => 0,
          )
        : 0;
    const outline = this.#sort === 'modularity' ? await this.#outline(entry.path) : null;
    return { entry, name, mtimeMs, q: outline === null ? null : (mostModular(outline)?.q ?? null) };
  }

  /** null where nothing is known. */
  async #outline(path: string): Promise<Outline | null> {
    const entry = this.analyses.get(path);
    if (isBusy(entry) && entry.methods.length > 0) return outlineOfEvents(entry.methods);
    if (entry.folder === null) return null;
    const known = this.#outlines.get(path);
    if (known !== undefined) return known;
    // A result that cannot be read any more is shown as one that has no parts.
    const report = await this.analyses.report(path).catch(() => null);
    if (report === null) return null;
    const outline = outlineOfReport(report);
    this.#outlines.set(path, outline);
    return outline;
  }

  /** Redraws a checkpoint, or all (null), soon. */
  #later(path: string | null): void {
    if (path === null) this.#pending = null;
    else {
      this.#pending?.add(path);
      this.#outlines.delete(path);
    }
    this.#timer ??= setTimeout(() => {
      const paths = this.#pending;
      this.#timer = undefined;
      this.#pending = new Set();
      // A row's place may depend on what changed of it.
      const all = paths === null || this.#filter !== '' || this.#sort === 'modularity';
      if (all) this.#changes.fire(undefined);
      else for (const changed of paths) this.#changes.fire(this.#checkpoint(changed));
    }, DELAY);
  }
}
