import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app';
import { Studies } from '../model/studies';
import type { StudySource } from '../../protocol';
import type { Study, StudyRecord } from '../model/study';
import { checkpointsIn } from './checkpoints';

/** The studies of the workspace: their plans come from the analysis host, their records are kept between windows. */
export function workspaceStudies({
  extension,
  host,
  analyses,
  checkpoints,
}: Pick<App, 'extension' | 'host' | 'analyses' | 'checkpoints'>): Studies {
  return new Studies({
    analyses,
    find: async (folders) => {
      await checkpoints.listed(); // so that the states of most are known
      return checkpointsIn(folders);
    },
    plan: (study, found) => {
      const folder = studyFolder(extension, study);
      return study.kind === 'folder'
        ? host.call('readStudy', { folder })
        : host.call('planStudy', {
            folder,
            root: rootOf(study),
            checkpoints: found,
            grouping: study.grouping,
          });
    },
    keepFailure: async (study, entry, checkpoint, reason) => {
      // Not before something fails: its schemas would be loaded when the extension starts.
      const { StudyFolder } = await import('../../store/study-folder');
      const folder = new StudyFolder(studyFolder(extension, study));
      if (reason === null) await folder.removeFailure(entry);
      else await folder.writeFailure(entry, { checkpoint, reason, stack: null });
    },
    memory: {
      get: () => extension.workspaceState.get(MEMORY),
      set: (records) => void extension.workspaceState.update(MEMORY, records),
    },
  });
}

const MEMORY = 'studies';

/** Where the manifest of a study is: beside the results, or where the command line made it. */
export function studyFolder(
  { storageUri, globalStorageUri }: vscode.ExtensionContext,
  { id, kind, folders: [first = ''] }: StudyRecord,
): string {
  return kind === 'folder'
    ? first
    : vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'studies', id).fsPath;
}

/** The folder that the paths of a study are shown from. */
function rootOf({ folders: [first = ''] }: StudyRecord): string {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(first))?.uri.fsPath ?? dirname(first);
}

/** A study as the analysis host finds it: its plan must be known. */
export function studySource(
  { extension, requests }: Pick<App, 'extension' | 'requests'>,
  study: Study,
): StudySource {
  const folder = studyFolder(extension, study);
  const { kind, plan, done, results: mark } = study;
  const { revision = '', checkpoints = [] } = plan ?? {};
  if (kind === 'folder') return { folder, revision, mark, results: null };
  const numbers = Uint32Array.from(checkpoints, ({ path }) => done.get(path) ?? 0);
  return { folder, revision, mark, results: { cache: requests.cache, nulls: requests.nulls, numbers } };
}
