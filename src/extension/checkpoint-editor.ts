import * as v from 'valibot';
import * as vscode from 'vscode';
import { InputError } from '../core/base/error';
import type { EditorMethods } from '../protocol';
import type { App } from './app';
import { loadPage, type Schemas, servePage } from './webview';

export const EDITOR = 'modscope.checkpoint';

const schemas: Schemas<EditorMethods> = {
  info: v.null(),
  tensorStatistics: v.strictObject({ tensor: v.pipe(v.string(), v.maxLength(10_000)) }),
  analyze: v.null(),
  copy: v.strictObject({ text: v.pipe(v.string(), v.maxLength(2 ** 24)) }),
};

/** The read-only editor of checkpoints. The worker reads only their headers, so that their size does not matter. */
export class CheckpointEditor implements vscode.CustomReadonlyEditorProvider {
  static register(app: App): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(EDITOR, new CheckpointEditor(app), {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  private constructor(readonly app: App) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const { host, extension } = this.app;
    const { webview } = panel;
    const path = uri.fsPath;
    const server = servePage<EditorMethods>(webview, schemas, {
      info: async () => {
        if (uri.scheme !== 'file') throw new InputError(uri.toString(), 'is not on disk');
        return host.call('inspect', { path });
      },
      tensorStatistics: ({ tensor }, { signal }) =>
        host.call('tensorStatistics', { path, tensor }, { signal }),
      analyze: async () => {
        await vscode.commands.executeCommand('modscope.analyze', uri);
        return null;
      },
      copy: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
    });
    panel.onDidDispose(() => {
      server.close();
    });
    loadPage(webview, extension.extensionUri, 'editor', vscode.l10n.t('Checkpoint'));
  }
}
