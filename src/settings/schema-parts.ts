import * as v from 'valibot';
import { nearestName } from '../core/base/text';

// What modscope.json is checked with. Messages follow the key they are about: "data.mean must be …".

export const nonEmptyText = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'));
export const finite = v.pipe(v.number('must be a number'), v.finite('must be a number'));
export const positive = v.pipe(finite, v.gtValue(0, 'must be larger than 0'));

export function oneOf<const T extends readonly string[]>(names: T) {
  return v.picklist(names, ({ input }) => {
    return `must be one of ${names.join(', ')}${didYouMean(input, names)}`;
  });
}

/** The end of a message: the known name that was likely meant; empty where none is near. */
export function didYouMean(input: unknown, known: readonly string[]): string {
  const near = typeof input === 'string' ? nearestName(input, known) : null;
  return near === null ? '' : `; did you mean "${near}"?`;
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  const message = `must be an integer, ${range}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

export function listOf<const S extends v.GenericSchema>(item: S, what: string) {
  return v.pipe(
    v.array(item, `must be a list of ${what}`),
    v.minLength(1, `must name at least one of ${what}`),
  );
}

/** A key, and what editors say of it. */
export function described<const S extends v.GenericSchema>(schema: S, description: string) {
  return v.pipe(schema, v.description(description));
}

/** A key that may be left out. */
export function optional<const S extends v.GenericSchema>(schema: S, description: string) {
  return v.exactOptional(described(schema, description));
}

/** A value of one of several forms; the JSON schema lists them. */
export interface Forms<S extends v.GenericSchema> extends Omit<v.LazySchema<S>, 'type'> {
  readonly type: 'forms';
  readonly forms: readonly v.GenericSchema[];
}

/** @param formOf the form that an input is meant to have: errors are those of that form alone, as a union's would not be */
export function formed<const S extends v.GenericSchema>(
  forms: readonly v.GenericSchema[],
  formOf: (input: unknown) => S,
): Forms<S> {
  return { ...v.lazy(formOf), type: 'forms', forms };
}

export function isForms(schema: object): schema is Forms<v.GenericSchema> {
  return 'forms' in schema;
}

const noObject = v.custom<never>(() => false, 'must be an object');

/** An object of these keys and no others; valibot's own takes lists for objects. */
export function keys<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  const object = v.strictObject(entries, ({ expected, input }) => {
    if (expected !== 'never') return 'is missing';
    const near = nearestName(String(input), known);
    return `is not a setting; ${near === null ? `known are ${known.join(', ')}` : `did you mean "${near}"?`}`;
  });
  return formed([object], (input) => (isObject(input) ? object : noObject));
}

const textOrObject = v.pipe(v.string('must be a string or an object'), v.nonEmpty('must not be empty'));

export function stringOr<const S extends v.GenericSchema>(object: S) {
  return formed([nonEmptyText, object], (input): S | typeof textOrObject =>
    isObject(input) ? object : textOrObject,
  );
}

export function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
