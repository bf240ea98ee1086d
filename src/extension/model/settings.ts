import type { Config } from '../../settings/config';
import { type SettingName, writtenSettings } from '../../settings/table';

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
