import * as vscode from 'vscode';
import { InputError } from '../../core/base/error';
import type { App } from '../app';
import { DOUBTFUL_EXTENSIONS, EXTENSIONS, isCheckpointName } from '../model/checkpoint-files';
import type { Entry } from '../model/entry';
import type { TreeNode } from '../model/outline';
import { nameOf, stateText } from '../wording';

/** What a command is invoked on: a file of the Explorer or of an editor's title, or a row of the side panel. */
type Target = vscode.Uri | TreeNode;

/** The files a menu's command was invoked on: all that are selected; none where it came from the palette. */
export function givenPaths(args: readonly unknown[]): string[] {
  const [first, all] = args;
  const targets = Array.isArray(all) && all.length > 0 ? (all as unknown[]) : [first];
  const paths = targets.filter(isTarget).flatMap((target) => {
    if (isNode(target)) return target.path;
    if (target.scheme === 'webview-panel') return []; // the title of the panel
    if (target.scheme !== 'file') throw new InputError(target.toString(), 'is not on disk');
    return target.fsPath;
  });
  return [...new Set(paths)];
}

/** The row of the side panel that a command was invoked on. */
export function givenNode(args: readonly unknown[]): TreeNode | undefined {
  return args.find(isNode);
}

function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'path' in value;
}

function isTarget(value: unknown): value is Target {
  return value instanceof vscode.Uri || isNode(value);
}

/** The checkpoints a command is about: those given, else the one in the editor or panel in front. */
export function checkpointsAtHand({ panel }: App, args: readonly unknown[]): string[] {
  const given = givenPaths(args);
  if (given.length > 0) return given;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isOpen = input instanceof vscode.TabInputCustom && isCheckpointName(input.uri.fsPath);
  const inFront = isOpen ? input.uri.fsPath : panel.resultInFront;
  return inFront === null ? [] : [inFront];
}

interface PickOptions {
  readonly title: string;
  readonly filter?: (entry: Entry) => boolean;
}

/** Lets the user choose a checkpoint of the workspace, or elsewhere. undefined: none. */
export async function pickCheckpoint(app: App, options: PickOptions): Promise<string | undefined> {
  const items = await checkpointItems(app, options);
  const browse = {
    label: vscode.l10n.t('Browse…'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
    path: null,
  };
  const offered = options.filter === undefined ? [...items, browse] : items;
  const picked = await vscode.window.showQuickPick(offered, {
    title: options.title,
    matchOnDescription: true,
  });
  return picked?.path === null ? browseCheckpoint(options.title) : picked?.path;
}

/** Lets the user choose checkpoints of the workspace. */
export async function pickCheckpoints(app: App, options: PickOptions): Promise<string[]> {
  const items = await checkpointItems(app, options);
  const picked = await vscode.window.showQuickPick(items, { title: options.title, canPickMany: true });
  return (picked ?? []).map(({ path }) => path);
}

async function checkpointItems(app: App, { filter = () => true }: PickOptions) {
  await app.checkpoints.listed();
  const entries = app.analyses.entries.filter(filter);
  return entries
    .map((entry) => ({ label: nameOf(entry.path), description: stateText(entry.state), path: entry.path }))
    .sort((a, b) => a.label.localeCompare(b.label, undefined, { numeric: true }));
}

async function browseCheckpoint(title: string): Promise<string | undefined> {
  const filters = { [vscode.l10n.t('Checkpoints')]: [...EXTENSIONS, ...DOUBTFUL_EXTENSIONS] };
  const [uri] = (await vscode.window.showOpenDialog({ title, filters })) ?? [];
  return uri?.fsPath;
}
