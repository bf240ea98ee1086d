import { basename } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { InputError } from '../../core/base/error';
import { MEASURES } from '../../core/measures';
import type { PanelMethods, PanelSelection, ResultSummary } from '../../protocol';
import type { Handlers } from '../../rpc';
import type { App } from '../app';
import type { Entry } from '../model/entry';
import type { Schemas } from '../webview';
import { inWorkspace, nameOf } from '../wording';

/** Milliseconds that a message stays in the status bar. */
const SEEN_FOR = 3000;

/** What the panel's page may ask. Its results are checkpoints; their ids are their paths, and others are refused. */
export function handlers(app: Omit<App, 'panel'>): Handlers<PanelMethods> {
  const { analyses, host } = app;
  const folderOf = (id: string): string => {
    const { folder } = analyses.get(id);
    if (folder === null) throw new InputError(nameOf(id), 'has no result', 'Analyze it again');
    return folder;
  };
  return {
    results: async () => {
      await app.checkpoints.listed();
      return analyses.entries.flatMap((entry) => summaryOf(entry) ?? []);
    },
    report: async ({ id }) => {
      folderOf(id);
      const report = await analyses.report(id);
      if (report === null) throw new InputError(nameOf(id), 'has no result', 'Analyze it again');
      return report;
    },
    picture: ({ id, ...what }, { signal }) =>
      host.call('picture', { folder: folderOf(id), ...what }, { signal }),
    values: ({ id, ...what }, { signal }) =>
      host.call('values', { folder: folderOf(id), ...what }, { signal }),
    selected: async (selection) => {
      await app.tree.reveal(selection);
      if (selection.palette !== palette()) {
        const settings = vscode.workspace.getConfiguration('modscope');
        await settings.update('palette', selection.palette, vscode.ConfigurationTarget.Global);
      }
      return null;
    },
    save: async ({ name, kind, data }) => {
      await savePicture(name, kind, data);
      return null;
    },
    copy: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied.'), SEEN_FOR);
      return null;
    },
    run: async ({ command, id }) => {
      const target = id === null ? [] : [vscode.Uri.file(id)];
      await vscode.commands.executeCommand(`modscope.${command}`, ...target);
      return null;
    },
  };
}

/** The palette that the user set. */
export function palette(): PanelSelection['palette'] {
  const value: unknown = vscode.workspace.getConfiguration('modscope').get('palette');
  return value === 'cividis' ? value : 'viridis';
}

/** null for what there is nothing to show of. */
function summaryOf({ path, state, message, about }: Entry): ResultSummary | null {
  const name = nameOf(path);
  if (state === 'new') return null;
  return {
    id: path,
    name,
    path,
    state: state === 'waiting' ? 'running' : state,
    message: message === null ? null : inWorkspace(message),
    about,
  };
}

const PNG_PREFIX = 'data:image/png;base64,';

/** Asks where, and writes a picture that the page made. */
async function savePicture(name: string, kind: 'png' | 'svg', data: string): Promise<void> {
  const bytes = kind === 'svg' ? new TextEncoder().encode(data) : decodePng(data);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = basename(name);
  const uri = await vscode.window.showSaveDialog({
    ...(folder !== undefined && { defaultUri: vscode.Uri.joinPath(folder, file) }),
    filters: kind === 'svg' ? { SVG: ['svg'] } : { PNG: ['png'] },
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, bytes);
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Saved {0}.', basename(uri.path)),
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', uri);
}

function decodePng(data: string): Uint8Array {
  if (!data.startsWith(PNG_PREFIX)) throw new InputError('picture', 'is no PNG');
  return Buffer.from(data.slice(PNG_PREFIX.length), 'base64');
}

/** A picture of a large matrix is some megabytes; no page needs to save more. */
const PICTURE_AT_MOST = 256 * 2 ** 20;
const UNITS_AT_MOST = 65_536;

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));
const layer = v.pipe(v.string(), v.maxLength(1000));
const method = v.picklist(MEASURES);
const scale = v.picklist(['linear', 'log']);
const widest = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const units = v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.maxLength(UNITS_AT_MOST));
const text = v.pipe(v.string(), v.maxLength(PICTURE_AT_MOST));

export const panelSchemas: Schemas<PanelMethods> = {
  results: v.null(),
  report: v.strictObject({ id }),
  picture: v.strictObject({ id, layer, method, scale, widest }),
  values: v.strictObject({ id, layer, method, rows: units, columns: units }),
  selected: v.strictObject({
    result: v.nullable(id),
    layer: v.nullable(layer),
    method: v.nullable(method),
    form: v.picklist(['raw', 'norm']),
    scale,
    metric: v.pipe(v.string(), v.maxLength(100)),
    relative: v.boolean(),
    palette: v.picklist(['viridis', 'cividis']),
  }),
  save: v.strictObject({
    // A name, no path: the user chooses the folder.
    name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
    kind: v.picklist(['png', 'svg']),
    data: text,
  }),
  copy: v.strictObject({ text }),
  run: v.strictObject({
    command: v.picklist(['analyze', 'writeReport', 'cancel', 'showLog', 'selectData']),
    id: v.nullable(id),
  }),
};
