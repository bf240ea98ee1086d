import type { DType } from '../../tensor/dtype';
import { Opaque } from '../pickle/value';

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

type Row = readonly [dtype: DType, bytes: number, storage: string | null, ...names: string[]];

/** Our name, size, storage class, torch's names. Some can be listed and not read. */
const ROWS: readonly Row[] = [
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

/** Storages of bytes, whose tensors say their type themselves. The underscores are those of torch 1.11 to 1.13. */
const UNTYPED = ['torch.storage.UntypedStorage', 'torch.UntypedStorage', 'torch._UntypedStorage'];

function* named(): Generator<[string, ElementType]> {
  for (const [dtype, bytes, storage, ...names] of ROWS) {
    const classes = storage === null ? [] : [`torch.${storage}Storage`, `torch.cuda.${storage}Storage`];
    for (const name of [...classes, ...names.map((name) => `torch.${name}`)])
      yield [name, new ElementType(name, dtype, bytes)];
  }
  for (const name of [...UNTYPED, 'torch.storage._UntypedStorage'])
    yield [name, new ElementType(name, 'u8', 1)];
}

/** By full name: "torch.FloatStorage", "torch.float32". */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map(named());
