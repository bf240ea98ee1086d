/** The command line itself is wrong (exit code 2). */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A whole number of at least `least`, or undefined where the flag was not given. */
export function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${flag} must be a whole number of at least ${least}, not "${text}"`);
  }
  return value;
}

/** A number above zero, or undefined where the flag was not given. */
export function positiveNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value > 0 && value < Infinity))
    throw new UsageError(`--${flag} must be a number above 0, not "${text}"`);
  return value;
}

/** One of the names, or undefined where the flag was not given. */
export function choice<T extends string>(
  flag: string,
  text: string | undefined,
  names: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const name = names.find((known) => known === text);
  if (name === undefined) throw new UsageError(`--${flag} must be one of ${names.join(', ')}, not "${text}"`);
  return name;
}

/** Names separated by commas, each one of those known. */
export function choices<T extends string>(
  flag: string,
  text: string | undefined,
  names: readonly T[],
): T[] | undefined {
  return text?.split(',').flatMap((name) => choice(flag, name.trim(), names) ?? []);
}
