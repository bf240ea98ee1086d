import { NUMPY_DTYPES } from '../../../file/npy';
import { decodeValues, itemSize } from '../../../tensor/dtype';
import { elementCount, type Shape } from '../../../tensor/shape';
import { gatherStrided, rowMajorStrides } from '../../../tensor/strides';
import {
  type Builder,
  Global,
  type Known,
  type Opaque,
  PickleFault,
  type PickleValue,
  Stateful,
  Stub,
  type Workshop,
} from './value';

// What pickles name and is understood, beside what torch brings: Python's own types, and NumPy's.

/** The values of a list, tuple or set; undefined for what cannot be iterated. */
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

/** What Python itself defines. */
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

type Values = readonly (number | boolean | string)[];

/** Bytes of an array whose values are shown. */
const MAX_SHOWN = 8192;

/** An array of numbers, row-major. */
interface NumpyContents {
  readonly shape: Shape;
  readonly data: Uint8Array | Float32Array | Float64Array;
}

/** numpy.dtype: a kind and a size such as "f8"; its byte order comes as state. */
class NumpyType extends Stateful {
  private bigEndian = false;

  constructor(readonly code: string) {
    super();
  }

  setState(state: PickleValue): void {
    this.bigEndian = Array.isArray(state) && state[1] === '>';
  }

  /**
   * @returns undefined for types that are neither numbers nor text, for many values, and for bytes that are no whole
   * number of them
   */
  decode(bytes: PickleValue | undefined): Values | undefined {
    if (!(bytes instanceof Uint8Array) || bytes.length > MAX_SHOWN) return undefined;
    const dtype = NUMPY_DTYPES.get(this.code);
    if (dtype === undefined) return this.text(bytes);
    if (bytes.length % (itemSize(dtype) ?? 1) !== 0) return undefined;
    const values = Array.from(decodeValues(dtype, bytes, { bigEndian: this.bigEndian }));
    return dtype === 'bool' ? values.map(Boolean) : values;
  }

  /** "U5" is five code points of four bytes, padded with zeros. */
  private text(bytes: Uint8Array): string[] | undefined {
    if (!/^U\d+$/.test(this.code) || bytes.length % 4 !== 0) return undefined;
    const codes = decodeValues('u32', bytes, { bigEndian: this.bigEndian });
    return [String.fromCodePoint(...[...codes].filter((code) => code > 0 && code <= 0x10ffff))];
  }

  /**
   * The values of an array, bytes as they are.
   * @returns undefined for types that are no numbers, and for other bytes than so many values
   */
  numbers(bytes: PickleValue | undefined, count: number): NumpyContents['data'] | undefined {
    const dtype = NUMPY_DTYPES.get(this.code);
    const size = (dtype === undefined ? undefined : itemSize(dtype)) ?? NaN;
    const stored = typeof bytes === 'string' ? bytesOfText(bytes, count * size) : bytes;
    if (dtype === undefined || !(stored instanceof Uint8Array) || stored.length !== count * size)
      return undefined;
    return dtype === 'u8' ? stored : decodeValues(dtype, stored, { bigEndian: this.bigEndian });
  }

  describe(): string {
    return `<numpy.dtype ${this.code}>`;
  }
}

/** The bytes that were taken for text, in whichever of the two ways gives so many. */
function bytesOfText(text: string, length: number): Uint8Array {
  const latin = Buffer.from(text, 'latin1');
  return latin.length === length ? latin : Buffer.from(text, 'utf8');
}

/** numpy.ndarray: shape, type and bytes come as state. */
export class NumpyArray extends Stateful {
  private shape: readonly PickleValue[] = [];
  private type: PickleValue | undefined;
  private bytes: PickleValue | undefined;
  private fortranOrder = false;

  /** @param state version (unless it is very old), shape, type, whether in Fortran order, bytes */
  setState(state: PickleValue): void {
    if (!Array.isArray(state)) return;
    const [shape, type, fortranOrder, bytes] = state.slice(-4);
    this.shape = Array.isArray(shape) ? shape : [];
    this.type = type;
    this.bytes = bytes;
    this.fortranOrder = fortranOrder === true;
  }

  /** All of it. @returns undefined for what is no array of numbers, or has other bytes than its shape says */
  contents(): NumpyContents | undefined {
    const shape = this.shape.filter((size) => typeof size === 'number');
    const count = elementCount(shape);
    if (shape.length !== this.shape.length || count === undefined || !(this.type instanceof NumpyType))
      return undefined;
    const stored = this.type.numbers(this.bytes, count);
    if (stored === undefined || !this.fortranOrder) return stored && { shape, data: stored };
    const strides = rowMajorStrides(shape.toReversed()).reverse();
    const isBytes = stored instanceof Uint8Array;
    return {
      shape,
      data: isBytes ? gatherStrided(stored, shape, strides) : gatherStrided(stored, shape, strides),
    };
  }

  /** The values of a short array of at most one dimension; undefined for others, and for objects. */
  values(): Values | undefined {
    return this.type instanceof NumpyType && this.shape.length <= 1
      ? this.type.decode(this.bytes)
      : undefined;
  }

  describe(): string {
    const type = this.type instanceof NumpyType ? this.type.code : 'object';
    const sizes = this.shape.slice(0, 8).filter((size) => typeof size === 'number');
    return `<numpy.ndarray ${type} [${sizes.join(', ')}]>`;
  }
}

const scalar: Builder = ([type, bytes]) => (type instanceof NumpyType ? type.decode(bytes)?.[0] : undefined);

const dtype: Builder = ([code]) => (typeof code === 'string' ? new NumpyType(code) : undefined);

/** How protocol 5 makes an array: all at once. */
const fromBuffer: Builder = ([bytes = null, type = null, shape = null, order = null]) => {
  const array = new NumpyArray();
  array.setState([shape, type, order === 'F', bytes]);
  return array;
};

/** What NumPy defines. Version 2 moved numpy.core to numpy._core. */
export const NUMPY: Known = new Map<string, Builder>([
  ['numpy.dtype', dtype],
  ['numpy.ndarray', () => new NumpyArray()],
  ...['numpy.core', 'numpy._core'].flatMap((core): [string, Builder][] => [
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.multiarray._reconstruct`, () => new NumpyArray()],
    [`${core}.numeric._frombuffer`, fromBuffer],
  ]),
]);
