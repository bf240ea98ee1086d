import { dirname, isAbsolute, join } from 'node:path';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import * as v from 'valibot';
import { InputError } from '../core/base/error';
import type { NamedData } from '../core/dataset/choose';
import type { DatasetOptions } from '../core/dataset/dataset';
import { withFile } from '../core/file/local';
import { CONFIG_NAME, exists, foldersUpward } from '../core/file/folders';
import type { NetworkDescription } from '../core/network/find/find';
import { keys, optional } from './schema-parts';
import { PLACES, SETTINGS } from './table';

/** What modscope.json may hold. */
export const configSchema = keys({
  $schema: optional(v.string('must be a string'), 'Where this schema lies, for editors.'),
  ...entriesOf({ data: PLACES.data, model: PLACES.model, layers: PLACES.layers }),
  ...entriesOf(SETTINGS),
  ...entriesOf({ out: PLACES.out }),
});

function entriesOf<R extends Record<string, { schema: v.GenericSchema; description: string }>>(rows: R) {
  const entries = Object.entries(rows).map(([name, { schema, description }]) => [
    name,
    optional(schema, description),
  ]);
  // fromEntries forgets which schema is whose
  return Object.fromEntries(entries) as { [K in keyof R]: v.ExactOptionalSchema<R[K]['schema'], undefined> };
}

type Stored = v.InferOutput<typeof configSchema>;
type StoredData = Exclude<NonNullable<Stored['data']>, string>;

/** modscope.json, checked; its paths lead from where the program runs, not from the file. */
export type Config = Readonly<Omit<Stored, 'data'>> & { readonly data?: DataConfig };

export interface DataConfig {
  /** null where only options are given: they hold for the data set that is found. */
  readonly named: NamedData | null;
  readonly options: DatasetOptions;
}

/** The modscope.json that holds for a checkpoint or folder: the nearest from there up to the root of its project. */
export async function findConfig(start: string): Promise<string | null> {
  for (const folder of await foldersUpward(start)) {
    const path = join(folder, CONFIG_NAME);
    if (await exists(path)) return path;
  }
  return null;
}

/** Reads a modscope.json: JSON with comments and trailing commas. @throws InputError naming the key at fault */
export async function readConfig(path: string): Promise<Config> {
  // Decoding drops a byte order mark, common on Windows.
  const text = await withFile(path, async (file) => new TextDecoder().decode(await file.read(0, file.size)));
  return checkConfig(parseText(path, text), path, dirname(path));
}

/**
 * What modscope.json may hold, from wherever it came.
 * @param where its name, for messages
 * @param folder the one its paths begin from
 * @throws InputError naming the key at fault
 */
export function checkConfig(value: unknown, where: string, folder: string): Config {
  const result = v.safeParse(configSchema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new InputError(where, `${v.getDotPath(issue) ?? 'it'} ${issue.message}`);
  }
  return fromFolder(folder, result.output);
}

function parseText(path: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return value;
  const line = text.slice(0, error.offset).split('\n').length;
  const column = error.offset - text.lastIndexOf('\n', error.offset - 1);
  const place = `line ${line}, column ${column}`;
  throw new InputError(path, `is not JSON (${place}: ${printParseErrorCode(error.error)})`);
}

function fromFolder(folder: string, stored: Stored): Config {
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const { data, model, out, ...rest } = stored;
  return {
    ...rest,
    ...(data !== undefined && { data: dataConfig(typeof data === 'string' ? { path: data } : data, at) }),
    ...(model !== undefined && { model: typeof model === 'string' ? at(model) : model }),
    ...(out !== undefined && { out: at(out) }),
  };
}

function dataConfig(stored: StoredData, at: (path: string) => string): DataConfig {
  const { path, images, labels, ...options } = stored;
  if (path !== undefined) return { named: { path: at(path) }, options };
  if (images !== undefined && labels !== undefined)
    return { named: { images: at(images), labels: at(labels) }, options };
  return { named: null, options };
}

/** What "model" and "layers" say of the network. */
export function describedNetwork({ model, layers }: Pick<Config, 'model' | 'layers'>): NetworkDescription {
  return { network: typeof model === 'string' ? { graph: model } : model, layers };
}
