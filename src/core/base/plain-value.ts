/** Plain data out of a checkpoint. A value that was not understood is a string such as "<pathlib.PosixPath>". */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** Plain values by name. */
export type PlainRecord = Readonly<Record<string, PlainValue>>;

/** Hyper-parameters as JSON can hold them: those that are not finite as strings. */
export function finiteValues(
  values: Readonly<Record<string, PlainValue>>,
): Readonly<Record<string, PlainValue>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, finite(value)]));
}

function finite(value: PlainValue): PlainValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) return value.map(finite);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, finite(item)]));
}

/** Array.isArray does not narrow readonly arrays. */
export const isArray = (value: object): value is readonly never[] => Array.isArray(value);
