import {
  type Builder,
  Global,
  type Known,
  type Opaque,
  PickleFault,
  type PickleValue,
  Stub,
  type Workshop,
} from './value';

/** Values of any iterable that a pickle can hold. */
function iterated(value: PickleValue | undefined, workshop: Workshop): PickleValue[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) && !(value instanceof Set)) return undefined;
  workshop.spend(Array.isArray(value) ? value.length : value.size);
  return [...value];
}

const list: Builder = ([items], workshop) => iterated(items, workshop);

const set: Builder = ([items], workshop) => {
  const values = iterated(items, workshop);
  return values && new Set(values);
};

/** From nothing, pairs, or another dictionary. */
const dictionary: Builder = ([source], workshop) => {
  if (source instanceof Map) {
    workshop.spend(source.size);
    return new Map(source);
  }
  const pairs = iterated(source, workshop);
  const map = new Map<PickleValue, PickleValue>();
  for (const pair of pairs ?? []) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new PickleFault('a dictionary is made of what is no pair');
    map.set(pair[0]!, pair[1]!);
  }
  return pairs && map;
};

/** Its first argument makes the values that are missing. */
const defaultDictionary: Builder = ([, source], workshop) =>
  dictionary(source === undefined ? [] : [source], workshop);

/** Protocol 2 has no bytes: they come as the text with those code points. */
const encode: Builder = ([value, encoding], workshop) => {
  if (typeof value !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  workshop.spend(Math.ceil(value.length / 64));
  return Buffer.from(value, 'latin1');
};

/** bytes and bytearray: of nothing, of bytes, of text in Latin-1. */
const bytes: Builder = ([source, encoding], workshop) => {
  if (source === undefined) return new Uint8Array();
  return source instanceof Uint8Array ? source : encode([source, encoding ?? null], workshop);
};

/** How protocols 0 and 1 make an object: its class, a base, and what the base is made of. */
const reconstruct: Builder = ([callee, base, content], workshop) => {
  if (!(callee instanceof Global) || !(base instanceof Global)) return undefined;
  const object = new Stub(callee.name, []);
  if (base.name === 'builtins.dict' && content instanceof Map) object.entries = content;
  else if (base.name === 'builtins.list') object.items = iterated(content, workshop);
  return object;
};

const complex: Builder = ([real, imaginary]) =>
  typeof real === 'number' && typeof imaginary === 'number'
    ? `${real}${imaginary < 0 ? '' : '+'}${imaginary}j`
    : undefined;

/** Types that are only named, as the default of a defaultdict. Python 3 writes int as long in protocol 2. */
const NAMED = ['int', 'long', 'float', 'str', 'bool'].map((name) => new Global(`builtins.${name}`));

/** Of Python itself. */
export const STANDARD: Known = new Map<string, Builder | Opaque>([
  ...NAMED.map((type): [string, Opaque] => [type.name, type]),
  ['collections.OrderedDict', dictionary],
  ['collections.Counter', dictionary],
  ['collections.defaultdict', defaultDictionary],
  ['collections.deque', list],
  ['builtins.dict', dictionary],
  ['builtins.list', list],
  ['builtins.tuple', list],
  ['builtins.set', set],
  ['builtins.frozenset', set],
  ['builtins.bytes', bytes],
  ['builtins.bytearray', bytes],
  ['builtins.complex', complex],
  ['builtins.object', () => new Stub('builtins.object', [])],
  ['builtins.slice', (args) => new Stub('builtins.slice', args)],
  ['_codecs.encode', encode],
  ['copyreg._reconstructor', reconstruct],
  ['argparse.Namespace', (args) => new Stub('argparse.Namespace', args)],
  ['types.SimpleNamespace', (args) => new Stub('types.SimpleNamespace', args)],
]);
