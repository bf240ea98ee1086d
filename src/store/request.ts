import { dirname } from 'node:path';
import type { AnalysisInput } from '../core/analysis/input';
import type { AnalysisRequest } from '../protocol';
import { checkConfig, type Config, describedNetwork, readConfig } from '../settings/config';
import { type Settings, withDefaults } from '../settings/table';

// Apart from the cache because whoever runs an analysis and whoever asks whether its result still holds must understand a
// request alike.

/** A request with all that its settings and modscope.json come to. */
export interface ResolvedRequest {
  readonly input: AnalysisInput;
  readonly settings: Settings;
}

/** What a request comes to: its own settings first, then modscope.json, then the defaults. @throws InputError */
export async function resolveRequest({
  checkpoint,
  config,
  data,
  settings,
}: AnalysisRequest): Promise<ResolvedRequest> {
  const stored: Config = config === null ? {} : await readConfig(config);
  // They have the names and bounds of those of modscope.json.
  const requested = checkConfig(settings, 'the settings of Modscope', dirname(checkpoint));
  return {
    input: {
      checkpoint,
      data: data === null ? (stored.data?.named ?? undefined) : { path: data },
      dataOptions: stored.data?.options,
      ...describedNetwork(stored),
    },
    settings: withDefaults({ ...stored, ...requested }),
  };
}
