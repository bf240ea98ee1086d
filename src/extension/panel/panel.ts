import * as vscode from 'vscode';
import type { PanelMethods, PanelNotice, PanelSelection } from '../../protocol';
import type { Server } from '../../rpc';
import type { App, PanelWindow } from '../app';
import { isBusy } from '../model/entry';
import type { Disposable } from '../model/signal';
import { loadPage, servePage } from '../webview';
import { handlers, palette, panelSchemas } from './handlers';

const VIEW_TYPE = 'modscope.panel';

/** The one panel: made when it is first opened, made again after a reload, told of what changes. */
export class Panel implements PanelWindow, vscode.WebviewPanelSerializer, vscode.Disposable {
  #open: { readonly panel: vscode.WebviewPanel; readonly server: Server<PanelNotice> } | null = null;
  /** Whether the page listens: it asks for the results as soon as it does. */
  #listening = false;
  /** What it is to show once it does. */
  #wanted: Partial<PanelSelection> = {};
  #result: string | null = null;
  readonly #disposables: readonly Disposable[];

  constructor(readonly app: Omit<App, 'panel'>) {
    const { analyses } = app;
    this.#disposables = [
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
    ];
  }

  show(selection: Partial<PanelSelection> = {}, preserveFocus = false): void {
    if (this.#open === null) {
      this.#adopt(
        vscode.window.createWebviewPanel(VIEW_TYPE, 'Modscope', {
          viewColumn: vscode.ViewColumn.Active,
          preserveFocus,
        }),
      );
    } else this.#open.panel.reveal(undefined, preserveFocus);
    this.#show(selection);
  }

  get result(): string | null {
    return this.#result;
  }

  get shown(): string | null {
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
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extension } = this.app;
    const icon = (theme: string) => vscode.Uri.joinPath(extension.extensionUri, 'media', `tab-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const methods = handlers(this.app);
    const server = servePage<PanelMethods, PanelNotice>(panel.webview, panelSchemas, {
      ...methods,
      results: (input, call) => {
        if (!this.#listening) this.#greet();
        return methods.results(input, call);
      },
      report: (input, call) => {
        this.#result = input.id;
        return methods.report(input, call);
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
   * The page has come to life. Told before its first question is answered, so that it loads one result, not two; and with
   * it, what it missed of what is under way.
   */
  #greet(): void {
    this.#listening = true;
    this.#show({ palette: palette(), ...this.#wanted });
    this.#wanted = {};
    for (const { path, methods, progress } of this.app.analyses.entries.filter(isBusy)) {
      for (const event of methods) this.#notify({ type: 'progress', id: path, event });
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
