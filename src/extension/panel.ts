import * as v from 'valibot';
import * as vscode from 'vscode';
import { InputError } from '../core/base/error';
import { MEASURES } from '../core/measures';
import type { PanelMethods, PanelNotice, PanelSelection, ResultSummary } from '../protocol';
import type { Handlers, Server } from '../rpc';
import type { App, PanelWindow, ShowOptions } from './app';
import { type Entry, isBusy } from './model/entry';
import { PICTURE_AT_MOST, savePicture } from './save-picture';
import { loadPage, type Schemas, servePage } from './webview';
import { nameOf, withShortPaths } from './wording';
import { palette } from './workspace/settings';

const VIEW_TYPE = 'modscope.panel';

/** The extension without the panel itself. */
type Parts = Omit<App, 'panel' | 'studyPages' | 'comparisons'>;

/** The one panel: made when it is first opened, made again after a reload, told of what changes. */
export class Panel implements PanelWindow, vscode.WebviewPanelSerializer, vscode.Disposable {
  #open: { readonly panel: vscode.WebviewPanel; readonly server: Server<PanelNotice> } | null = null;
  /** Whether the page listens: it asks for the results as soon as it does. */
  #listening = false;
  /** What it is to show once it does. */
  #wanted: Partial<PanelSelection> = {};
  #result: string | null = null;
  readonly #disposables: vscode.Disposable;

  constructor(readonly app: Parts) {
    const { analyses } = app;
    this.#disposables = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
      analyses.progress.on(({ path, event }) => {
        this.#notify({ type: 'progress', id: path, event });
      }),
      analyses.stateChanged.on(() => {
        this.#notify({ type: 'changed' });
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('modscope.palette')) this.#show({ palette: palette() });
      }),
    );
  }

  show(
    selection: Partial<PanelSelection> = {},
    { preserveFocus = false, beside = false }: ShowOptions = {},
  ): void {
    if (this.#open === null) {
      this.#adopt(
        vscode.window.createWebviewPanel(VIEW_TYPE, 'Modscope', {
          viewColumn: beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
          preserveFocus,
        }),
      );
    } else this.#open.panel.reveal(undefined, preserveFocus);
    this.#show(selection);
  }

  get result(): string | null {
    return this.#result;
  }

  get resultInFront(): string | null {
    return this.#open?.panel.active === true ? this.#result : null;
  }

  export(kind: 'png' | 'svg'): void {
    this.#notify({ type: 'export', kind });
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#open?.panel.dispose();
    this.#adopt(panel); // the page keeps what it showed
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.panel.dispose();
    this.#disposables.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extension } = this.app;
    const icon = (theme: string) => vscode.Uri.joinPath(extension.extensionUri, 'media', `tab-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const answers = handlers(this.app);
    const server = servePage<PanelMethods, PanelNotice>(panel.webview, panelSchemas, {
      ...answers,
      results: (input, call) => {
        if (!this.#listening) this.#greet();
        return answers.results(input, call);
      },
      report: (input, call) => {
        this.#result = input.id;
        return answers.report(input, call);
      },
    });
    this.#open = { panel, server };
    this.#listening = false;
    panel.onDidChangeViewState(() => {
      // A page that is hidden is gone.
      if (!panel.visible) this.#listening = false;
      void setVisible(panel.visible);
    });
    panel.onDidDispose(() => {
      server.close();
      this.#open = null;
      this.#result = null;
      void setVisible(false);
    });
    loadPage(panel.webview, extension.extensionUri, 'panel', 'Modscope');
    void setVisible(panel.visible);
  }

  /**
   * The page has come to life: tells it what to show, and what it missed of what is under way. This comes before the
   * answer to its first question, so that it loads one result, not two.
   */
  #greet(): void {
    this.#listening = true;
    this.#show({ palette: palette(), ...this.#wanted });
    this.#wanted = {};
    for (const { path, measures, progress } of this.app.analyses.entries.filter(isBusy)) {
      for (const event of measures) this.#notify({ type: 'progress', id: path, event });
      if (progress !== null) this.#notify({ type: 'progress', id: path, event: progress });
    }
  }

  #show(selection: Partial<PanelSelection>): void {
    if (this.#listening) this.#notify({ type: 'show', selection });
    else this.#wanted = { ...this.#wanted, ...selection };
  }

  #notify(notice: PanelNotice): void {
    if (this.#listening) this.#open?.server.notify(notice);
  }
}

function setVisible(visible: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', 'modscope.panelVisible', visible);
}

/** Milliseconds that a message stays in the status bar. */
const SEEN_FOR = 3000;

/** What the panel's page may ask. Its results are checkpoints; their ids are their paths, and others are refused. */
function handlers(app: Parts): Handlers<PanelMethods> {
  const { analyses, host } = app;
  const noResult = (id: string) => new InputError(nameOf(id), 'has no result', 'Analyze it again');
  const resultFolder = (id: string): string => {
    const { folder } = analyses.get(id);
    if (folder === null) throw noResult(id);
    return folder;
  };
  return {
    results: async () => {
      await app.checkpoints.listed();
      return analyses.entries.flatMap((entry) => summaryOf(entry) ?? []);
    },
    report: async ({ id }) => {
      resultFolder(id); // refuses what the panel does not list
      const report = await analyses.report(id);
      if (report === null) throw noResult(id);
      return report;
    },
    picture: ({ id, ...what }, { signal }) =>
      host.call('picture', { folder: resultFolder(id), ...what }, { signal }),
    values: ({ id, ...what }, { signal }) =>
      host.call('values', { folder: resultFolder(id), ...what }, { signal }),
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

/** null for what there is nothing to show of. */
function summaryOf({ path, state, message, about }: Entry): ResultSummary | null {
  if (state === 'new') return null;
  return {
    id: path,
    name: nameOf(path),
    path,
    state: state === 'waiting' ? 'running' : state,
    message: message === null ? null : withShortPaths(message),
    about,
  };
}

const UNITS_AT_MOST = 65_536;

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));
const layer = v.pipe(v.string(), v.maxLength(1000));
const method = v.picklist(MEASURES);
const scale = v.picklist(['linear', 'log']);
const widest = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const units = v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.maxLength(UNITS_AT_MOST));
const text = v.pipe(v.string(), v.maxLength(PICTURE_AT_MOST));

/** What the page's questions must look like. It shows what comes from files, so it is not trusted. */
const panelSchemas: Schemas<PanelMethods> = {
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
