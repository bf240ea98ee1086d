import { relative, resolve } from 'node:path';
import { describeCheckpoints } from '../core/study/describe';
import { type GroupOptions, groupRuns, pickCheckpoints } from '../core/study/groups';
import { type Entry, type Manifest, manifestOf, type PickRule } from '../core/study/manifest';
import type { AnalysisInput } from '../core/analysis/input';
import { SETTING_NAMES, type Settings, SETTINGS, type WrittenSettings } from '../settings/table';
import type { StudyFolder } from './study-folder';

/** What a study is to be. Paths lead from where the program runs. */
export interface StudyPlan {
  readonly checkpoints: readonly string[];
  readonly input: Omit<AnalysisInput, 'checkpoint'>;
  readonly settings: Settings;
  readonly options: GroupOptions;
  readonly pick: PickRule;
  /** A CSV file that says more about the checkpoints. */
  readonly table: string | null;
}

/**
 * Writes the manifest of a study, whatever it was planned for before: results that still hold are found again. Nothing is
 * computed.
 * @throws InputError
 */
export function planStudy(folder: StudyFolder, plan: StudyPlan): Promise<Manifest> {
  return writePlan(folder, plan, { root: '.', pathOf: (path) => path, config: writtenConfig(plan) });
}

/** What a study of analyses is to be: the settings of each are found where it lies. Paths are absolute. */
export interface AnalysesPlan extends Pick<StudyPlan, 'checkpoints' | 'options' | 'pick' | 'table'> {
  /** The folder that the manifest's paths begin from. */
  readonly root: string;
}

/** The same for a study whose results are those of analyses, in their cache. @throws InputError */
export function planAnalyses(folder: StudyFolder, plan: AnalysesPlan): Promise<Manifest> {
  const { root } = plan;
  return writePlan(folder, plan, { root, pathOf: (path) => relative(root, path), config: {} });
}

async function writePlan(
  folder: StudyFolder,
  { checkpoints, table, pick, options }: Omit<AnalysesPlan, 'root'>,
  { root, pathOf, config }: { root: string; pathOf: (path: string) => string; config: Manifest['config'] },
): Promise<Manifest> {
  const described = await describeCheckpoints(checkpoints, { ...(table !== null && { table }) });
  const picked = pickCheckpoints(described, pick);
  const manifest = manifestOf({
    base: relative(folder.path, root).replaceAll('\\', '/'),
    config,
    pick,
    options,
    table,
    grouping: groupRuns(picked, options),
    leftOut: described.length - picked.length,
    checkpoints: picked.map((one) => ({ ...one, path: pathOf(one.path) })),
  });
  await folder.writeManifest(manifest);
  return manifest;
}

/** Groups the checkpoints of a study anew, and changes nothing else. @throws InputError */
export async function regroupStudy(folder: StudyFolder, options: GroupOptions): Promise<Manifest> {
  const manifest = await folder.readManifest();
  const regrouped = manifestOf({ ...manifest, options, grouping: groupRuns(manifest.checkpoints, options) });
  await folder.writeManifest(regrouped);
  return regrouped;
}

/** Where the checkpoint of an entry is: absolute. */
export function checkpointPath(folder: StudyFolder, { base }: Manifest, { path }: Entry): string {
  return resolve(folder.path, base, path);
}

/** As modscope.json would say it, which is how it is checked when it is read back. */
function writtenConfig({ input, settings }: StudyPlan): Record<string, unknown> {
  const { data, dataOptions, network, layers } = input;
  const written = { ...data, ...dataOptions, open: undefined };
  return {
    ...(Object.values(written).some((value) => value !== undefined) && { data: written }),
    ...(network !== undefined && { model: 'graph' in network ? network.graph : network }),
    ...(layers !== undefined && { layers }),
    ...writtenValues(settings),
  };
}

/** Those that change a result, as far as they are set. */
function writtenValues(settings: Settings): WrittenSettings {
  const entries = SETTING_NAMES.filter((name) => SETTINGS[name].changesResult).flatMap((name) => {
    const value = name === 'nulls' ? writtenNulls(settings.nulls) : settings[name];
    return value === null || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries); // fromEntries forgets which value is whose
}

function writtenNulls(nulls: Settings['nulls']): Record<string, number> | null {
  return nulls && Object.fromEntries(nulls.map(({ kind, count }) => [kind, count]));
}
