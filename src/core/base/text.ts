import { closestMatch } from 'leven';

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

/** A number for reading: `digits` significant ones, no trailing zeros, whole ones never rounded to tens. */
export function readable(value: number, digits = 3): string {
  const whole = Math.ceil(Math.log10(Math.abs(value) + 1));
  return String(Number(value.toPrecision(Math.min(21, Math.max(digits, whole)))));
}

const LONGEST_QUOTED = 80;

/** A name out of a file as it can stand in a message: quoted, control characters escaped, cut when it is very long. */
export function quote(name: string): string {
  return JSON.stringify(name.length > LONGEST_QUOTED ? `${name.slice(0, LONGEST_QUOTED)}…` : name);
}

/** Names in a message: "a, b and 7 more". */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

/** The name a misspelt one was likely meant to be, upper and lower case aside; null where none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const lowerCase = known.map((candidate) => candidate.toLowerCase());
  // Up to a third of a name may be wrong, of a short one two characters.
  const maxDistance = Math.ceil(Math.max(2, name.length / 3));
  const match = closestMatch(name.toLowerCase(), lowerCase, { maxDistance });
  return match === undefined ? null : known[lowerCase.indexOf(match)]!;
}
