import { dirname } from 'node:path';
import type { AnalysisInput } from '../core/analysis/analyze';
import { checkConfig, type Config, readConfig } from '../core/analysis/config';
import { type CompleteSettings, describedNetwork, withDefaults } from '../core/analysis/settings';
import type { AnalysisRequest } from '../protocol';

export interface ResolvedRequest {
  readonly input: AnalysisInput;
  readonly settings: CompleteSettings;
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
