import { dirname } from 'node:path';
import type { AnalysisInput, AnalysisSettings } from '../core/analysis/analyze';
import { type Config, findConfig, readConfig } from '../core/analysis/config';
import { BACKENDS, type BackendName } from '../core/analysis/config-schema';
import { DEFAULT_COUNT, DEFAULT_NULLS } from '../core/analysis/nulls';
import { METHODS, NULL_KINDS, type NullRequest, SOLVERS } from '../core/analysis/report';
import { InputError } from '../core/error';
import { choice, choices, type Parsed, UsageError, wholeNumber } from './arguments';

/** The flags that `analyze` and `study` share. */
export const ANALYSIS_FLAGS = {
  config: { type: 'string' },
  model: { type: 'string' },
  data: { type: 'string' },
  images: { type: 'string' },
  labels: { type: 'string' },
  samples: { type: 'string' },
  methods: { type: 'string' },
  exact: { type: 'boolean' },
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
export interface AnalysisOptions extends AnalysisSettings {
  readonly input: Omit<AnalysisInput, 'checkpoint'>;
  readonly workers: number | undefined;
  readonly backend: BackendName;
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
      layers: await layersOf(flags, config),
    },
    methods: choices('methods', flags.methods, METHODS) ?? config.methods ?? METHODS,
    samples: wholeNumber('samples', flags.samples, 1) ?? config.samples ?? null,
    seed: wholeNumber('seed', flags.seed, 0) ?? config.seed ?? 0,
    solver: choice('solver', flags.solver, SOLVERS) ?? config.solver ?? 'best',
    nulls: nullRequests(flags.nulls) ?? fromConfig(config) ?? DEFAULT_NULLS,
    bootstrap: wholeNumber('bootstrap', flags.bootstrap, 0) ?? config.bootstrap ?? 0,
    workers: wholeNumber('workers', flags.workers, 1) ?? config.workers,
    backend: choice('backend', flags.backend, BACKENDS) ?? config.backend ?? 'auto',
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

function fromConfig({ nulls }: Config): NullRequest[] | undefined {
  return (
    nulls &&
    NULL_KINDS.flatMap((kind) => ({ kind, count: nulls[kind] ?? 0 })).filter(({ count }) => count > 0)
  );
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

async function layersOf({ model }: Flags, config: Config): Promise<AnalysisInput['layers']> {
  const given = model?.endsWith('.json') === true ? (await readConfig(model)).model : (model ?? config.model);
  if (typeof given === 'string') {
    throw new InputError(
      given,
      'a network is read from ONNX in a later version',
      'Describe its layers in "model" of modscope.json',
    );
  }
  return given?.layers;
}

/** The folder of the program's own files: the worker and the WebAssembly modules lie beside the bundle. */
export const PROGRAM_FOLDER = dirname(__filename);
