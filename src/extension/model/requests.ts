import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AnalysisRequest } from '../../protocol';
import { type Config, findConfig, readConfig } from '../../settings/config';
import { type SettingName, writtenSettings } from '../../settings/table';
import { cacheKey } from '../../store/cache';

/** What a caller wants otherwise than the settings say. */
export type Overrides = Partial<Pick<AnalysisRequest, 'data'> & AnalysisRequest['settings']>;

/** Makes requests to the worker, of checkpoints, the settings and modscope.json. */
export class Requests {
  /**
   * @param cache the folder of all results
   * @param nulls the folder of the null networks that they share
   * @param userSettings for a checkpoint, the value of a setting where the user set it, else undefined
   */
  constructor(
    readonly cache: string,
    readonly nulls: string,
    readonly userSettings: (checkpoint: string) => (name: SettingName) => unknown,
  ) {}

  async request(checkpoint: string, overrides: Overrides = {}): Promise<AnalysisRequest> {
    const path = await findConfig(checkpoint);
    // The worker reads the file for the rest, and says what is wrong with it.
    const config = path === null ? {} : await readConfig(path).catch((): Config => ({}));
    const { data = null, ...settings } = overrides;
    return {
      checkpoint,
      config: path,
      data,
      settings: { ...analysisSettings(this.userSettings(checkpoint), config), ...settings },
      folder: join(this.cache, folderName(checkpoint, overrides)),
      nulls: this.nulls,
    };
  }
}

/**
 * What the user set in VS Code. The project's modscope.json is nearer to the checkpoint, so that what it says is left
 * out here; so are null and the empty list, which mean the default.
 * @param get the value of a setting where the user set it, else undefined
 */
export function analysisSettings(get: (name: SettingName) => unknown, config: Config) {
  return writtenSettings((name) => {
    const value = get(name) ?? undefined;
    const isDefault = Array.isArray(value) && value.length === 0;
    return isDefault || config[name] !== undefined ? undefined : value;
  });
}

/** What was asked for otherwise than the settings say does not take the place of what they say. */
function folderName(checkpoint: string, overrides: Overrides): string {
  const key = cacheKey(checkpoint);
  if (Object.keys(overrides).length === 0) return key;
  return `${key}-${createHash('sha256').update(JSON.stringify(overrides)).digest('hex').slice(0, 16)}`;
}
