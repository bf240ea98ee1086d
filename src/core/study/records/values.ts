/** A hyper-parameter's or a metric's value; lists and the like are kept as their text. */
export type Scalar = string | number | boolean | null;

/** Values by name, nested ones with dots: "optimizer.lr". A map, so that a key such as __proto__ is one like any other. */
export type Values = ReadonlyMap<string, Scalar>;

/** More than any configuration has; of what goes on, this much is kept. */
const MOST_VALUES = 2000;
const DEEPEST = 16;
const LONGEST_TEXT = 1000;
const LONGEST_KEY = 200;
const MORE = '…';

/**
 * Nested data out of a file by name, flattened. It may contain itself, and share parts without end; depth, number and
 * length are bounded.
 */
export function flatten(value: unknown, prefix = ''): Map<string, Scalar> {
  const values = new Map<string, Scalar>();
  addTo(values, value, prefix, 0);
  return values;
}

function addTo(values: Map<string, Scalar>, value: unknown, key: string, depth: number): void {
  if (values.size >= MOST_VALUES) return;
  if (!isRecord(value)) {
    if (key !== '') values.set(key.slice(0, LONGEST_KEY), scalarOf(value));
    return;
  }
  if (depth >= DEEPEST) return;
  for (const [name, inner] of Object.entries(value)) {
    addTo(values, inner, key === '' ? name : `${key}.${name}`, depth + 1);
  }
}

/** An object with names in it: no list, no bytes. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** A value as it stands; what is none of a scalar's kinds as its text. */
function scalarOf(value: unknown): Scalar {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return shortened(value);
  return shortened(textOf(value, 0, LONGEST_TEXT));
}

/** As JSON would write it, and no more than about `room` characters of it. */
function textOf(value: unknown, depth: number, room: number): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room));
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth >= DEEPEST) return MORE;
  const isList = Array.isArray(value);
  const parts: string[] = [];
  let used = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (used >= room) {
      parts.push(MORE);
      break;
    }
    const text = textOf(inner, depth + 1, room - used);
    const part = isList ? text : `${JSON.stringify(key.slice(0, room))}: ${text}`;
    used += part.length + 2;
    parts.push(part);
  }
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}${MORE}` : text;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['', null],
  ['none', null],
  ['null', null],
  ['true', true],
  ['false', false],
]);

/** What text stands for where a source knows nothing but text: names, MLflow's files, tables. */
export function scalarIn(text: string): Scalar {
  const trimmed = text.trim();
  const word = WORDS.get(trimmed.toLowerCase());
  if (word !== undefined) return word;
  const number = NUMBER.test(trimmed) ? Number(trimmed) : NaN;
  return Number.isFinite(number) ? number : shortened(trimmed.replace(/^(['"])(.*)\1$/s, '$2'));
}

/** The numbers among values. */
export function numbersAmong(values: Values): Map<string, number> {
  return new Map([...values].filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
