import { contentHash } from '../core/base/content-hash';
import { listed, printable, readable } from '../core/base/text';
import type { Scalar } from '../core/study/describe';
import type { Manifest } from '../core/study/manifest';
import type { PlannedStudy, StudyKey, StudyPlanRequest } from '../protocol';
import { studyStatus } from '../store/study-collect';
import { StudyFolder } from '../store/study-folder';
import { checkpointPath, planAnalyses, regroupStudy } from '../store/study-plan';

// What the host tells of a study: how it was planned, and what it has come to.

/** Plans a study of this workspace, whose results are those of its analyses. @throws InputError */
export async function planStudy({
  folder: path,
  root,
  checkpoints,
  grouping: { pick, ...options },
}: StudyPlanRequest): Promise<PlannedStudy> {
  const folder = new StudyFolder(path);
  if (checkpoints === null) await regroupStudy(folder, options);
  else await planAnalyses(folder, { root, checkpoints, options, pick, table: null });
  return readStudy(path);
}

/** The study in a folder. @throws InputError where there is none */
export async function readStudy(path: string): Promise<PlannedStudy> {
  const folder = new StudyFolder(path);
  const { manifest, states } = await studyStatus(folder);
  const { grouping, options, pick, leftOut } = manifest;
  return {
    revision: revisionOf(manifest),
    sentence: grouping.sentence,
    grouping: { ...options, pick },
    keys: keysOf(manifest),
    leftOut,
    checkpoints: manifest.checkpoints.map((entry, index) => ({
      id: entry.id,
      path: checkpointPath(folder, manifest, entry),
      done: states[index]?.done ?? false,
      failure: states[index]?.failure ?? null,
    })),
  };
}

/** What a plan is told from another by. */
export function revisionOf(manifest: Manifest): string {
  return contentHash(manifest);
}

/** Every hyper-parameter of the runs, and what it was taken for: factors first. */
function keysOf({ grouping, checkpoints }: Manifest): StudyKey[] {
  const valuesOf = (key: string): string =>
    shownValues(checkpoints.map(({ hyperParameters }) => hyperParameters[key]?.value ?? null));
  const key = (role: StudyKey['role']) => (name: string) => ({ key: name, role, values: valuesOf(name) });
  return [
    ...grouping.factors.map((factor) => factor.key).map(key('factor')),
    ...grouping.replicates.map(key('replicate')),
    ...grouping.ignored.map(key('ignored')),
    ...Object.keys(grouping.constants).map(key('constant')),
  ];
}

/** Values that are shown of a key. */
const MOST_SHOWN = 6;

function shownValues(values: readonly Scalar[]): string {
  const distinct = [...new Set(values)].filter((value) => value !== null);
  const texts = distinct.map((value) =>
    typeof value === 'number' ? readable(value) : printable(String(value), 40),
  );
  return listed(texts, MOST_SHOWN);
}
