import * as vscode from 'vscode';
import { InputError } from '../core/base/error';
import type { Report } from '../core/report';
import { type WrittenSettings, writtenSettings } from '../settings/table';
import type { App } from './app';
import { signalOf } from './host';
import type { Overrides } from './model/requests';

/**
 * What other extensions may use: `await vscode.extensions.getExtension<ModscopeApi>('modscope.modscope')?.activate()`.
 * Within a version, members are added and never changed or removed.
 */
export interface ModscopeApi {
  readonly version: 1;
  /**
   * The report of a checkpoint: the stored one where checkpoint, settings and data are as they were, else a new one.
   * Progress shows in the side panel and the status bar.
   * @param options override the user's settings and modscope.json; their result is stored apart
   * @throws Error in one line where the checkpoint, its data or an option is wrong; `vscode.CancellationError`
   */
  analyze(uri: vscode.Uri, options?: AnalyzeOptions, token?: vscode.CancellationToken): Promise<Report>;
  /** An analysis has finished, whoever asked for it. */
  readonly onDidFinish: vscode.Event<FinishedAnalysis>;
}

/** The settings of modscope.json by the same names, e.g. `{ methods: ['forward_cov'], nulls: { untrained: 20 } }`. */
export interface AnalyzeOptions extends WrittenSettings {
  /** A data set: file or folder. */
  readonly data?: vscode.Uri;
}

export interface FinishedAnalysis {
  readonly uri: vscode.Uri;
  readonly report: Report;
}

export function createApi({ analyses, extension }: App): ModscopeApi {
  const finished = new vscode.EventEmitter<FinishedAnalysis>();
  extension.subscriptions.push(
    finished,
    analyses.finished.on(({ path, report }) => {
      finished.fire({ uri: vscode.Uri.file(path), report });
    }),
  );
  return {
    version: 1,
    onDidFinish: finished.event,
    analyze: async (uri, options = {}, token) => {
      try {
        const signal = token === undefined ? undefined : signalOf(token);
        return await analyses.analyze(pathOf(uri), overridesOf(options), signal);
      } catch (error) {
        if (token?.isCancellationRequested === true) throw new vscode.CancellationError();
        throw error;
      }
    },
  };
}

function pathOf(uri: vscode.Uri): string {
  if (uri.scheme !== 'file') throw new InputError(uri.toString(), 'is not on disk');
  return uri.fsPath;
}

/** What is not set is left out: a result of no overrides is that of the settings. */
function overridesOf({ data, ...settings }: AnalyzeOptions): Overrides {
  return { ...(data !== undefined && { data: pathOf(data) }), ...writtenSettings((name) => settings[name]) };
}
