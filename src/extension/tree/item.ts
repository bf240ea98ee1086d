import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { familyOf, isMeasure } from '../../core/measures';
import { type Entry, type EntryState, isBusy } from '../model/entry';
import {
  clustersOf,
  layerOf,
  methodOf,
  mostModular,
  nodeId,
  type Outline,
  type TreeNode,
} from '../model/node';
import { inWorkspace, modularityText, nameOf, progressText, stateText, unitsText } from '../wording';

/** @param outline null where it is not known, or not read */
export function treeItem(node: TreeNode, entry: Entry, outline: Outline | null): vscode.TreeItem {
  const item =
    outline === null || node.kind === 'checkpoint' ? checkpointItem(entry, outline) : partItem(node, outline);
  item.id = nodeId(node);
  if (node.kind !== 'checkpoint') {
    item.contextValue = node.kind;
    item.command = showCommand(node);
  }
  return item;
}

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

function checkpointItem(entry: Entry, outline: Outline | null): vscode.TreeItem {
  const { path, state, message } = entry;
  const hasParts = entry.folder !== null || entry.methods.length > 0;
  const item = new vscode.TreeItem(basename(path), hasParts ? Collapsed : None);
  item.resourceUri = vscode.Uri.file(path); // decorations of source control, and the full path for screen readers
  item.iconPath = stateIcon(state);
  item.contextValue = `checkpoint.${state}`;
  const best = outline === null ? null : mostModular(outline);
  const says = entry.progress !== null ? progressText(entry.progress) : stateText(state);
  const folder = dirname(nameOf(path));
  item.description = [
    ...(state === 'done' && best !== null ? [modularityText(best)] : [says]),
    ...(folder === '.' ? [] : [folder]),
  ].join(' · ');
  item.tooltip = [
    path,
    says,
    ...(message === null ? [] : [inWorkspace(message)]),
    ...(best === null
      ? []
      : [vscode.l10n.t('Most modular: {0}, {1}: {2}', best.layer, best.method, modularityText(best))]),
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
    case 'method': {
      const method = methodOf(node, outline);
      const item = new vscode.TreeItem(node.method, (method?.labels ?? null) === null ? None : Collapsed);
      const upstream = isMeasure(node.method) && familyOf(node.method) === 'upstream';
      // What drives the units comes from above, what they do goes below.
      item.iconPath = new vscode.ThemeIcon(upstream ? 'arrow-down' : 'arrow-up');
      if (method !== undefined) item.description = modularityText(method);
      return item;
    }
    case 'cluster': {
      const clusters = clustersOf(methodOf(node, outline)?.labels ?? []);
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
    case 'done':
      return icon('pass-filled', 'testing.iconPassed');
    case 'stale':
      return icon('history', 'list.warningForeground');
    case 'failed':
      return icon('error', 'list.errorForeground');
  }
}
