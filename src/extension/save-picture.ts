import { basename } from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../core/base/error';

/** A picture of a large matrix is some megabytes; no page needs to save more. */
export const PICTURE_AT_MOST = 256 * 2 ** 20;

/** Asks where, and writes a picture that the page made. */
export async function savePicture(name: string, kind: 'png' | 'svg', data: string): Promise<void> {
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

const PNG_PREFIX = 'data:image/png;base64,';

function decodePng(data: string): Uint8Array {
  if (!data.startsWith(PNG_PREFIX)) throw new InputError('picture', 'is no PNG');
  return Buffer.from(data.slice(PNG_PREFIX.length), 'base64');
}
