import { finiteValues, isArray } from '../base/plain-value';
import { Report } from '../report';

/** What of a schema says in which order keys come: an object's entries, inside lists and what may be null or absent. */
interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly wrapped?: Schema;
}

/** What fits in this width stays on one line, and so do numbers, however many. */
const WIDTH = 110;

/**
 * A report as JSON: full precision, keys in the order of the schema, one cluster list a line. The same report
 * gives the same bytes.
 *
 * @throws RangeError when a result is NaN or infinite, which is a mistake in the program. A checkpoint may well hold
 *   such a hyper-parameter; it is written as a string, e.g. "Infinity".
 */
export function reportJson(report: Report): string {
  const { checkpoint } = report;
  const hyperParameters = finiteValues(checkpoint.hyperParameters);
  return `${write({ ...report, checkpoint: { ...checkpoint, hyperParameters } }, Report, '', 'report')}\n`;
}

function write(value: unknown, schema: Schema | undefined, indent: string, path: string): string {
  if (schema?.wrapped !== undefined) return write(value, schema.wrapped, indent, path);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${path} is ${value}`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (isArray(value)) {
    const items = value.map((item, i) => write(item, schema?.item, inner, `${path}[${i}]`));
    const flat = value.every((item) => typeof item === 'number');
    return join('[', items, ']', indent, flat);
  }
  const entries = schema?.entries ?? {};
  const members = sorted(Object.entries(value), Object.keys(entries)).map(
    ([key, item]) => `${JSON.stringify(key)}: ${write(item, entries[key], inner, `${path}.${key}`)}`,
  );
  return join('{', members, '}', indent, false);
}

/** Those keys in that order, then any other as given. */
function sorted(
  entries: readonly (readonly [string, unknown])[],
  keys: readonly string[],
): (readonly [string, unknown])[] {
  const present = entries.filter(([, value]) => value !== undefined);
  const rank = (key: string): number => {
    const index = keys.indexOf(key);
    return index === -1 ? keys.length : index;
  };
  return present.sort(([a], [b]) => rank(a) - rank(b));
}

function join(open: string, items: readonly string[], close: string, indent: string, flat: boolean): string {
  if (items.length === 0) return open + close;
  const width = items.reduce((sum, item) => sum + item.length + 2, indent.length + 4);
  if (flat || (width <= WIDTH && !items.some((item) => item.includes('\n')))) {
    const space = open === '{' ? ' ' : '';
    return open + space + items.join(', ') + space + close;
  }
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`;
}
