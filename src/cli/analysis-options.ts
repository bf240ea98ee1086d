import { dirname } from 'node:path';
import type { AnalysisInput } from '../core/analysis/analyze';
import { type Config, findConfig, readConfig } from '../core/analysis/config';
import { BACKENDS } from '../core/analysis/config-schema';
import { DEFAULT_COUNT } from '../core/analysis/nulls';
import type { NetworkDescription } from '../core/analysis/network';
import { type CompleteSettings, describedNetwork, withDefaults } from '../core/analysis/settings';
import { MEASURES } from '../core/measures';
import { NULL_KINDS, type NullRequest, SOLVERS } from '../core/report';
import { choice, choices, type Parsed, UsageError, wholeNumber } from './arguments';

/** The flags that `analyze` and `study` share. */
export const ANALYSIS_FLAGS = {
  config: { type: 'string' },
  model: { type: 'string' },
  layers: { type: 'string' },
  data: { type: 'string' },
  images: { type: 'string' },
  labels: { type: 'string' },
  samples: { type: 'string' },
  methods: { type: 'string' },
  exact: { type: 'boolean' },
  probes: { type: 'string' },
  solver: { type: 'string' },
  nulls: { type: 'string' },
  bootstrap: { type: 'string' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  backend: { type: 'string' },
  matrices: { type: 'boolean' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Flags = Parsed<typeof ANALYSIS_FLAGS>['values'];

/** How checkpoints are to be analyzed: the flags first, then modscope.json, then the defaults. */
export interface AnalysisOptions extends CompleteSettings {
  readonly input: Omit<AnalysisInput, 'checkpoint'>;
  readonly matrices: boolean;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** @param start the checkpoint near which modscope.json is looked for where --config does not name one */
export async function analysisOptions(flags: Flags, start: string): Promise<AnalysisOptions> {
  const path = flags.config ?? (await findConfig(start));
  const config: Config = path === null ? {} : await readConfig(path);
  const set = withDefaults(config);
  return {
    input: {
      data: namedData(flags) ?? config.data?.named ?? undefined,
      dataOptions: config.data?.options,
      ...(await describedBy(flags, config)),
    },
    methods: choices('methods', flags.methods, MEASURES) ?? set.methods,
    samples: wholeNumber('samples', flags.samples, 1) ?? set.samples,
    seed: wholeNumber('seed', flags.seed, 0) ?? set.seed,
    solver: choice('solver', flags.solver, SOLVERS) ?? set.solver,
    exact: flags.exact ?? set.exact,
    probes: wholeNumber('probes', flags.probes, 2) ?? set.probes,
    nulls: nullRequests(flags.nulls) ?? set.nulls,
    bootstrap: wholeNumber('bootstrap', flags.bootstrap, 0) ?? set.bootstrap,
    workers: wholeNumber('workers', flags.workers, 1) ?? set.workers,
    backend: choice('backend', flags.backend, BACKENDS) ?? set.backend,
    matrices: flags.matrices ?? false,
    out: flags.out ?? config.out,
    json: flags.json ?? false,
  };
}

/** "untrained:50,permuted", or "none". */
function nullRequests(text: string | undefined): NullRequest[] | undefined {
  if (text === 'none') return [];
  return text?.split(',').flatMap((item) => {
    const [name, count] = item.trim().split(':');
    const kind = choice('nulls', name, NULL_KINDS);
    return kind === undefined
      ? []
      : { kind, count: wholeNumber(`nulls ${kind}:`, count, 2) ?? DEFAULT_COUNT };
  });
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

/** --model is an ONNX model, or a modscope.json whose "model" counts. */
async function describedBy({ model, layers }: Flags, config: Config): Promise<NetworkDescription> {
  const given = model?.endsWith('.json') === true ? (await readConfig(model)).model : model;
  return describedNetwork({
    ...config,
    ...(given !== undefined && { model: given }),
    ...(layers !== undefined && { layers: layers.split(',').map((name) => name.trim()) }),
  });
}

/** The folder of the program's own files: the worker and the WebAssembly modules lie beside the bundle. */
export const PROGRAM_FOLDER = dirname(__filename);
