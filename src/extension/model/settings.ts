import type { Config } from '../../core/analysis/config';
import type { AnalysisRequest } from '../../protocol';

type Settings = AnalysisRequest['settings'];

const KEYS = [
  'methods',
  'samples',
  'seed',
  'solver',
  'exact',
  'probes',
  'workers',
  'backend',
] as const satisfies (keyof Settings)[];

/**
 * What the user set in VS Code. The project's modscope.json is nearer to the checkpoint, so that what it says is left
 * out here; so are null and the empty list, which mean the default.
 * @param get the value of a setting where the user set it, else undefined
 */
export function analysisSettings(get: (key: keyof Settings) => unknown, config: Config): Settings {
  const entries = KEYS.flatMap((key) => {
    const value = get(key) ?? undefined;
    const isDefault = value === undefined || (Array.isArray(value) && value.length === 0);
    return isDefault || config[key] !== undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries); // settings.json may hold anything: the worker checks it as it does modscope.json
}
