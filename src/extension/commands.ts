import * as vscode from 'vscode';
import type { App } from './app';
import { analyzeCheckpoint, analyzeSample, cancelAnalysis, openSample } from './commands/analysis-commands';
import { selectData } from './commands/dataset-command';
import { compareCheckpoints, writeReportFiles } from './commands/report-commands';
import {
  analyzeFolder,
  continueStudy,
  openStudy,
  removeStudy,
  stopStudy,
  writeStudyReport,
} from './commands/study-commands';
import {
  clearFilter,
  exportPicture,
  filterList,
  inspectCheckpoint,
  openPanel,
  refreshList,
  showLog,
  showSettingsFile,
  sortList,
} from './commands/view-commands';
import { showFailure } from './feedback';

/** @param args what VS Code gives the command of a menu: a file or a row, then all that are selected */
type Command = (app: App, ...args: unknown[]) => void | Promise<void>;

/** All commands of package.json, which a test holds against this table. */
const COMMANDS = {
  analyze: analyzeCheckpoint,
  analyzeFolder,
  cancel: cancelAnalysis,
  openPanel,
  inspect: inspectCheckpoint,
  compare: compareCheckpoints,
  selectData,
  writeReport: writeReportFiles,
  exportPicture,
  openSettingsFile: showSettingsFile,
  showLog,
  refresh: refreshList,
  sort: sortList,
  filter: filterList,
  clearFilter,
  openSample,
  analyzeSample,
  openStudy,
  continueStudy,
  stopStudy,
  writeStudyReport,
  removeStudy,
} as const satisfies Readonly<Record<string, Command>>;

/** A command that fails says so itself: VS Code would show a dialog without a way to the log. */
export function registerCommands(app: App): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries<Command>(COMMANDS).map(([name, run]) =>
      vscode.commands.registerCommand(`modscope.${name}`, async (...args: unknown[]) => {
        try {
          await run(app, ...args);
        } catch (error) {
          void showFailure(app, error);
        }
      }),
    ),
  );
}
