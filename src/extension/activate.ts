import * as vscode from 'vscode';
import { resultState } from '../store/cache';
import { createApi, type ModscopeApi } from './api';
import type { App } from './app';
import { CheckpointEditor } from './checkpoint-editor';
import { CheckpointTree } from './checkpoint-tree';
import { registerCommands } from './commands';
import { ComparisonPages } from './comparison-pages';
import { evictWhenQuiet } from './evict-results';
import { showStatus } from './feedback';
import { Host } from './host';
import { Analyses } from './model/checkpoint-analyses';
import { Requests } from './model/requests';
import type { Studies } from './model/studies';
import { Panel } from './panel';
import { StudyPages } from './study-pages';
import { StudyTree } from './study-tree';
import { registerTools } from './tools';
import { Checkpoints } from './workspace/checkpoints';
import { registerDatasetView } from './workspace/dataset-lookup';
import { userSettings } from './workspace/settings';
import { workspaceStudies } from './workspace/workspace-studies';
import { Arrivals, watchTraining } from './workspace/watch';

/** Nothing is read and no worker is started before something is shown or asked for. */
export function activate(extension: vscode.ExtensionContext): ModscopeApi {
  const log = vscode.window.createOutputChannel('Modscope', { log: true });
  const host = new Host({
    script: extension.asAbsolutePath('dist/host.cjs'),
    onCrash: (error) => {
      log.error(error.stack ?? error.message);
    },
    onOutput: (text) => {
      log.info(text.trimEnd());
    },
  });
  const storage = extension.storageUri ?? extension.globalStorageUri;
  const requests = new Requests(
    vscode.Uri.joinPath(storage, 'results').fsPath,
    vscode.Uri.joinPath(extension.globalStorageUri, 'nulls').fsPath,
    userSettings,
  );
  const analyses = new Analyses({
    request: (path, overrides) => requests.request(path, overrides),
    analyze: (request, options) => host.call('analyze', request, options),
    find: resultState,
    // Not before a report is wanted: its schema takes a tenth of the time in which the extension starts.
    read: async (folder) => (await import('../store/results')).readReport(folder),
  });
  const arrivals = new Arrivals();
  const checkpoints = new Checkpoints(analyses, arrivals);
  const tree = new CheckpointTree(analyses, checkpoints);
  const studies = workspaceStudies({ extension, host, analyses, checkpoints });
  const parts = { extension, log, host, requests, analyses, checkpoints, tree, studies };
  const panel = new Panel(parts);
  const studyPages = new StudyPages({ ...parts, panel });
  const comparisons = new ComparisonPages({ ...parts, panel, studyPages });
  const app: App = { ...parts, panel, studyPages, comparisons };
  extension.subscriptions.push(
    log,
    host,
    arrivals,
    checkpoints,
    tree,
    panel,
    studies,
    studyPages,
    comparisons,
    new StudyTree(studies),
    goOn(studies),
    showStatus(analyses, studies),
    registerDatasetView(app),
    registerCommands(app),
    registerTools(app),
    CheckpointEditor.register(app),
    watchTraining({
      arrivals,
      opens: (path) =>
        host.call('inspect', { path }).then(
          () => true,
          () => false,
        ),
      ready: (path) => analyzeWatched(app, path),
    }),
    evictWhenQuiet(app),
    analyses.finished.on(({ path, report }) => {
      const seconds = Object.values(report.timings).reduce((a, b) => a + b, 0);
      log.info(`${path}: analyzed in ${seconds.toFixed(1)} s`);
    }),
  );
  return createApi(app);
}

/** Milliseconds: VS Code has started by then. */
const SETTLED = 1500;

/** Studies that were running when the window was closed go on, a little later. */
function goOn(studies: Studies): vscode.Disposable {
  const timer = setTimeout(() => void studies.resume(), SETTLED);
  return new vscode.Disposable(() => {
    clearTimeout(timer);
  });
}

/**
 * Quietly: whoever trains does something else. The side panel says what failed.
 * @returns false where training has written it again meanwhile
 */
async function analyzeWatched({ analyses, log }: App, path: string): Promise<boolean> {
  log.info(`${path}: written by training`);
  await analyses.analyze(path).catch((error: unknown) => {
    log.warn(String(error));
  });
  return analyses.get(path).state !== 'stale';
}
