import { elementCount } from '../tensor/shape';

const ALIGNMENT = 64;

/**
 * A .npy file (version 1.0) of an array: float64, float32 or int32, row-major.
 * @param shape sizes whose product is the length of `data`
 */
export function encodeNpy(
  data: Float64Array | Float32Array | Int32Array,
  shape: readonly number[],
): Uint8Array {
  if (elementCount(shape) !== data.length)
    throw new RangeError(`${data.length} values in the shape (${shape.join(', ')})`);
  const descr = `<${data instanceof Int32Array ? 'i' : 'f'}${data.BYTES_PER_ELEMENT}`;
  // As Python writes a tuple: (3,) has a comma.
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Padded so that the values begin at a multiple of 64, as NumPy does for memory mapping.
  const offset = Math.ceil((10 + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `\x93NUMPY\x01\x00\0\0${dictionary}`.padEnd(offset - 1) + '\n';
  const bytes = new Uint8Array(offset + data.byteLength);
  bytes.set(Buffer.from(header, 'latin1'));
  new DataView(bytes.buffer).setUint16(8, offset - 10, true);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
  return bytes;
}
