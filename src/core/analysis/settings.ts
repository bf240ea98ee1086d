import { MEASURES } from '../measures';
import { NULL_KINDS, type NullRequest } from '../report';
import type { AnalysisSettings } from './analyze';
import type { Config } from './config';
import type { BackendName } from './config-schema';
import type { NetworkDescription } from './network';

/** All that says how checkpoints are analyzed. */
export interface CompleteSettings extends AnalysisSettings {
  readonly workers: number | undefined;
  readonly backend: BackendName;
}

/** What was set, and the defaults for the rest. */
export function withDefaults(config: Config): CompleteSettings {
  return {
    methods: config.methods ?? MEASURES,
    samples: config.samples ?? null,
    seed: config.seed ?? 0,
    solver: config.solver ?? 'best',
    exact: config.exact ?? false,
    probes: config.probes ?? null,
    nulls: nullRequests(config) ?? null,
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

/** What "model" and "layers" say of the network. */
export function describedNetwork({ model, layers }: Pick<Config, 'model' | 'layers'>): NetworkDescription {
  return { network: typeof model === 'string' ? { onnx: model } : model, layers };
}
