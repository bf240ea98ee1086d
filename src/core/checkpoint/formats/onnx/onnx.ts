import { InputError } from '../../../base/error';
import type { PlainRecord, PlainValue } from '../../../base/plain-value';
import { quote } from '../../../base/text';
import type { RandomAccessFile } from '../../../file/file';
import type {
  Checkpoint,
  CheckpointReader,
  OnnxAttribute,
  OnnxGraph,
  OnnxNode,
  OnnxValue,
} from '../../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../../lazy';
import { FLOATS, heldTensors } from './held-tensors';
import { ExternalData, readEntry, readTensorProto } from './onnx-tensor';
import { append, type Span, WireReader } from './protobuf';

const FORMAT = 'ONNX';
/** The tag of ir_version. Every exporter writes it first; the format has no other mark. */
const FIRST_TAG = 0x08;

/**
 * ONNX: a protobuf message with the graph, its tensors in it or in files beside it. Tensors are the initializers, weights that
 * nodes hold (see held-tensors.ts), and other attributes of nodes as "<output of the node>.<attribute>". Source: github.com/onnx/onnx, onnx/onnx.proto.
 */
export const onnxReader: CheckpointReader = {
  format: FORMAT,
  match: (head, file) => head[0] === FIRST_TAG && /\.onnx$/i.test(file.path),
  open: openOnnx,
};

async function openOnnx(file: RandomAccessFile): Promise<Checkpoint> {
  const wire = new WireReader(file);
  const external = new ExternalData(file);
  const model = await readModel(wire);
  if (model.graph === null) throw new InputError(file.path, 'is not valid ONNX: it holds no graph');
  const { tensors, ...graph } = await readGraph(wire, model.graph, external);
  const checkpoint = lazyCheckpoint(file, FORMAT, tensors, model.metadata);
  return {
    ...checkpoint,
    get files() {
      return [...checkpoint.files, ...external.paths];
    },
    graph: { ...graph, opset: model.opsets.get('') ?? 1 },
    async close() {
      await external.close();
      await file.close();
    },
  };
}

interface Model {
  readonly graph: Span | null;
  /** Version by domain; "" is ONNX itself. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: PlainRecord;
}

/** A ModelProto. */
async function readModel(wire: WireReader): Promise<Model> {
  let graph: Span | null = null;
  const opsets = new Map<string, number>();
  const producer: string[] = [];
  const metadata = new Map<string, PlainValue>();
  const properties = new Map<string, string>();
  for await (const field of wire.fields({ start: 0, end: wire.file.size })) {
    if (field.number === 1) metadata.set('ir_version', wire.integer(field));
    else if (field.number === 2 || field.number === 3) producer.push(await wire.text(field));
    else if (field.number === 8) opsets.set(...(await readOpset(wire, wire.message(field))));
    else if (field.number === 14) properties.set(...(await readEntry(wire, wire.message(field))));
    else if (field.number === 7) {
      if (graph !== null) throw wire.damaged(field.start, 'begins a second graph');
      graph = wire.message(field);
    }
  }
  if (producer.length > 0) metadata.set('producer', producer.join(' '));
  const named = [...opsets].map(
    ([domain, version]) => [domain === '' ? 'ai.onnx' : domain, version] as const,
  );
  metadata.set('opset', Object.fromEntries(named));
  if (properties.size > 0) metadata.set('metadata_props', Object.fromEntries(properties));
  return { graph, opsets, metadata: Object.fromEntries(metadata) };
}

/** An OperatorSetIdProto. */
async function readOpset(wire: WireReader, span: Span): Promise<[domain: string, version: number]> {
  let [domain, version] = ['', 0];
  for await (const field of wire.fields(span)) {
    if (field.number === 1) domain = await wire.name(field);
    else if (field.number === 2) version = wire.integer(field);
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** A GraphProto. */
async function readGraph(
  wire: WireReader,
  span: Span,
  external: ExternalData,
): Promise<Omit<OnnxGraph, 'opset'> & { tensors: LazyTensor[] }> {
  const nodeReader = new NodeReader(wire, external);
  const [nodes, found]: [OnnxNode[], LazyTensor[]] = [[], []];
  const [inputs, outputs]: [OnnxValue[], OnnxValue[]] = [[], []];
  for await (const field of wire.fields(span)) {
    if (field.number === 1) nodes.push(await nodeReader.read(wire.message(field)));
    else if (field.number === 5) found.push(await readTensorProto(wire, wire.message(field), external));
    else if (field.number === 11) inputs.push(await readValueInfo(wire, wire.message(field)));
    else if (field.number === 12) outputs.push(await readValueInfo(wire, wire.message(field)));
  }
  const held = heldTensors(wire.file.path, nodes, found, nodeReader.tensors);
  const stored = [...found, ...held.tensors];
  const initializers = new Set(stored.map(({ info }) => info.name));
  const named = stored.map((tensor) =>
    held.quantisers.has(tensor.info.name) ? asOther(tensor) : withRole(tensor),
  );
  const listed = new Set(held.taken);
  const tensors = [...named, ...nodeReader.tensors.filter(({ info }) => !listed.has(info.name)).map(asOther)];
  const names = new Set<string>();
  for (const { info } of tensors) {
    if (names.has(info.name))
      throw new InputError(wire.file.path, `is not valid ONNX: it has two tensors ${quote(info.name)}`);
    names.add(info.name);
  }
  const given = inputs.filter(({ name }) => !initializers.has(name));
  return { nodes: held.nodes, outputs, tensors, initializers, inputs: given };
}

/**
 * A weight has floats and dimensions. Scalars and whole numbers belong to the graph: shapes, axes, an attention's
 * scale.
 */
function withRole(tensor: LazyTensor): LazyTensor {
  return FLOATS.has(tensor.info.dtype) && tensor.info.shape.length > 0 ? tensor : asOther(tensor);
}

function asOther(tensor: LazyTensor): LazyTensor {
  return { ...tensor, info: { ...tensor.info, role: 'other' } };
}

/** AttributeProto.AttributeType by the field that holds a value of it. */
const TYPE_OF_FIELD = new Map([
  [2, 1],
  [3, 2],
  [4, 3],
  [5, 4],
  [7, 6],
  [8, 7],
  [9, 8],
]);

/** Reads nodes. Tensors among their attributes are collected in `tensors`. */
class NodeReader {
  readonly tensors: LazyTensor[] = [];

  constructor(
    private readonly wire: WireReader,
    private readonly external: ExternalData,
  ) {}

  /** A NodeProto. */
  async read(span: Span): Promise<OnnxNode> {
    const { wire } = this;
    let [name, operator, domain] = ['', '', ''];
    const [inputs, outputs]: [string[], string[]] = [[], []];
    const spans: Span[] = [];
    for await (const field of wire.fields(span)) {
      if (field.number === 1) inputs.push(await wire.name(field));
      else if (field.number === 2) outputs.push(await wire.name(field));
      else if (field.number === 3) name = await wire.name(field);
      else if (field.number === 4) operator = await wire.name(field);
      else if (field.number === 5) spans.push(wire.message(field));
      else if (field.number === 7) domain = await wire.name(field);
    }
    if (operator === '') throw wire.damaged(span.start, 'begins a node without an operator');
    const attributes = new Map<string, OnnxAttribute>();
    for (const attribute of spans) attributes.set(...(await this.#attribute(attribute, outputs[0] ?? '')));
    return { name, operator, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes };
  }

  /** An AttributeProto. */
  async #attribute(span: Span, output: string): Promise<[string, OnnxAttribute]> {
    const { wire } = this;
    let [name, type] = ['', 0];
    let [float, integer, text, tensor]: [number, number, string, Span | null] = [0, 0, '', null];
    const [numbers, texts]: [number[], string[]] = [[], []];
    let inferred = 0;
    for await (const field of wire.fields(span)) {
      if (field.number === 1) name = await wire.name(field);
      else if (field.number === 2) float = (await wire.floats(field))[0] ?? 0;
      else if (field.number === 3) integer = wire.integer(field);
      else if (field.number === 4) text = await wire.text(field);
      else if (field.number === 5) tensor = wire.message(field);
      else if (field.number === 7) append(numbers, await wire.floats(field));
      else if (field.number === 8) append(numbers, await wire.integers(field));
      else if (field.number === 9) texts.push(await wire.text(field));
      else if (field.number === 20) type = wire.integer(field);
      inferred = TYPE_OF_FIELD.get(field.number) ?? inferred;
    }
    // Files of IR version 1 do not say the type.
    switch (type === 0 ? inferred : type) {
      case 1:
        return [name, float];
      case 2:
        return [name, integer];
      case 3:
        return [name, text];
      case 4: {
        if (tensor === null) throw wire.damaged(span.start, 'begins an attribute without its tensor');
        const known = `${output}.${name}`;
        this.tensors.push(await readTensorProto(wire, tensor, this.external, known));
        return [name, { tensor: known }];
      }
      case 6:
      case 7:
        return [name, numbers];
      case 8:
        return [name, texts];
      default:
        return [name, null];
    }
  }
}

/** A ValueInfoProto. */
async function readValueInfo(wire: WireReader, span: Span): Promise<OnnxValue> {
  let name = '';
  let shape: OnnxValue['shape'] = null;
  for await (const field of wire.fields(span)) {
    if (field.number === 1) name = await wire.name(field);
    if (field.number !== 2) continue;
    for await (const type of wire.fields(wire.message(field))) {
      if (type.number !== 1) continue; // a tensor, not a sequence or map
      for await (const tensor of wire.fields(wire.message(type)))
        if (tensor.number === 2) shape = await readShape(wire, wire.message(tensor));
    }
  }
  return { name, shape };
}

/** A TensorShapeProto. */
async function readShape(wire: WireReader, span: Span): Promise<(number | null)[]> {
  const shape: (number | null)[] = [];
  for await (const dimension of wire.fields(span)) {
    if (dimension.number !== 1) continue;
    let size: number | null = null;
    for await (const field of wire.fields(wire.message(dimension)))
      if (field.number === 1 && wire.integer(field) >= 0) size = wire.integer(field);
    shape.push(size);
  }
  return shape;
}
