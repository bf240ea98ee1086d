import * as v from 'valibot';
import * as vscode from 'vscode';
import { InputError } from '../core/base/error';
import { MEASURES } from '../core/measures';
import type { ComparedSummary, ComparisonMethods, ComparisonNotice } from '../protocol';
import type { Handlers, Server } from '../rpc';
import type { App, ComparisonWindows } from './app';
import { isBusy } from './model/entry';
import { shortNames } from './model/markdown-summaries';
import { loadPage, type Schemas, servePage } from './webview';
import { nameOf, withShortPaths } from './wording';
import { palette } from './workspace/settings';

const VIEW_TYPE = 'modscope.compare';

/** The extension without the pages of comparisons. */
type Parts = Omit<App, 'comparisons'>;

interface Page {
  readonly panel: vscode.WebviewPanel;
  readonly server: Server<ComparisonNotice>;
}

/** As many as stand side by side. */
export const COMPARED = { least: 2, most: 4 } as const;

/** Checkpoints side by side, a page for each choice of them. */
export class ComparisonPages implements ComparisonWindows, vscode.WebviewPanelSerializer, vscode.Disposable {
  /** By the checkpoints' paths. */
  readonly #pages = new Map<string, Page>();
  readonly #disposables: vscode.Disposable;

  constructor(readonly app: Parts) {
    this.#disposables = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
      app.analyses.stateChanged.on((path) => {
        for (const [key, { server }] of this.#pages)
          if (pathsOf(key).includes(path)) server.notify({ type: 'changed' });
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('modscope.palette')) return;
        for (const { server } of this.#pages.values()) server.notify({ type: 'changed' });
      }),
    );
  }

  show(paths: readonly string[]): void {
    const open = this.#pages.get(keyOf(paths));
    if (open !== undefined) open.panel.reveal();
    else {
      const title = vscode.l10n.t('Compare {0}', shortNames(paths.map(nameOf)).join(', '));
      this.#adopt(paths, vscode.window.createWebviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Active));
    }
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = v.safeParse(Kept, state);
    if (kept.success) {
      const { checkpoints } = kept.output;
      this.#pages.get(keyOf(checkpoints))?.panel.dispose();
      this.#adopt(checkpoints, panel);
    } else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    for (const { panel } of this.#pages.values()) panel.dispose();
    this.#disposables.dispose();
  }

  #adopt(paths: readonly string[], panel: vscode.WebviewPanel): void {
    const { extension, analyses } = this.app;
    const icon = (theme: string) => vscode.Uri.joinPath(extension.extensionUri, 'media', `tab-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    analyses.invite(paths);
    const server = servePage<ComparisonMethods, ComparisonNotice>(
      panel.webview,
      comparisonSchemas,
      handlers(this.app, paths),
    );
    const key = keyOf(paths);
    const page = { panel, server };
    this.#pages.set(key, page);
    panel.onDidDispose(() => {
      server.close();
      if (this.#pages.get(key) === page) this.#pages.delete(key);
    });
    loadPage(panel.webview, extension.extensionUri, 'compare', panel.title);
  }
}

/** What the page keeps: which checkpoints it is of. */
const Kept = v.object({
  checkpoints: v.pipe(
    v.array(v.pipe(v.string(), v.nonEmpty())),
    v.minLength(COMPARED.least),
    v.maxLength(COMPARED.most),
  ),
});

const keyOf = (paths: readonly string[]): string => JSON.stringify(paths);
const pathsOf = (key: string): readonly string[] => JSON.parse(key) as readonly string[]; // keyOf made it

/** What the page may ask: nothing of other checkpoints than its own. */
function handlers(app: Parts, paths: readonly string[]): Handlers<ComparisonMethods> {
  const { analyses, host, panel } = app;
  const results = (): { readonly checkpoint: string; readonly folder: string }[] =>
    paths.map((checkpoint) => {
      const { folder } = analyses.get(checkpoint);
      if (folder === null) throw new InputError(nameOf(checkpoint), 'has no result', 'Analyze it again');
      return { checkpoint, folder };
    });
  return {
    summary: async () => {
      // After a restart, what has a result is found again.
      await Promise.all(
        paths.filter((path) => analyses.get(path).folder === null).map((path) => analyses.refresh(path)),
      );
      const names = shortNames(paths.map(nameOf));
      return {
        checkpoints: paths.map((path, i) => summaryOf(path, names[i] ?? nameOf(path), app)),
        palette: palette(),
      };
    },
    comparison: (_, { signal }) => host.call('compare', { compared: results() }, { signal }),
    pictures: (wanted, { signal }) =>
      host.call(
        'comparedPictures',
        { ...wanted, folders: results().map(({ folder }) => folder) },
        { signal },
      ),
    open: ({ id: path, layer: name, method: measure }) => {
      if (!paths.includes(path)) throw new InputError(nameOf(path), 'is not compared here');
      panel.show({ result: path, layer: name, method: measure }, { beside: true });
      return null;
    },
    copy: async ({ text: copied }) => {
      await vscode.env.clipboard.writeText(copied);
      return null;
    },
    run: ({ command }) => {
      const uris = paths.map((path) => vscode.Uri.file(path));
      if (command === 'showLog') app.log.show();
      else if (command === 'cancel') for (const path of paths) analyses.cancel(path);
      else void vscode.commands.executeCommand('modscope.compare', uris[0], uris);
      return null;
    },
  };
}

function summaryOf(path: string, name: string, { analyses }: Parts): ComparedSummary {
  const entry = analyses.get(path);
  const { state, message, folder } = entry;
  return {
    id: path,
    name,
    state: isBusy(entry)
      ? 'running'
      : state === 'failed' || state === 'stale'
        ? state
        : folder === null
          ? 'missing'
          : 'done',
    message: message === null ? null : withShortPaths(message),
  };
}

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));
const layer = v.pipe(v.string(), v.maxLength(1000));
const method = v.picklist(MEASURES);
const AT_MOST = 16 * 2 ** 20;

/** What the page's questions must look like. It shows what comes from files, so it is not trusted. */
const comparisonSchemas: Schemas<ComparisonMethods> = {
  summary: v.null(),
  comparison: v.null(),
  pictures: v.strictObject({
    layer,
    method,
    scale: v.picklist(['linear', 'log']),
    order: v.picklist(['first', 'own']),
  }),
  open: v.strictObject({ id, layer: v.nullable(layer), method: v.nullable(method) }),
  copy: v.strictObject({ text: v.pipe(v.string(), v.maxLength(AT_MOST)) }),
  run: v.strictObject({ command: v.picklist(['analyze', 'cancel', 'showLog']) }),
};
