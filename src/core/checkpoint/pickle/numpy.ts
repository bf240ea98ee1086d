import { decodeValues, type DType, itemSize } from '../../tensor/dtype';
import { type Builder, type Known, type PickleValue, Stateful } from './value';

/** NumPy's names of the types whose values can be read. */
const DTYPES: ReadonlyMap<string, DType> = new Map([
  ['f8', 'f64'],
  ['f4', 'f32'],
  ['f2', 'f16'],
  ['i8', 'i64'],
  ['i4', 'i32'],
  ['i2', 'i16'],
  ['i1', 'i8'],
  ['u8', 'u64'],
  ['u4', 'u32'],
  ['u2', 'u16'],
  ['u1', 'u8'],
  ['b1', 'bool'],
]);

type Values = readonly (number | boolean | string)[];

/** Bytes of the longest array whose values are shown. */
const LARGEST = 8192;

/** numpy.dtype: a kind and a size such as "f8"; its byte order comes as state. */
class NumpyType extends Stateful {
  private bigEndian = false;

  constructor(readonly code: string) {
    super();
  }

  setState(state: PickleValue): void {
    this.bigEndian = Array.isArray(state) && state[1] === '>';
  }

  /** @returns undefined for types that are neither numbers nor text, for many values, and for half ones */
  decode(bytes: PickleValue | undefined): Values | undefined {
    if (!(bytes instanceof Uint8Array) || bytes.length > LARGEST) return undefined;
    const dtype = DTYPES.get(this.code);
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

  describe(): string {
    return `<numpy.dtype ${this.code}>`;
  }
}

/** numpy.ndarray: shape, type and bytes come as state. */
export class NumpyArray extends Stateful {
  private shape: readonly PickleValue[] = [];
  private type: PickleValue | undefined;
  private bytes: PickleValue | undefined;

  /** @param state version (unless it is very old), shape, type, whether in Fortran order, bytes */
  setState(state: PickleValue): void {
    if (!Array.isArray(state)) return;
    const [shape, type, , bytes] = state.slice(-4);
    this.shape = Array.isArray(shape) ? shape : [];
    this.type = type;
    this.bytes = bytes;
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

/** Protocol 5's way: all at once. */
const fromBuffer: Builder = ([bytes = null, type = null, shape = null]) => {
  const array = new NumpyArray();
  array.setState([shape, type, false, bytes]);
  return array;
};

/** NumPy 2 moved numpy.core to numpy._core. */
export const NUMPY: Known = new Map<string, Builder>([
  ['numpy.dtype', dtype],
  ['numpy.ndarray', () => new NumpyArray()],
  ...['numpy.core', 'numpy._core'].flatMap((core): [string, Builder][] => [
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.multiarray._reconstruct`, () => new NumpyArray()],
    [`${core}.numeric._frombuffer`, fromBuffer],
  ]),
]);
