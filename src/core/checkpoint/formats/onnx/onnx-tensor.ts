import { InputError } from '../../../base/error';
import { quote } from '../../../base/text';
import type { RandomAccessFile } from '../../../file/file';
import { decodeValues, type DType, itemSize, readableItemSize, type Tensor } from '../../../tensor/dtype';
import { elementCount } from '../../../tensor/shape';
import type { LazyTensor } from '../../lazy';
import { append, type Field, type Span, unpackVarints, type WireReader } from './protobuf';

/** TensorProto.DataType, by number. */
const DTYPES: readonly (DType | undefined)[] = [
  ...[undefined, 'f32', 'u8', 'i8', 'u16', 'i16', 'i32', 'i64', 'string', 'bool', 'f16', 'f64', 'u32', 'u64'],
  ...['c64', 'c128', 'bf16', 'f8_e4m3', 'f8_e4m3fnuz', 'f8_e5m2', 'f8_e5m2fnuz', 'u4', 'i4', 'f4_e2m1'],
];

/** TensorProto.DataLocation: values are in another file. */
const EXTERNAL = 1;

// The fields of a TensorProto that can hold its values.
const RAW_DATA = 9;
const FLOAT_DATA = 4;
const INT32_DATA = 5;
const INT64_DATA = 7;
const DOUBLE_DATA = 10;
const UINT64_DATA = 11;
const DATA = new Set([RAW_DATA, FLOAT_DATA, INT32_DATA, INT64_DATA, DOUBLE_DATA, UINT64_DATA]);
/** The field that holds values of a type where they are not raw. Those of every other type are in int32_data. */
const FIELD_OF = new Map<DType, number>([
  ['f32', FLOAT_DATA],
  ['f64', DOUBLE_DATA],
  ['i64', INT64_DATA],
  ['u32', UINT64_DATA],
  ['u64', UINT64_DATA],
]);

/** What a TensorProto says, without its values. */
interface Header {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The field with the values; null where the file has none of them. */
  readonly data: Field | null;
  /** The entries of external_data (location, offset, length); null where the values are in the file itself. */
  readonly external: ReadonlyMap<string, string> | null;
}

/**
 * Reads a TensorProto: its header now, its values when asked for.
 * @param name the name to know it by, in place of its own
 * @throws InputError where its values cannot be those of its type and shape
 */
export async function readTensorProto(
  wire: WireReader,
  span: Span,
  external: ExternalData,
  name?: string,
): Promise<LazyTensor> {
  const header = await readHeader(wire, span);
  return lazyTensor(wire, { ...header, name: name ?? header.name }, external);
}

async function readHeader(wire: WireReader, span: Span): Promise<Header> {
  let [name, type, place] = ['', 0, 0];
  let data: Field | null = null;
  const shape: number[] = [];
  const external = new Map<string, string>();
  for await (const field of wire.fields(span)) {
    if (field.number === 1) append(shape, await wire.integers(field));
    else if (field.number === 2) type = wire.integer(field);
    else if (field.number === 8) name = await wire.name(field);
    else if (field.number === 13) external.set(...(await readEntry(wire, wire.message(field))));
    else if (field.number === 14) place = wire.integer(field);
    else if (DATA.has(field.number) && field.end > field.start) {
      if (data !== null)
        throw wire.damaged(field.start, 'begins more values of a tensor (packed ones are read)');
      wire.message(field);
      data = field;
    }
  }
  const dtype = DTYPES[type] ?? `type ${type}`;
  return { name, dtype, shape, data, external: place === EXTERNAL ? external : null };
}

/** A StringStringEntryProto. */
export async function readEntry(wire: WireReader, span: Span): Promise<[key: string, value: string]> {
  let [key, value] = ['', ''];
  for await (const field of wire.fields(span)) {
    if (field.number === 1) key = await wire.text(field);
    else if (field.number === 2) value = await wire.text(field);
  }
  return [key, value];
}

function lazyTensor(wire: WireReader, header: Header, external: ExternalData): LazyTensor {
  const { name, dtype, shape } = header;
  const { path } = wire.file;
  const what = `tensor ${quote(name)}`;
  const count = elementCount(shape);
  if (count === undefined) throw new InputError(path, `${what} has the shape [${shape.join(', ')}]`);
  const info = { name, dtype, shape, role: 'weight' as const };
  const size = itemSize(dtype);
  const unreadable = (): never => {
    readableItemSize(path, what, dtype);
    throw new InputError(path, `${what} has values that cannot be read`);
  };
  if (size === undefined) return { info, read: () => Promise.resolve().then(unreadable) };

  const bytes = count * size;
  if (!Number.isSafeInteger(bytes)) throw new InputError(path, `${what} has ${bytes} bytes`);
  const place = placeOf(wire, header, bytes, count);
  const readBytes = async (offset: number, length: number): Promise<Uint8Array> => {
    if (place.kind === 'none') return new Uint8Array(0);
    if (place.kind === 'external') return external.read(place.location, place.offset + offset, length);
    return wire.file.read(place.span.start + offset, length);
  };
  if (place.kind === 'varints') {
    const { start, end } = place.span;
    return {
      info,
      async read() {
        const values = unpackVarints(await wire.file.read(start, end - start), count, size);
        if (values === null) throw new InputError(path, `${what} has not the ${count} values of its shape`);
        return { shape, data: decodeValues(dtype, values) };
      },
    };
  }
  const decode = async (offset: number, length: number): Promise<Tensor['data']> =>
    decodeValues(dtype, await readBytes(offset, length));
  return {
    info,
    read: async () => ({ shape, data: await decode(0, bytes) }),
    readPart: (first, length) => decode(first * size, length * size),
  };
}

/** Where values are: side by side in this file or another one, or packed as varints. */
type Place =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes' | 'varints'; readonly span: Span }
  | { readonly kind: 'external'; readonly location: string; readonly offset: number };

/** Where a tensor's values are. @throws InputError where that contradicts its type and shape */
function placeOf(wire: WireReader, header: Header, bytes: number, count: number): Place {
  const { name, dtype, shape, data, external } = header;
  const refuse = (problem: string): InputError =>
    new InputError(wire.file.path, `tensor ${quote(name)} of ${dtype} [${shape.join(', ')}] ${problem}`);
  if (external !== null) {
    if (data !== null) throw refuse('has values both in the file and outside');
    return { kind: 'external', ...externalRange(external, bytes, refuse) };
  }
  if (data === null) {
    if (count > 0) throw refuse('has no values');
    return { kind: 'none' };
  }
  const length = data.end - data.start;
  const typed = FIELD_OF.get(dtype) ?? INT32_DATA;
  if (data.number !== RAW_DATA && data.number !== typed) throw refuse('has values of another type');
  const isFixed = [RAW_DATA, FLOAT_DATA, DOUBLE_DATA].includes(data.number);
  if (isFixed ? length !== bytes : length < count || length > 10 * count)
    throw refuse(`has ${length} bytes of values`);
  return { kind: isFixed ? 'bytes' : 'varints', span: data };
}

/** Where values are in which file of the model's folder. */
interface ExternalRange {
  readonly location: string;
  readonly offset: number;
}

/**
 * Where a tensor's external_data says its values are. The file that it names is not opened for that.
 * @param bytes of the tensor
 * @throws InputError where it does not say it, or not of so many bytes
 */
function externalRange(
  entries: ReadonlyMap<string, string>,
  bytes: number,
  refuse: (problem: string) => InputError,
): ExternalRange {
  const location = entries.get('location');
  if (location === undefined) throw refuse('does not say in which file its values are');
  const offset = decimal(entries.get('offset') ?? '0');
  const length = decimal(entries.get('length') ?? String(bytes));
  if (offset === null || length !== bytes || !Number.isSafeInteger(offset + bytes))
    throw refuse(
      `has external values from ${entries.get('offset') ?? 0}, ${entries.get('length') ?? bytes} bytes long`,
    );
  return { location, offset };
}

function decimal(text: string): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/**
 * The files beside a model that hold values of its tensors, opened when first read: the graph alone needs none of them.
 */
export class ExternalData {
  /** The files that were opened so far. */
  readonly paths: string[] = [];
  readonly #opened = new Map<string, Promise<RandomAccessFile>>();

  constructor(private readonly model: RandomAccessFile) {}

  /** @throws InputError when the name leads out of the model's folder, or the file is missing, no file, or too short */
  async read(location: string, offset: number, length: number): Promise<Uint8Array> {
    let file = this.#opened.get(location);
    if (file === undefined) {
      file = this.#open(location);
      this.#opened.set(location, file);
    }
    return (await file).read(offset, length);
  }

  async #open(location: string): Promise<RandomAccessFile> {
    const file = await this.model.sibling(location);
    this.paths.push(file.path);
    return file;
  }

  async close(): Promise<void> {
    for (const file of await Promise.allSettled(this.#opened.values()))
      if (file.status === 'fulfilled') await file.value.close();
  }
}
