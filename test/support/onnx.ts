/** Protobuf by hand, so that tests can write what no library would. */

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** A field of bytes, text or a message made of fields. */
export function field(number: number, payload: Uint8Array | string | readonly Uint8Array[]): Buffer {
  const bytes =
    payload instanceof Uint8Array || typeof payload === 'string'
      ? Buffer.from(payload)
      : Buffer.concat(payload);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A field of a varint. */
export function whole(number: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** TensorProto.DataType. */
export const TYPES = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, f64: 11, u64: 13, bf16: 16 };

/** A TensorProto of a name, a type and a shape; `values` are the fields that hold the rest. */
export function tensorProto(
  name: string,
  type: keyof typeof TYPES,
  shape: readonly (number | bigint)[],
  ...values: readonly Uint8Array[]
): Buffer {
  const header = [...shape.map((size) => whole(1, size)), whole(2, TYPES[type]), field(8, name)];
  return Buffer.concat([...header, ...values]);
}

export function rawFloats(...values: number[]): Buffer {
  return field(9, new Uint8Array(Float32Array.from(values).buffer));
}

/** data_location EXTERNAL with these entries. */
export function externalData(entries: Readonly<Record<string, string>>): Buffer {
  const list = Object.entries(entries).map(([key, value]) => field(13, [field(1, key), field(2, value)]));
  return Buffer.concat([...list, whole(14, 1)]);
}

/** A NodeProto. */
export function nodeProto(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...attributes: readonly Uint8Array[]
): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(3, `/${operator}`),
    field(4, operator),
    ...attributes.map((attribute) => field(5, attribute)),
  ]);
}

/** An AttributeProto of integers: one, or a list. */
export function integersAttribute(name: string, value: number | readonly number[]): Buffer {
  const values =
    typeof value === 'number' ? [whole(3, value), whole(20, 2)] : value.map((one) => whole(8, one));
  return Buffer.concat([field(1, name), ...values, ...(typeof value === 'number' ? [] : [whole(20, 7)])]);
}

/** An AttributeProto of one float32. */
export function floatAttribute(name: string, value: number): Buffer {
  const bytes = Buffer.from(Float32Array.of(value).buffer);
  return Buffer.concat([field(1, name), varint(2 * 8 + 5), bytes, whole(20, 1)]);
}

/** An AttributeProto of text. */
export function textAttribute(name: string, value: string): Buffer {
  return Buffer.concat([field(1, name), field(4, value), whole(20, 3)]);
}

/** A ValueInfoProto of float32; a size that is text is a symbol. */
export function valueProto(name: string, shape: readonly (number | string)[]): Buffer {
  const dimensions = shape.map((size) =>
    field(1, typeof size === 'number' ? whole(1, size) : field(2, size)),
  );
  return Buffer.concat([field(1, name), field(2, [field(1, [whole(1, 1), field(2, dimensions)])])]);
}

export interface GraphParts {
  readonly nodes?: readonly Uint8Array[];
  readonly initializers?: readonly Uint8Array[];
  readonly inputs?: readonly Uint8Array[];
  readonly outputs?: readonly Uint8Array[];
}

/** A ModelProto of IR version 8. */
export function onnxModel(parts: GraphParts, opset = 17): Uint8Array {
  const { nodes = [], initializers = [], inputs = [], outputs = [] } = parts;
  const graph = [
    ...nodes.map((node) => field(1, node)),
    ...initializers.map((tensor) => field(5, tensor)),
    ...inputs.map((value) => field(11, value)),
    ...outputs.map((value) => field(12, value)),
  ];
  return Uint8Array.from(Buffer.concat([whole(1, 8), field(7, graph), field(8, whole(2, opset))]));
}

/** A model of one float32 input "x", one output "y" and these nodes between them. */
export function graphModel(
  shape: readonly (number | string)[],
  nodes: readonly Uint8Array[],
  initializers: readonly Uint8Array[] = [],
  opset = 17,
): Uint8Array {
  return onnxModel(
    { nodes, initializers, inputs: [valueProto('x', shape)], outputs: [valueProto('y', [])] },
    opset,
  );
}
