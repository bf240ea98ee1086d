import * as v from 'valibot';
import { nearestName } from '../base/text';

// What modscope.json is checked with. Messages follow the key they are about: "data.mean must be …".

export const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'));
export const finite = v.pipe(v.number('must be a number'), v.finite('must be a number'));

export function oneOf<const T extends readonly string[]>(names: T) {
  return v.picklist(names, ({ input }) => {
    const near = typeof input === 'string' ? nearestName(input, names) : null;
    return `must be one of ${names.join(', ')}${near === null ? '' : `; did you mean "${near}"?`}`;
  });
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  const message = `must be an integer, ${range}`;
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}

export function listOf<const S extends v.GenericSchema>(item: S, what: string) {
  return v.pipe(
    v.array(item, `must be a list of ${what}`),
    v.minLength(1, `must name at least one of ${what}`),
  );
}

/** An object of these keys and no others; valibot's own takes lists for objects. */
export function keys<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  return v.pipe(
    v.custom<object>((input) => isObject(input), 'must be an object'),
    v.strictObject(entries, ({ expected, input }) => {
      if (expected !== 'never') return 'is missing';
      const near = nearestName(String(input), known);
      return `is not a setting; ${near === null ? `known are ${known.join(', ')}` : `did you mean "${near}"?`}`;
    }),
  );
}

export function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

const textOrObject = v.pipe(v.string('must be a string or an object'), v.nonEmpty('must not be empty'));

/** Either form of a setting that may be a string; errors are those of the form that was used. */
export function stringOr<const S extends v.GenericSchema>(object: S) {
  return v.lazy((input): S | typeof textOrObject => (isObject(input) ? object : textOrObject));
}
