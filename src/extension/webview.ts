import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { type CallContext, type Handlers, type MethodTable, type Port, serve, type Server } from '../rpc';

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

/** What a webview's page is made of. */
interface Page {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  /** Addresses of its bundles. */
  readonly script: string;
  readonly style: string;
  /** Where such addresses may lie, as a policy names it. */
  readonly source: string;
  /** Fresh for every page: only what carries it is run. */
  readonly nonce: string;
  /** English text → text in the user's language, as vscode.l10n has it; undefined: English. */
  readonly strings: Readonly<Record<string, string>> | undefined;
}

/** The page's HTML. It loads nothing from elsewhere and runs no inline code; its words are data (see webview/l10n.ts). */
export function pageHtml({ title, language, script, style, source, nonce, strings }: Page): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${source}`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join('; ');
  // JSON has no other place for "<" than in strings, where it may be written so: no translation ends the element.
  const words = JSON.stringify(strings ?? {}).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped(title)}</title>
    <link rel="stylesheet" nonce="${nonce}" href="${style}">
  </head>
  <body>
    <script type="application/json" nonce="${nonce}" id="l10n">${words}</script>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
