import { isAbsolute, resolve } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { InputError } from '../core/base/error';
import type { Report } from '../core/report';
import { SETTINGS_FOR_MODELS, writtenSettings } from '../settings/table';
import type { App } from './app';
import { signalOf } from './host';
import { isCheckpointName } from './model/checkpoint-files';
import { comparisonMarkdown, summaryMarkdown } from './model/markdown-summaries';
import { nameOf } from './wording';

/** What the tools are given. */
const Path = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));
const One = v.object({ path: Path });
/** With settings beside it, which the worker checks. */
const OneWithSettings = v.looseObject({ path: Path });
const Several = v.object({ paths: v.pipe(v.array(Path), v.minLength(2), v.maxLength(20)) });

/** Tools for language models. They read the workspace's checkpoints and change none of its files. */
export function registerTools(app: App): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.lm.registerTool('modscope_summarize', {
      prepareInvocation: () => ({ invocationMessage: vscode.l10n.t('Reading the modules') }),
      invoke: async ({ input }) => {
        const file = workspaceCheckpoint(v.parse(One, input).path);
        return resultOf(
          summaryMarkdown(nameOf(file), await storedReport(app, file), app.analyses.get(file).state),
        );
      },
    }),
    vscode.lm.registerTool('modscope_analyze', {
      prepareInvocation: ({ input }) => {
        const parsed = v.safeParse(One, input);
        const name = parsed.success ? parsed.output.path : '';
        return {
          invocationMessage: vscode.l10n.t('Finding the modules of {0}', name),
          // It takes all cores, for minutes where the network is large.
          confirmationMessages: {
            title: vscode.l10n.t('Analyze a checkpoint'),
            message: vscode.l10n.t('Find the modules of {0}? It may take minutes.', name),
          },
        };
      },
      invoke: async ({ input }, token) => {
        const { path: given, ...rest } = v.parse(OneWithSettings, input);
        const file = workspaceCheckpoint(given);
        const settings = writtenSettings((name) =>
          SETTINGS_FOR_MODELS.includes(name) ? rest[name] : undefined,
        );
        const report = await app.analyses.analyze(file, settings, signalOf(token));
        return resultOf(summaryMarkdown(nameOf(file), report, 'done'));
      },
    }),
    vscode.lm.registerTool('modscope_compare', {
      prepareInvocation: () => ({ invocationMessage: vscode.l10n.t('Comparing modularity') }),
      invoke: async ({ input }) => {
        const files = v.parse(Several, input).paths.map(workspaceCheckpoint);
        const compared = await Promise.all(
          files.map(async (file) => ({ name: nameOf(file), report: await storedReport(app, file) })),
        );
        return resultOf(comparisonMarkdown(compared));
      },
    }),
  );
}

async function storedReport({ analyses }: App, file: string): Promise<Report> {
  const report = await analyses.report(file);
  if (report === null) throw new InputError(nameOf(file), 'is not analyzed', 'Use modscope_analyze first');
  await analyses.refresh(file);
  return report;
}

/** A model may be told anything by what it reads: it gets at checkpoints of the workspace alone. */
function workspaceCheckpoint(given: string): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = isAbsolute(given)
    ? [resolve(given)]
    : folders.map(({ uri }) => resolve(uri.fsPath, given));
  const file = candidates.find((candidate) =>
    vscode.workspace.getWorkspaceFolder(vscode.Uri.file(candidate)),
  );
  if (file === undefined || !isCheckpointName(file))
    throw new InputError(given, 'is no checkpoint of the workspace');
  return file;
}

function resultOf(markdown: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(markdown)]);
}
