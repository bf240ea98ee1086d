import { closestMatch } from 'leven';

/**
 * Text out of a file, made fit to be shown. Control, formatting (such as right-to-left overrides) and unassigned
 * characters, line ends and broken surrogates become U+FFFD. Text longer than `limit` characters loses its middle.
 */
export function printable(text: string, limit = 200): string {
  // Cut first: a hostile name may be megabytes long. The cut may break a surrogate pair; the replacement mends that.
  return shorten(text, limit).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

/** Cuts the middle out of text longer than `limit`: names of layers ("encoder.layers.11.fc1") differ at both ends. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = Math.ceil((limit - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (limit - 1 - head))}`;
}

/** "1 unit", "5 units". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share for reading: "94.1 %". */
export function percent(share: number): string {
  return `${readable(100 * share)} %`;
}

/** A number for reading: `digits` significant digits, no trailing zeros. Digits before the point are never rounded. */
export function readable(value: number, digits = 3): string {
  const whole = Math.ceil(Math.log10(Math.abs(value) + 1));
  return String(Number(value.toPrecision(Math.min(21, Math.max(digits, whole)))));
}

const MAX_QUOTED = 80;

/** A name out of a file, safe in a message: quoted, control characters escaped, very long ones cut. */
export function quote(name: string): string {
  return JSON.stringify(name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name);
}

/** Names in a message: "a, b and 7 more". */
export function listed(names: readonly string[], limit = 6): string {
  const shown = names.slice(0, limit).join(', ');
  return names.length <= limit ? shown : `${shown} and ${names.length - limit} more`;
}

/** The known name that a misspelt one most likely means, whatever its case; null where none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const lowerCase = known.map((candidate) => candidate.toLowerCase());
  // Up to a third of the characters may be wrong, or two in a short name.
  const maxDistance = Math.ceil(Math.max(2, name.length / 3));
  const match = closestMatch(name.toLowerCase(), lowerCase, { maxDistance });
  return match === undefined ? null : known[lowerCase.indexOf(match)]!;
}

/** Python's order of text, by code point. JavaScript's own differs beyond U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  for (let i = 0; ; i++) {
    const [left = -1, right = -1] = [a.codePointAt(i), b.codePointAt(i)];
    if (left !== right) return left - right;
    if (left < 0) return 0;
  }
}
