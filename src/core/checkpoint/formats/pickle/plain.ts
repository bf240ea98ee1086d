import type { PlainRecord, PlainValue } from '../../../base/plain-value';
import { NumpyArray } from './globals';
import { Opaque, type PickleDictionary, type PickleValue, Stub } from './value';

// Limits of what is shown: by sharing, a pickle of a kilobyte can hold 10¹⁰⁰ values.
const MAX_VALUES = 20_000;
const MAX_DEPTH = 32;
const MAX_TEXT = 20_000;
/** Stands for what is beyond them. */
const OMITTED = '<more>';

/**
 * The entries of a dictionary by name, as plain data. What is not data becomes text that says what it is. A key such as
 * __proto__ becomes a property like any other.
 * @param limit values shown in all
 */
export function toPlainRecord(dictionary: PickleDictionary, limit = MAX_VALUES): PlainRecord {
  return new Converter(limit).record(dictionary);
}

class Converter {
  /** The containers being converted. Meeting one of them again is a cycle. */
  readonly #path = new Set<PickleValue>();
  /** Values that may still be shown. */
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  convert(wrapped: PickleValue): PlainValue {
    const value = unwrapped(wrapped) ?? null;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return `<${value.length} bytes>`;
    if (this.#path.has(value)) return '<cycle>';
    if (this.#path.size >= MAX_DEPTH || this.#left <= 0) return OMITTED;
    this.#path.add(value);
    const plain = this.#container(value);
    this.#path.delete(value);
    return plain;
  }

  record(dictionary: PickleDictionary): PlainRecord {
    const pairs: [string, PlainValue][] = [];
    for (const [key, value] of dictionary) {
      if (this.#left-- <= 0) {
        pairs.push(['…', OMITTED]);
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
        list.push(OMITTED);
        break;
      }
      list.push(this.convert(value));
    }
    return list;
  }

  /** A long text counts as several values, because a pickle can repeat it in many places. */
  #text(text: string): string {
    this.#left -= Math.floor(text.length / 64);
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  }
}

/** OmegaConf, which Hydra and Lightning save, wraps values: the attribute to look into. */
const WRAPPERS: readonly (readonly [prefix: string, attribute: string])[] = [
  ['omegaconf.nodes.', '_val'],
  ['omegaconf.dictconfig.DictConfig', '_content'],
  ['omegaconf.listconfig.ListConfig', '_content'],
];

/** The key of a dictionary as a name. */
export function keyName(key: PickleValue): string {
  if (key instanceof Opaque) return key.describe().replace(/^<(.*)>$/s, '$1');
  if (Array.isArray(key)) return `(${key.slice(0, 8).map(wordOf).join(', ')})`;
  return wordOf(key);
}

function wordOf(value: PickleValue): string {
  return typeof value === 'object' && value !== null ? '…' : String(value);
}

/**
 * The dictionary that a value is or stands for: an object that was given keys (AttributeDict), or one with attributes
 * (argparse.Namespace, a dataclass).
 * @returns undefined for anything else, and for a pickled module
 */
export function asDictionary(value: PickleValue | undefined): PickleDictionary | undefined {
  const inner = unwrapped(value);
  if (inner instanceof Map) return inner;
  if (!(inner instanceof Stub)) return undefined;
  if (inner.entries) return inner.entries;
  const attributes = inner.attributes();
  return attributes.size > 0 && !attributes.has('_modules') ? attributes : undefined;
}

/** What a wrapper holds; any other value itself. */
function unwrapped(value: PickleValue | undefined): PickleValue | undefined {
  // Wrappers nest twice at most; a longer chain is a trap.
  for (let i = 0; i < 2; i++) {
    if (!(value instanceof Stub)) return value;
    const { name } = value;
    const wrapper = WRAPPERS.find(([prefix]) => name.startsWith(prefix));
    if (wrapper === undefined) return value;
    value = value.attributes().get(wrapper[1]);
  }
  return value;
}
