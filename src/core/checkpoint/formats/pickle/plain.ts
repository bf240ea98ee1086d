import type { PlainValue } from '../../../base/plain-value';
import { NumpyArray } from './globals';
import { Opaque, type PickleValue, Stub } from './value';

type Dictionary = ReadonlyMap<PickleValue, PickleValue>;
type PlainRecord = Readonly<Record<string, PlainValue>>;

/** Values shown at most, and how deep: a pickle of a kilobyte can hold 10¹⁰⁰ of them by sharing. */
const MOST_VALUES = 20_000;
const DEEPEST = 32;
const MORE = '<more>';
const LONGEST_TEXT = 20_000;

/** OmegaConf, which Hydra and Lightning save, wraps values: the attribute to look into. */
const WRAPPERS: readonly (readonly [prefix: string, attribute: string])[] = [
  ['omegaconf.nodes.', '_val'],
  ['omegaconf.dictconfig.DictConfig', '_content'],
  ['omegaconf.listconfig.ListConfig', '_content'],
];

/** Keys of dictionaries as names. */
export function keyName(key: PickleValue): string {
  if (key instanceof Opaque) return key.describe().replace(/^<(.*)>$/s, '$1');
  if (Array.isArray(key)) return `(${key.slice(0, 8).map(wordOf).join(', ')})`;
  return wordOf(key);
}

function wordOf(value: PickleValue): string {
  return typeof value === 'object' && value !== null ? '…' : String(value);
}

/**
 * What stands for a dictionary: one itself, an object that was given keys (AttributeDict), or an object with
 * attributes (argparse.Namespace, a dataclass). A pickled module is none.
 */
export function asDictionary(value: PickleValue | undefined): Dictionary | undefined {
  const inner = unwrapped(value);
  if (inner instanceof Map) return inner;
  if (!(inner instanceof Stub)) return undefined;
  if (inner.entries) return inner.entries;
  const attributes = inner.attributes();
  return attributes.size > 0 && !attributes.has('_modules') ? attributes : undefined;
}

function unwrapped(value: PickleValue | undefined): PickleValue | undefined {
  // A wrapper in a wrapper is all that there is; a longer chain is a trap.
  for (let i = 0; i < 2; i++) {
    if (!(value instanceof Stub)) return value;
    const { name } = value;
    const wrapper = WRAPPERS.find(([prefix]) => name.startsWith(prefix));
    if (wrapper === undefined) return value;
    value = value.attributes().get(wrapper[1]);
  }
  return value;
}

/**
 * Entries by name, as plain data; what is no data stands as text that says what it is. A key such as __proto__ becomes a property like any other.
 * @param most values shown in all
 */
export function toPlainRecord(dictionary: Dictionary, most = MOST_VALUES): PlainRecord {
  return new Converter(most).record(dictionary);
}

class Converter {
  /** What is being converted: meeting it again is a cycle. */
  readonly #path = new Set<PickleValue>();
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  convert(wrapped: PickleValue): PlainValue {
    const value = unwrapped(wrapped) ?? null;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return `<${value.length} bytes>`;
    if (this.#path.has(value)) return '<cycle>';
    if (this.#path.size >= DEEPEST || this.#left <= 0) return MORE;
    this.#path.add(value);
    const plain = this.#container(value);
    this.#path.delete(value);
    return plain;
  }

  record(dictionary: Dictionary): PlainRecord {
    const pairs: [string, PlainValue][] = [];
    for (const [key, value] of dictionary) {
      if (this.#left-- <= 0) {
        pairs.push(['…', MORE]);
        break;
      }
      pairs.push([this.#text(keyName(key)), this.convert(value)]);
    }
    return Object.fromEntries(pairs);
  }

  #container(value: Opaque | PickleValue[] | Set<PickleValue> | Map<PickleValue, PickleValue>): PlainValue {
    if (value instanceof NumpyArray) {
      const values = value.values();
      return values ? this.#list(values) : value.describe();
    }
    if (!(value instanceof Opaque) && !(value instanceof Map)) return this.#list(value);
    const dictionary = asDictionary(value);
    if (dictionary) return this.record(dictionary);
    if (value instanceof Stub && value.items) return this.#list(value.items);
    return value instanceof Opaque ? value.describe() : {};
  }

  #list(values: Iterable<PickleValue>): PlainValue[] {
    const list: PlainValue[] = [];
    for (const value of values) {
      if (this.#left-- <= 0) {
        list.push(MORE);
        break;
      }
      list.push(this.convert(value));
    }
    return list;
  }

  /** Long texts count for more, as the same one can stand in many places. */
  #text(text: string): string {
    this.#left -= Math.floor(text.length / 64);
    return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  }
}
