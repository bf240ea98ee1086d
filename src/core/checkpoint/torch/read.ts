import { InputError } from '../../base/error';
import { decodeValues, readableItemSize, type Tensor } from '../../tensor/dtype';
import { sizeOf } from '../../tensor/shape';
import { gatherStrided, isRowMajor } from '../../tensor/strides';
import type { TensorRef } from './tensor';

/** Where the bytes of storages are. */
export interface StorageSource {
  readonly bigEndian: boolean;
  /** @throws InputError for bytes outside of the storage or the file */
  read(key: string, start: number, length: number): Promise<Uint8Array>;
}

/** Values that repeat stored ones (stride 0, overlaps) take memory that the file does not vouch for. */
const MOST_REPEATED = 2 ** 24;
/** Bytes read at once; no array of the machine holds more. */
const MOST_BYTES = 2 ** 32;

/**
 * A tensor's values, row-major, from the part of its storage that it touches.
 * @throws InputError for types that cannot be read, and tensors too large for memory
 */
export async function readTensor(
  path: string,
  name: string,
  tensor: TensorRef,
  source: StorageSource,
): Promise<Tensor> {
  const { shape, stride, span } = tensor;
  const { dtype } = tensor.type;
  const itemSize = readableItemSize(path, name, dtype);
  const values = sizeOf(shape);
  const where = JSON.stringify(name);
  if (values > span && values > MOST_REPEATED)
    throw new InputError(
      path,
      `${where} expands ${span} stored values to ${values}, more than ${MOST_REPEATED}`,
    );
  if (span * itemSize > MOST_BYTES)
    throw new InputError(path, `${where} has ${span * itemSize} bytes, more than can be read at once`);
  const bytes =
    span === 0
      ? new Uint8Array()
      : await source.read(tensor.storage.key, tensor.offset * itemSize, span * itemSize);
  const stored = decodeValues(dtype, bytes, source);
  const data = isRowMajor(shape, stride) ? stored : gatherStrided(stored, shape, stride);
  return { shape, data: tensor.negated ? negate(data) : data };
}

/**
 * `count` values from the row-major index `first` on; undefined where they do not lie side by side.
 * @throws InputError for types that cannot be read
 */
export async function readTensorPart(
  path: string,
  name: string,
  tensor: TensorRef,
  source: StorageSource,
  first: number,
  count: number,
): Promise<Tensor['data'] | undefined> {
  const { dtype } = tensor.type;
  const itemSize = readableItemSize(path, name, dtype);
  if (!isRowMajor(tensor.shape, tensor.stride)) return undefined;
  const bytes = await source.read(tensor.storage.key, (tensor.offset + first) * itemSize, count * itemSize);
  const data = decodeValues(dtype, bytes, source);
  return tensor.negated ? negate(data) : data;
}

/** In place: the values are our own, read a moment ago. */
function negate(data: Tensor['data']): Tensor['data'] {
  for (let i = 0; i < data.length; i++) data[i] = -data[i]!;
  return data;
}
