import { InputError } from '../error';
import type { AnalysisInput, AnalysisSettings } from './analyze';
import type { Config } from './config';
import type { BackendName } from './config-schema';
import { DEFAULT_NULLS } from './nulls';
import { METHODS, NULL_KINDS, type NullRequest } from './report';

/** All that says how checkpoints are analyzed. */
export interface CompleteSettings extends AnalysisSettings {
  readonly workers: number | undefined;
  readonly backend: BackendName;
}

/** What was set, and the defaults for the rest. */
export function withDefaults(config: Config): CompleteSettings {
  return {
    methods: config.methods ?? METHODS,
    samples: config.samples ?? null,
    seed: config.seed ?? 0,
    solver: config.solver ?? 'best',
    exact: config.exact ?? false,
    probes: config.probes ?? null,
    nulls: nullRequests(config) ?? DEFAULT_NULLS,
    bootstrap: config.bootstrap ?? 0,
    workers: config.workers,
    backend: config.backend ?? 'auto',
  };
}

function nullRequests({ nulls }: Config): NullRequest[] | undefined {
  return (
    nulls &&
    NULL_KINDS.flatMap((kind) => ({ kind, count: nulls[kind] ?? 0 })).filter(({ count }) => count > 0)
  );
}

/** The network as "model" describes it; undefined where it is to be found in the checkpoint. @throws InputError */
export function describedNetwork(model: Config['model']): AnalysisInput['network'] {
  if (typeof model === 'string') {
    throw new InputError(
      model,
      'a network is read from ONNX in a later version',
      'Describe its layers in "model" of modscope.json',
    );
  }
  return model;
}
