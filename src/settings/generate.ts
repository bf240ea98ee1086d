import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { configSchema } from './config';
import { isForms } from './schema-parts';
import {
  type Setting,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
  SETTINGS_FOR_MODELS,
  VSCODE_SETTINGS,
} from './table';

// What the tables of settings come to in files, which scripts/schemas.mjs writes. Nothing that ships imports this.

/** schemas/modscope.schema.json, for editors: draft 07. */
export function configJsonSchema(): object {
  const schema = jsonOf(configSchema);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'modscope.json',
    description:
      'Settings of Modscope for the checkpoints in this folder and below. Paths are relative to this file.',
    ...schema,
    properties: { ...schema.properties, ...settingProperties(SETTING_NAMES) },
  };
}

/** The parts of package.json that settings are in. */
interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: object };
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly inputSchema: { readonly properties: { readonly path?: unknown } };
    }[];
  };
}

/** package.json with the settings as the tables have them: those of VS Code, and what a language model may choose. */
export function withSettings(manifest: Manifest): Manifest {
  const { contributes } = manifest;
  const languageModelTools = contributes.languageModelTools.map((tool) => {
    if (tool.name !== 'modscope_analyze') return tool;
    const { path } = tool.inputSchema.properties;
    return {
      ...tool,
      inputSchema: { ...tool.inputSchema, properties: { path, ...settingProperties(SETTINGS_FOR_MODELS) } },
    };
  });
  const properties = Object.fromEntries(shownSettings().map(({ property }) => property));
  const configuration = { ...contributes.configuration, properties };
  return { ...manifest, contributes: { ...contributes, configuration, languageModelTools } };
}

/** package.nls.json with what VS Code says of the settings, where it said it. */
export function withDescriptions(strings: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(strings);
  const place = entries.findIndex(([key]) => key.startsWith('setting.'));
  const others = entries.filter(([key]) => !key.startsWith('setting.'));
  const descriptions = shownSettings().flatMap((shown) => Object.entries(shown.strings));
  return Object.fromEntries([...others.slice(0, place), ...descriptions, ...others.slice(place)]);
}

function settingProperties(names: readonly SettingName[]): Record<string, object> {
  return Object.fromEntries(
    names.map((name) => {
      const { schema, default: preset, description }: Setting = SETTINGS[name];
      return [name, { ...jsonOf(schema), default: preset ?? undefined, description }];
    }),
  );
}

function shownSettings() {
  const settings = Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
    name,
    { ...setting, description: `${setting.description} \`${name}\` of \`modscope.json\` takes precedence.` },
  ]) satisfies [string, ShownSetting][];
  return [...settings, ...Object.entries<ShownSetting>(VSCODE_SETTINGS)].map(shown);
}

type ShownSetting = Pick<Setting, 'schema' | 'default' | 'description' | 'vscode'>;

/** A setting in package.json, and what it says in package.nls.json. */
function shown(
  [name, { schema, default: preset, description, vscode }]: [string, ShownSetting],
  order: number,
) {
  const key = `setting.${name}`;
  const strings = { [key]: description };
  /** Puts what is said into `strings`; answers where it is. */
  const said = (of: string, text: string): string => {
    strings[`${key}.${of}`] = text;
    return `%${key}.${of}%`;
  };
  const { type, ...json } = jsonOf(schema);
  for (const [of, part] of Object.entries(json.properties ?? {}))
    if (typeof part === 'object') part.description = said(of, part.description ?? '');
  const property = {
    order,
    scope: vscode.scope,
    type: preset === null || preset === undefined ? [type, 'null'] : type,
    ...json,
    ...(vscode.names !== undefined && {
      markdownEnumDescriptions: Object.entries(vscode.names).map(([of, text]) => said(of, text)),
    }),
    default: preset ?? null,
    ...vscode.json,
    markdownDescription: `%${key}%`,
  };
  return { property: [`modscope.${name}`, property] as const, strings };
}

/** What a schema says, in JSON schema; keys that are undefined are left out where it is written. */
function jsonOf(schema: v.GenericSchema): JsonSchema {
  const json = toJsonSchema(schema, {
    ignoreActions: ['check', 'finite', 'transform'], // what of them JSON schema can say, metadata says
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (jsonSchema.required?.length === 0) return { ...jsonSchema, required: undefined };
      if (!isForms(valibotSchema)) return null;
      const forms = valibotSchema.forms.map(jsonOf);
      return forms.length === 1 ? forms[0] : { anyOf: forms };
    },
    overrideAction: ({ valibotAction: { type }, jsonSchema }) =>
      // The largest integer that a double holds is no bound of ours.
      type === 'max_value' && jsonSchema.maximum === Number.MAX_SAFE_INTEGER
        ? { ...jsonSchema, maximum: undefined }
        : null,
  });
  delete json.$schema; // which draft it is, a whole file says
  return json;
}
