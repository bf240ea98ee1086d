import { access } from 'node:fs/promises';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { InputError } from '../core/base/error';
import { MEASURES } from '../core/measures';
import type { PlannedStudy, StudyMethods, StudyNotice, StudySummary } from '../protocol';
import type { Handlers, Server } from '../rpc';
import type { App, StudyWindows } from './app';
import { isBusy } from './model/entry';
import type { Study } from './model/study';
import { PICTURE_AT_MOST, savePicture } from './save-picture';
import { loadPage, type Schemas, servePage } from './webview';
import { nameOf, studyName, withShortPaths } from './wording';
import { palette } from './workspace/settings';
import { studySource } from './workspace/workspace-studies';

const VIEW_TYPE = 'modscope.study';

/** The extension without the pages of studies. */
type Parts = Omit<App, 'studyPages' | 'comparisons'>;

interface Page {
  readonly panel: vscode.WebviewPanel;
  readonly server: Server<StudyNotice>;
  /** Tells the page of changes, not too often. */
  readonly changed: () => void;
}

/** Milliseconds: while checkpoints finish, a page gets new data about once a second. */
const DATA_INTERVAL = 1000;
/** And tells of the progress of the one that is under way a few times. */
const PROGRESS_INTERVAL = 250;

/** The pages of studies, one for each that is open. */
export class StudyPages implements StudyWindows, vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #pages = new Map<string, Page>();
  readonly #disposables: vscode.Disposable;

  constructor(readonly app: Parts) {
    const { studies, analyses } = app;
    let told = 0;
    this.#disposables = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
      studies.changed.on((id) => this.#pages.get(id)?.changed()),
      studies.listed.on(() => {
        for (const [id, { panel }] of this.#pages) if (studies.get(id) === undefined) panel.dispose();
      }),
      analyses.progress.on(({ path, event }) => {
        if (event.type !== 'progress' || Date.now() - told < PROGRESS_INTERVAL) return;
        told = Date.now();
        for (const [id, { server }] of this.#pages)
          if (studies.get(id)?.paths.has(path) === true)
            server.notify({ type: 'progress', name: nameOf(path), event });
      }),
    );
  }

  get inFront(): string | null {
    for (const [id, { panel }] of this.#pages) if (panel.active) return id;
    return null;
  }

  show(id: string): void {
    const open = this.#pages.get(id);
    const study = this.app.studies.get(id);
    if (open !== undefined) open.panel.reveal();
    else if (study !== undefined)
      this.#adopt(
        study,
        vscode.window.createWebviewPanel(VIEW_TYPE, studyName(study), vscode.ViewColumn.Active),
      );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = v.safeParse(v.object({ study: v.string() }), state);
    const study = kept.success ? this.app.studies.get(kept.output.study) : undefined;
    if (study === undefined) panel.dispose();
    else {
      this.#pages.get(study.id)?.panel.dispose();
      this.#adopt(study, panel);
    }
    return Promise.resolve();
  }

  dispose(): void {
    for (const { panel } of this.#pages.values()) panel.dispose();
    this.#disposables.dispose();
  }

  #adopt(study: Study, panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.app.extension;
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `tab-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const { id } = study;
    const server = servePage<StudyMethods, StudyNotice>(panel.webview, studySchemas, handlers(this.app, id));
    const changed = throttled(() => {
      server.notify({ type: 'changed' });
    }, DATA_INTERVAL);
    const page = { panel, server, changed: changed.call };
    this.#pages.set(id, page);
    const following = study.kind === 'folder' ? this.#follow(study) : null;
    panel.onDidDispose(() => {
      following?.dispose();
      changed.cancel();
      server.close();
      if (this.#pages.get(id) === page) this.#pages.delete(id);
    });
    loadPage(panel.webview, extensionUri, 'study', studyName(study));
    void this.app.studies.open(id);
  }

  /** Looks at a study of the command line again when its files change: it may be running, here or on a cluster. */
  #follow({ id, folders: [folder = ''] }: Study): vscode.Disposable {
    const files = new vscode.RelativePattern(vscode.Uri.file(folder), '{manifest.json,entries/*,failures/*}');
    const watcher = vscode.workspace.createFileSystemWatcher(files);
    const look = throttled(() => void this.app.studies.refresh(id), LOOK_INTERVAL);
    watcher.onDidCreate(look.call);
    watcher.onDidChange(look.call);
    watcher.onDidDelete(look.call);
    return vscode.Disposable.from(watcher, { dispose: look.cancel });
  }
}

/** Milliseconds between two looks at a study that others are running. */
const LOOK_INTERVAL = 5000;

/** Calls at once, and then again at most so often, with the last call kept for later. */
function throttled(
  call: () => void,
  interval: number,
): { readonly call: () => void; readonly cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let last = 0;
  const run = (): void => {
    timer = undefined;
    last = Date.now();
    call();
  };
  return {
    call: () => {
      timer ??= setTimeout(run, Math.max(0, last + interval - Date.now()));
    },
    cancel: () => {
      clearTimeout(timer);
    },
  };
}

/** What a study's page may ask. It names checkpoints by their paths; others than those of the study are refused. */
function handlers(app: Parts, id: string): Handlers<StudyMethods> {
  const { studies } = app;
  const study = (): Study => {
    const found = studies.get(id);
    if (found === undefined) throw new InputError('study', 'is no more');
    return found;
  };
  const planned = async (): Promise<Study> => {
    await studies.open(id);
    const { plan, problem } = study();
    if (plan === null) throw new InputError(studyName(study()), problem ?? 'could not be planned');
    return study();
  };
  return {
    study: () => summaryOf(study(), studies.isAtWork(id)),
    refresh: async () => {
      await studies.refresh(id);
      return null;
    },
    group: async (grouping) => {
      await studies.group(id, grouping);
      return null;
    },
    overview: async (_, { signal }) =>
      app.host.call('studyOverview', studySource(app, await planned()), { signal }),
    findings: async (wanted, { signal }) =>
      app.host.call('studyFindings', { ...studySource(app, await planned()), ...wanted }, { signal }),
    figure: async (wanted, { signal }) =>
      app.host.call(
        'studyFigure',
        { ...studySource(app, await planned()), ...wanted, palette: palette() },
        { signal },
      ),
    names: async () => {
      const { plan } = await planned();
      return {
        revision: plan?.revision ?? '',
        names: (plan?.checkpoints ?? []).map(({ path }) => nameOf(path)),
      };
    },
    open: async ({ revision, checkpoint }) => {
      const { plan } = study();
      const path = plan?.revision === revision ? plan.checkpoints[checkpoint]?.path : undefined;
      if (path === undefined) throw new InputError(studyName(study()), 'has changed', 'Choose again');
      await openCheckpoint(app, path);
      return null;
    },
    save: async ({ name, svg }) => {
      await savePicture(name, 'svg', svg);
      return null;
    },
    run: async ({ command }) => {
      const node = { kind: 'study', id };
      switch (command) {
        case 'continue':
          void studies.run(id, { again: true });
          break;
        case 'stop':
          await studies.stop(id);
          break;
        case 'writeReport':
          await vscode.commands.executeCommand('modscope.writeStudyReport', node);
          break;
        case 'showLog':
          app.log.show();
      }
      return null;
    },
  };
}

/** Shows a checkpoint in the panel, beside the study; what it lacks, be it only its matrices, is computed. */
async function openCheckpoint({ analyses, panel, log }: Parts, path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) throw new InputError(nameOf(path), 'is not on this machine');
  analyses.invite([path]);
  if (!analyses.has(path)) await analyses.refresh(path);
  if (!isBusy(analyses.get(path)))
    analyses.analyze(path).catch((error: unknown) => {
      log.warn(String(error)); // the panel says why it failed
    });
  panel.show({ result: path, layer: null, method: null }, { preserveFocus: true, beside: true });
}

/** Failures that a page lists. */
const MOST_FAILURES = 200;

function summaryOf(study: Study, isAtWork: boolean): StudySummary {
  const { id, kind, plan, planning, problem, running, counts, results } = study;
  return {
    id,
    name: studyName(study),
    state:
      kind === 'folder'
        ? 'fixed'
        : plan === null && planning
          ? 'planning'
          : isAtWork
            ? running
              ? 'running'
              : 'stopping'
            : counts.done === counts.planned && plan !== null
              ? 'done'
              : 'stopped',
    plan: plan === null ? null : withoutCheckpoints(plan),
    problem: problem === null ? null : withShortPaths(problem),
    ...counts,
    results,
    failures: failuresOf(study),
  };
}

function failuresOf({ plan, failures }: Study): StudySummary['failures'] {
  const listed: StudySummary['failures'][number][] = [];
  for (const [checkpoint, { path }] of (plan?.checkpoints ?? []).entries()) {
    const reason = failures.get(path);
    if (reason === undefined) continue;
    const name = nameOf(path);
    listed.push({ checkpoint, name, reason: withShortPaths(reason).replace(`${name}: `, '') });
    if (listed.length === MOST_FAILURES) break;
  }
  return listed;
}

function withoutCheckpoints({
  revision,
  sentence,
  grouping,
  keys: known,
  leftOut,
}: PlannedStudy): StudySummary['plan'] {
  return { revision, sentence, grouping, keys: known, leftOut };
}

const key = v.pipe(v.string(), v.maxLength(1000));
const keys = v.exactOptional(v.pipe(v.array(key), v.maxLength(1000)));
const share = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));

/** What the page's questions must look like. It shows what comes from files, so it is not trusted. */
const studySchemas: Schemas<StudyMethods> = {
  study: v.null(),
  overview: v.null(),
  findings: v.strictObject({ threshold: share }),
  names: v.null(),
  figure: v.strictObject({
    id,
    options: v.strictObject({
      group: v.picklist(['measure', 'family']),
      x: v.picklist(['auto', 'value', 'log', 'percent']),
      layers: v.picklist(['pooled', 'each']),
      runs: v.picklist(['lines', 'points', 'none']),
      spread: v.picklist(['se', 'bootstrap']),
      threshold: share,
      metric: id,
      run: v.nullable(key),
      measure: v.nullable(v.picklist(MEASURES)),
    }),
  }),
  refresh: v.null(),
  group: v.strictObject({
    by: keys,
    replicate: keys,
    ignore: keys,
    pick: v.picklist(['best', 'last', 'all']),
  }),
  open: v.strictObject({ revision: id, checkpoint: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
  // A name, no path: the user chooses the folder.
  save: v.strictObject({ name: id, svg: v.pipe(v.string(), v.maxLength(PICTURE_AT_MOST)) }),
  run: v.strictObject({ command: v.picklist(['continue', 'stop', 'writeReport', 'showLog']) }),
};
