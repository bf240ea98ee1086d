import type { AnalysisInput } from '../core/analysis/input';
import type { NetworkDescription } from '../core/network/find/find';
import { type Config, describedNetwork, findConfig, readConfig } from '../settings/config';
import { UsageError } from '../settings/flags';
import {
  type Flag,
  PLACES,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  SETTINGS,
  withDefaults,
} from '../settings/table';
import type { Parsed } from './arguments';
import { type CommandHelp, flagsHelp, parseable } from './help';

/** The flags that `analyze` and `study` share, in the order of --help. */
const FLAGS = {
  data: PLACES.data.flag,
  images: { form: 'F', help: 'or its inputs, where its two files are to be named one by one' },
  labels: { form: 'F', help: 'and its labels' },
  ...settingFlags(),
  config: { form: 'FILE', help: 'settings (default: the nearest modscope.json)' },
  model: PLACES.model.flag,
  layers: PLACES.layers.flag,
  out: PLACES.out.flag,
} as const satisfies Record<string, Flag>;

/** Those of `analyze` alone. */
const OWN_FLAGS = {
  matrices: { form: '', help: 'write the association matrices as .npy too' },
  json: { form: '', help: 'print the report alone on standard output' },
} as const satisfies Record<string, Flag>;

function settingFlags() {
  const entries = SETTING_NAMES.map((name) => [name, SETTINGS[name].flag] as const);
  // fromEntries forgets which flag is whose
  return Object.fromEntries(entries) as { readonly [K in SettingName]: (typeof SETTINGS)[K]['flag'] };
}

/** As parseArgs takes those that are shared. */
export const ANALYSIS_FLAGS = parseable(FLAGS);

/** As parseArgs takes those of `analyze`. */
export const ANALYZE_FLAGS = { ...ANALYSIS_FLAGS, ...parseable(OWN_FLAGS) } as const;

/** Their parts of --help. */
export const ANALYZE_HELP = flagsHelp(OWN_FLAGS);
export const ANALYSIS_HELP = flagsHelp(FLAGS);

/** modscope analyze --help */
export const analyzeHelp: CommandHelp = {
  form: 'analyze CKPT... [options]',
  about: 'The measures, clusters and their agreement of each checkpoint, as a report in a folder.',
  flags: [OWN_FLAGS, FLAGS],
};

/** The options of `study` that it shares with `analyze`. */
export const SHARED_FLAGS = FLAGS;

type Flags = Parsed<typeof ANALYZE_FLAGS>['values'];

/** How checkpoints are to be analyzed: the flags first, then modscope.json, then the defaults. */
export interface AnalysisOptions {
  readonly input: Omit<AnalysisInput, 'checkpoint'>;
  readonly settings: Settings;
  readonly matrices: boolean;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** @param start the checkpoint near which modscope.json is looked for where --config does not name one */
export async function analysisOptions(flags: Flags, start: string): Promise<AnalysisOptions> {
  const path = flags.config ?? (await findConfig(start));
  const config: Config = path === null ? {} : await readConfig(path);
  return {
    input: {
      data: namedData(flags) ?? config.data?.named ?? undefined,
      dataOptions: config.data?.options,
      ...(await describedBy(flags, config)),
    },
    settings: withDefaults({ ...config, ...settingsOf(flags) }),
    matrices: flags.matrices ?? false,
    out: flags.out ?? config.out,
    json: flags.json ?? false,
  };
}

/** @throws UsageError */
function settingsOf(flags: Flags): Partial<Settings> {
  const entries = SETTING_NAMES.flatMap((name) => {
    const given = flags[name];
    if (given === undefined) return [];
    return [[name, typeof given === 'string' ? SETTINGS[name].parse?.(name, given) : given]];
  });
  return Object.fromEntries(entries) as Partial<Settings>; // fromEntries forgets which value is whose
}

function namedData({ data, images, labels }: Flags): AnalysisInput['data'] {
  if (data !== undefined && (images ?? labels) !== undefined) {
    throw new UsageError('give either --data, or --images and --labels');
  }
  if (data !== undefined) return { path: data };
  if (images !== undefined && labels !== undefined) return { images, labels };
  if ((images ?? labels) !== undefined) throw new UsageError('--images and --labels go together');
  return undefined;
}

/** --model is a file that holds the graph, or a modscope.json whose "model" counts. */
async function describedBy({ model, layers }: Flags, config: Config): Promise<NetworkDescription> {
  const given = model?.endsWith('.json') === true ? (await readConfig(model)).model : model;
  return describedNetwork({
    ...config,
    ...(given !== undefined && { model: given }),
    ...(layers !== undefined && { layers: layers.split(',').map((name) => name.trim()) }),
  });
}
