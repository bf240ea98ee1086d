/**
 * Text out of files, made fit to be shown: control, formatting (right-to-left overrides and the like) and
 * unassigned characters, line ends and broken surrogates become U+FFFD; what is longer than `limit` loses its middle.
 */
export function printable(text: string, limit = 200): string {
  // Cut first: a hostile name may be megabytes long. Code units will do, a broken pair is replaced below.
  return shorten(text, limit).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

/** Keeps both ends: what tells layers apart ("encoder.layers.11.fc1") is as often at the end as at the start. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = Math.ceil((limit - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (limit - 1 - head))}`;
}

/** "1 unit", "5 units". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A number for reading: `digits` significant digits, without trailing zeros, thousands apart, tiny ones as powers. */
export function readable(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(digits - 1);
  return value.toLocaleString('en-US', {
    maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size + 1))),
  });
}
