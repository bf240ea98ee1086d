import type { DType } from '../../tensor/dtype';
import { elementCount } from '../../tensor/shape';
import { type Hdf5Cursor, Hdf5Fault } from './hdf5-source';

/** A type of values as the file stores them. */
export interface Hdf5Type {
  /** `numbers` have a DType that can be decoded; `text` is of a fixed length; `heap text` stands elsewhere, by its place. */
  readonly kind: 'numbers' | 'text' | 'heap text' | 'other';
  /** The type's name where its values cannot be read. */
  readonly dtype: DType;
  /** Bytes of a value. */
  readonly size: number;
  readonly bigEndian: boolean;
}

/** Classes of types by their number in the file. */
const CLASSES = [
  'integer',
  'float',
  'time',
  'text',
  'bits',
  'opaque',
  'compound',
  'reference',
  'enum',
  'list',
  'array',
];

/** @throws Hdf5Fault for a type that is cut off */
export function parseType(cursor: Hdf5Cursor, depth = 0): Hdf5Type {
  const kind = cursor.u8() & 0xf;
  const bits = cursor.u8();
  cursor.skip(2);
  const size = cursor.u32();
  const bigEndian = (bits & 1) !== 0;
  const other = { kind: 'other', dtype: `hdf5 ${CLASSES[kind] ?? kind}`, size, bigEndian } as const;
  switch (CLASSES[kind]) {
    case 'integer': {
      const dtype = `${(bits & 8) !== 0 ? 'i' : 'u'}${8 * size}`;
      cursor.skip(2);
      const whole = cursor.u16() === 8 * size && [1, 2, 4, 8].includes(size);
      return whole ? { kind: 'numbers', dtype, size, bigEndian } : other;
    }
    case 'float': {
      const dtype = floatType(cursor, size);
      return dtype === null || (bits & 0x40) !== 0 ? other : { kind: 'numbers', dtype, size, bigEndian };
    }
    case 'text':
      return { ...other, kind: 'text' };
    case 'enum': {
      // h5py's booleans are an enum of FALSE and TRUE over a byte.
      const base = depth === 0 ? parseType(cursor, 1) : other;
      const isTruth = base.dtype === 'i8' && /^FALSE\0+TRUE\0/.test(cursor.latin1(Math.min(16, cursor.left)));
      return isTruth ? { ...base, dtype: 'bool' } : other;
    }
    case 'list':
      return (bits & 0xf) === 1 ? { ...other, kind: 'heap text' } : other;
    case 'opaque':
      return { ...other, dtype: `opaque${size}` };
    default:
      return other;
  }
}

/** By the sizes of exponent and mantissa; null for a format that is none of the usual. */
function floatType(cursor: Hdf5Cursor, size: number): DType | null {
  cursor.skip(5);
  const exponent = cursor.u8();
  cursor.skip(1);
  const mantissa = cursor.u8();
  const formats: Readonly<Record<string, DType>> = {
    '8/11/52': 'f64',
    '4/8/23': 'f32',
    '2/5/10': 'f16',
    '2/8/7': 'bf16',
  };
  return formats[`${size}/${exponent}/${mantissa}`] ?? null;
}

const MAX_RANK = 32;

/** The shape of a data set or an attribute; null where it holds nothing at all. @throws Hdf5Fault */
export function parseDataspace(cursor: Hdf5Cursor): number[] | null {
  const [version, rank] = [cursor.u8(), cursor.u8()];
  cursor.skip(1); // whether sizes that it may grow to follow
  if (version !== 1 && version !== 2) throw new Hdf5Fault(`a data space is of version ${version}`);
  if (rank > MAX_RANK) throw new Hdf5Fault(`a data set has ${rank} dimensions`);
  const kind = cursor.u8();
  if (version === 2 && kind === 2) return null;
  if (version === 1) cursor.skip(4);
  const shape = Array.from({ length: rank }, () => cursor.length());
  if (elementCount(shape) === undefined)
    throw new Hdf5Fault(`a data set has the impossible shape [${shape.join(', ')}]`);
  return shape;
}
