import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { familyOf, isMeasure } from '../core/measures';
import type { PanelSelection } from '../protocol';
import type { Analyses } from './model/checkpoint-analyses';
import {
  type Entry,
  type EntryState,
  filterRows,
  isBusy,
  type Row,
  type Sort,
  sortRows,
} from './model/entry';
import {
  childrenOf,
  clustersOf,
  layerOf,
  measureOf,
  mostModular,
  nodeId,
  type Doubts,
  type Outline,
  outlineOfEvents,
  outlineOfReport,
  parentOf,
  type TreeNode,
} from './model/outline';
import { modularityText, nameOf, progressText, stateText, unitsText, withShortPaths } from './wording';
import type { Checkpoints } from './workspace/checkpoints';

/** Milliseconds between a change and the redrawing: progress comes many times a second, and nobody reads that fast. */
const REDRAW_DELAY = 150;

/** The view "Checkpoints". Reports are read for what is shown or expanded only. */
export class CheckpointTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  readonly #changes = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #roots = new Map<string, TreeNode>();
  readonly #outlines = new Map<string, Outline>();
  readonly #doubts = new Map<string, Doubts>();
  readonly #disposables: vscode.Disposable;
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
    this.#disposables = vscode.Disposable.from(
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
    const outline = await this.#outline(node.path);
    return treeItem(node, this.analyses.get(node.path), outline, this.#doubts.get(node.path));
  }

  /** Shows what the panel shows, without taking the focus from it. */
  async reveal({ result: path, layer, method: measure }: PanelSelection): Promise<void> {
    if (path === null || !this.view.visible) return;
    const outline = (await this.#outline(path)) ?? [];
    const found = outline.find(({ name }) => name === layer);
    const node: TreeNode =
      layer === null || found === undefined
        ? { kind: 'checkpoint', path }
        : measure === null || !found.measures.some(({ name }) => name === measure)
          ? { kind: 'layer', path, layer }
          : { kind: 'measure', path, layer, measure };
    await this.view.reveal(node, { select: true, focus: false });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
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
    if (isBusy(entry) && entry.measures.length > 0) return outlineOfEvents(entry.measures);
    if (entry.folder === null) return null;
    const known = this.#outlines.get(path);
    if (known !== undefined) return known;
    // A result that cannot be read any more is shown as one that has no parts.
    const report = await this.analyses.report(path).catch(() => null);
    if (report === null) return null;
    const outline = outlineOfReport(report);
    this.#outlines.set(path, outline);
    this.#doubts.set(path, report.network);
    return outline;
  }

  /** Redraws a checkpoint, or all (null), soon. */
  #later(path: string | null): void {
    if (path === null) this.#pending = null;
    else {
      this.#pending?.add(path);
      this.#outlines.delete(path);
      this.#doubts.delete(path);
    }
    this.#timer ??= setTimeout(() => {
      const paths = this.#pending;
      this.#timer = undefined;
      this.#pending = new Set();
      // A row's place may depend on what changed of it.
      const all = paths === null || this.#filter !== '' || this.#sort === 'modularity';
      if (all) this.#changes.fire(undefined);
      else for (const changed of paths) this.#changes.fire(this.#checkpoint(changed));
    }, REDRAW_DELAY);
  }
}

/**
 * A row as VS Code draws it.
 * @param outline null where it is not known, or not read
 * @param doubts of the newest result, where there is one
 */
function treeItem(
  node: TreeNode,
  entry: Entry,
  outline: Outline | null,
  doubts: Doubts | undefined,
): vscode.TreeItem {
  const item =
    outline === null || node.kind === 'checkpoint'
      ? checkpointItem(entry, outline, doubts)
      : partItem(node, outline);
  item.id = nodeId(node);
  if (node.kind !== 'checkpoint') {
    item.contextValue = node.kind;
    item.command = showCommand(node);
  }
  return item;
}

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

function checkpointItem(
  entry: Entry,
  outline: Outline | null,
  { warnings = [], assumptions }: Doubts = { assumptions: [] },
): vscode.TreeItem {
  const { path, state, message } = entry;
  const hasParts = entry.folder !== null || entry.measures.length > 0;
  const item = new vscode.TreeItem(basename(path), hasParts ? Collapsed : None);
  item.resourceUri = vscode.Uri.file(path); // decorations of source control, and the full path for screen readers
  const isDoubtful = state === 'done' && warnings.length > 0;
  item.iconPath = isDoubtful ? DOUBTFUL : stateIcon(state);
  item.contextValue = `checkpoint.${state}`;
  const best = outline === null ? null : mostModular(outline);
  const says = entry.progress !== null ? progressText(entry.progress) : stateText(state);
  const folder = dirname(nameOf(path));
  item.description = [
    ...(isDoubtful ? [vscode.l10n.t('no better than chance')] : []),
    ...(state === 'done' && best !== null ? [modularityText(best)] : [says]),
    ...(folder === '.' ? [] : [folder]),
  ].join(' · ');
  item.tooltip = [
    path,
    says,
    ...(message === null ? [] : [withShortPaths(message)]),
    ...(best === null
      ? []
      : [vscode.l10n.t('Most modular: {0}, {1}: {2}', best.layer, best.measure, modularityText(best))]),
    ...warnings.map((warning) => `⚠ ${warning}`),
    ...assumptions,
  ].join('\n');
  item.accessibilityInformation = { label: `${basename(path)}, ${item.description}` };
  if (entry.folder !== null && !isBusy(entry)) item.command = showCommand({ kind: 'checkpoint', path });
  return item;
}

function partItem(node: Exclude<TreeNode, { kind: 'checkpoint' }>, outline: Outline): vscode.TreeItem {
  switch (node.kind) {
    case 'layer': {
      const layer = layerOf(node, outline);
      const item = new vscode.TreeItem(node.layer, Collapsed);
      item.iconPath = new vscode.ThemeIcon('layers');
      const best = layer === undefined ? null : mostModular([layer]);
      item.description = [
        ...(layer === undefined || layer.units === null ? [] : [unitsText(layer.units)]),
        ...(best === null ? [] : [vscode.l10n.t('Q up to {0}', best.q.toFixed(3))]),
      ].join(' · ');
      return item;
    }
    case 'measure': {
      const measure = measureOf(node, outline);
      const item = new vscode.TreeItem(node.measure, (measure?.labels ?? null) === null ? None : Collapsed);
      const upstream = isMeasure(node.measure) && familyOf(node.measure) === 'upstream';
      // What drives the units comes from above, what they do goes below.
      item.iconPath = new vscode.ThemeIcon(upstream ? 'arrow-down' : 'arrow-up');
      if (measure !== undefined) item.description = modularityText(measure);
      return item;
    }
    case 'cluster': {
      const clusters = clustersOf(measureOf(node, outline)?.labels ?? []);
      const dead = node.label < 0;
      // Numbered as in the report and the panel.
      const label = dead ? vscode.l10n.t('Dead units') : vscode.l10n.t('Cluster {0}', node.label);
      const item = new vscode.TreeItem(label, Collapsed);
      item.iconPath = new vscode.ThemeIcon(dead ? 'circle-slash' : 'symbol-namespace');
      item.description = unitsText(
        clusters.find((cluster) => cluster.label === node.label)?.units.length ?? 0,
      );
      return item;
    }
    case 'unit': {
      const item = new vscode.TreeItem(vscode.l10n.t('Unit {0}', node.unit));
      item.iconPath = new vscode.ThemeIcon('circle-small');
      return item;
    }
  }
}

function showCommand(node: TreeNode): vscode.Command {
  return { command: 'modscope.openPanel', title: vscode.l10n.t('Open Panel'), arguments: [node] };
}

const DOUBTFUL = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));

function stateIcon(state: EntryState): vscode.ThemeIcon {
  const icon = (id: string, color?: string): vscode.ThemeIcon =>
    new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
  switch (state) {
    case 'new':
      return icon('circle-large-outline');
    case 'waiting':
      return icon('watch');
    case 'running':
      return icon('loading~spin');
    case 'partial':
      return icon('pass', 'testing.iconPassed');
    case 'done':
      return icon('pass-filled', 'testing.iconPassed');
    case 'stale':
      return icon('history', 'list.warningForeground');
    case 'failed':
      return icon('error', 'list.errorForeground');
  }
}
