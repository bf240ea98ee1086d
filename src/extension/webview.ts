import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { type CallContext, type Handlers, type MethodTable, type Port, serve, type Server } from '../rpc';
import { pageHtml } from './model/page-html';

/** Puts one of the bundled pages (dist/webview) into a webview. */
export function loadPage(webview: vscode.Webview, extension: vscode.Uri, name: string, title: string): void {
  const folder = vscode.Uri.joinPath(extension, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const address = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.html = pageHtml({
    title,
    language: vscode.env.language,
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    strings: vscode.l10n.bundle,
  });
}

/** What the inputs of the methods must look like: a page is not trusted, as what it shows comes from files. */
export type Schemas<M extends MethodTable<M>> = {
  readonly [K in keyof M]: v.GenericSchema<unknown, M[K]['input']>;
};

/** Answers a page's calls; inputs that do not fit their schema are refused before a handler sees them. */
export function servePage<M extends MethodTable<M>, Notice = never>(
  webview: vscode.Webview,
  schemas: Schemas<M>,
  handlers: Handlers<M>,
): Server<Notice> {
  const names = Object.keys(handlers) as (keyof M)[]; // its own keys
  const checked = Object.fromEntries(
    names.map((name) => [
      name,
      (input: unknown, call: CallContext<M[typeof name]['event']>) =>
        handlers[name](v.parse(schemas[name], input), call),
    ]),
  ) as unknown as Handlers<M>; // the same methods
  const disposables: vscode.Disposable[] = [];
  const port: Port = {
    post: (message) => void webview.postMessage(message),
    onMessage: (handler) => void webview.onDidReceiveMessage(handler, undefined, disposables),
    close: () => {
      vscode.Disposable.from(...disposables).dispose();
    },
  };
  return serve<M, Notice>(port, checked);
}
