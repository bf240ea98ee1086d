import { relative } from 'node:path';
import { describeCheckpoints } from '../core/study/describe';
import { type GroupOptions, groupRuns, pickCheckpoints } from '../core/study/groups';
import { type Manifest, manifestOf, type PickRule } from '../core/study/manifest';
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
export async function planStudy(folder: StudyFolder, plan: StudyPlan): Promise<Manifest> {
  const described = await describeCheckpoints(plan.checkpoints, {
    ...(plan.table !== null && { table: plan.table }),
  });
  const picked = pickCheckpoints(described, plan.pick);
  const manifest = manifestOf({
    base: relative(folder.path, '.').replaceAll('\\', '/'),
    config: writtenConfig(plan),
    pick: plan.pick,
    options: plan.options,
    table: plan.table,
    grouping: groupRuns(picked, plan.options),
    leftOut: described.length - picked.length,
    checkpoints: picked,
  });
  await folder.writeManifest(manifest);
  return manifest;
}

/** As modscope.json would say it, which is how it is checked when it is read back. */
function writtenConfig({ input, settings }: StudyPlan): Record<string, unknown> {
  const { data, dataOptions, network, layers } = input;
  const written = { ...data, ...dataOptions, open: undefined };
  return {
    ...(Object.values(written).some((value) => value !== undefined) && { data: written }),
    ...(network !== undefined && { model: 'onnx' in network ? network.onnx : network }),
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
