import { InputError } from '../../../base/error';
import { decodeValues, type DType, readableItemSize, type Tensor } from '../../../tensor/dtype';
import { elementCount, sizeOf } from '../../../tensor/shape';
import { gatherStrided, isRowMajor } from '../../../tensor/strides';
import { Opaque, PickleFault, type PickleValue } from '../pickle/value';

/** A type of values: a torch dtype such as torch.float32, or the storage class that implies one. */
export class ElementType extends Opaque {
  constructor(
    private readonly label: string,
    readonly dtype: DType,
    /** Bytes per value. */
    readonly size: number,
  ) {
    super();
  }

  describe(): string {
    return this.label;
  }
}

type TypeRow = readonly [dtype: DType, bytes: number, storageClass: string | null, ...torchNames: string[]];

/** The element types of torch. Some can be listed but not read. */
const TYPE_ROWS: readonly TypeRow[] = [
  ['f64', 8, 'Double', 'float64', 'double'],
  ['f32', 4, 'Float', 'float32', 'float'],
  ['f16', 2, 'Half', 'float16', 'half'],
  ['bf16', 2, 'BFloat16', 'bfloat16'],
  ['f8_e4m3', 1, null, 'float8_e4m3fn'],
  ['f8_e5m2', 1, null, 'float8_e5m2'],
  ['f8_e4m3fnuz', 1, null, 'float8_e4m3fnuz'],
  ['f8_e5m2fnuz', 1, null, 'float8_e5m2fnuz'],
  ['f8_e8m0', 1, null, 'float8_e8m0fnu'],
  ['f4_e2m1x2', 1, null, 'float4_e2m1fn_x2'],
  ['i64', 8, 'Long', 'int64', 'long'],
  ['i32', 4, 'Int', 'int32', 'int'],
  ['i16', 2, 'Short', 'int16', 'short'],
  ['i8', 1, 'Char', 'int8'],
  ['u64', 8, null, 'uint64'],
  ['u32', 4, null, 'uint32'],
  ['u16', 2, null, 'uint16'],
  ['u8', 1, 'Byte', 'uint8'],
  ['bool', 1, 'Bool', 'bool'],
  ['c32', 4, null, 'complex32', 'chalf'],
  ['c64', 8, 'ComplexFloat', 'complex64', 'cfloat'],
  ['c128', 16, 'ComplexDouble', 'complex128', 'cdouble'],
  ['qint8', 1, 'QInt8', 'qint8'],
  ['quint8', 1, 'QUInt8', 'quint8'],
  ['qint32', 4, 'QInt32', 'qint32'],
  ['quint4x2', 1, 'QUInt4x2', 'quint4x2'],
  ['quint2x4', 1, 'QUInt2x4', 'quint2x4'],
];

/** Storages of bytes, whose tensors say their type themselves. Torch 1.11 to 1.13 has the names with underscores. */
const UNTYPED = [
  'torch.storage.UntypedStorage',
  'torch.UntypedStorage',
  'torch._UntypedStorage',
  'torch.storage._UntypedStorage',
];

function* elementTypes(): Generator<[string, ElementType]> {
  for (const [dtype, bytes, storage, ...names] of TYPE_ROWS) {
    const classes = storage === null ? [] : [`torch.${storage}Storage`, `torch.cuda.${storage}Storage`];
    for (const name of [...classes, ...names.map((name) => `torch.${name}`)])
      yield [name, new ElementType(name, dtype, bytes)];
  }
  for (const name of UNTYPED) yield [name, new ElementType(name, 'u8', 1)];
}

/** The element types by full name: "torch.FloatStorage", "torch.float32". */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map(elementTypes());

/** Bytes in the file that tensors are views of. */
export class StorageRef extends Opaque {
  constructor(
    readonly key: string,
    readonly type: ElementType,
    /** Values in all. */
    readonly count: number,
    /**
     * The value that the offsets of tensors count from. Not 0 in very old files only, whose tensors view parts of
     * storages.
     */
    readonly start: number,
  ) {
    super();
  }

  describe(): string {
    return `<storage ${this.key}>`;
  }
}

/** A tensor as a view of a storage. Offset and strides count values. */
export class TensorRef extends Opaque {
  constructor(
    readonly storage: StorageRef,
    readonly type: ElementType,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[],
    /** Values are stored with the opposite sign (torch's "neg bit"). */
    readonly negated: boolean,
  ) {
    super();
  }

  /** Values from the first to the last that the tensor touches; 0 if it is empty. */
  get span(): number {
    return span(this.shape, this.stride);
  }

  describe(): string {
    return `<tensor ${this.type.dtype} [${this.shape.join(', ')}]>`;
  }
}

/** PyTorch's own limit. */
const MAX_DIMENSIONS = 64;

/** A size out of a pickle. @throws PickleFault unless it is a safe integer of at least 0 */
export function checkedSize(value: PickleValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const shown =
    typeof value === 'number' || typeof value === 'bigint' ? ` (${String(value).slice(0, 40)})` : '';
  throw new PickleFault(`${what} is not a possible size${shown}`);
}

function checkedSizes(value: PickleValue | undefined, what: string): number[] {
  if (!Array.isArray(value) || value.length > MAX_DIMENSIONS)
    throw new PickleFault(`${what} is not a tuple of sizes`);
  return value.map((size) => checkedSize(size, what));
}

/** Values from the first to the last that a view touches. */
function span(shape: readonly number[], stride: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, d) => last + (size - 1) * stride[d]!, 1);
}

/**
 * A tensor as the pickle describes it.
 * @throws PickleFault for a view that is not inside its storage
 */
export function makeTensor(
  storage: StorageRef,
  type: ElementType,
  [offsetValue, shapeValue, strideValue]: readonly (PickleValue | undefined)[],
  negated = false,
): TensorRef {
  const offset = storage.start + checkedSize(offsetValue, "a tensor's offset");
  const shape = checkedSizes(shapeValue, "a tensor's shape");
  const stride = checkedSizes(strideValue, "a tensor's stride");
  if (shape.length !== stride.length) throw new PickleFault('a tensor has more sizes than strides, or fewer');
  if (elementCount(shape) === undefined) throw new PickleFault(`a tensor of shape [${shape.join(', ')}]`);
  const available = Math.floor((storage.count * storage.type.size) / type.size);
  const end = offset + span(shape, stride);
  if (end > offset && end > available)
    throw new PickleFault(
      `a tensor reaches to value ${end} of storage ${storage.key}, which has ${available}`,
    );
  return new TensorRef(storage, type, offset, shape, stride, negated);
}

/** Where the bytes of storages are. */
export interface StorageSource {
  readonly bigEndian: boolean;
  /** @throws InputError for bytes outside of the storage or the file */
  read(key: string, start: number, length: number): Promise<Uint8Array>;
}

/** Values of a tensor that repeats stored ones (stride 0, overlaps): a small file can claim much memory so. */
const MAX_REPEATED = 2 ** 24;
/** Bytes read at once: no array holds more. */
const MAX_BYTES = 2 ** 32;

/**
 * A tensor's values, row-major. Only the part of its storage that it touches is read.
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
  if (values > span && values > MAX_REPEATED)
    throw new InputError(
      path,
      `${where} expands ${span} stored values to ${values}, more than ${MAX_REPEATED}`,
    );
  if (span * itemSize > MAX_BYTES)
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
 * `count` values from the row-major index `first` on.
 * @returns undefined where they do not lie side by side
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
