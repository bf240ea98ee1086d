import type { LazyTensor } from '../lazy';
import type { ExternalData } from './external';
import type { OnnxAttribute, OnnxNode, OnnxValue } from './graph';
import { readTensorProto } from './tensor';
import { append, type Span, type WireReader } from './wire';

/** Reads nodes; the tensors that are attributes of them go to `tensors`. */
export class NodeReader {
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
      if (field.number === 1) inputs.push(await wire.text(field));
      else if (field.number === 2) outputs.push(await wire.text(field));
      else if (field.number === 3) name = await wire.text(field);
      else if (field.number === 4) operator = await wire.text(field);
      else if (field.number === 5) spans.push(wire.message(field));
      else if (field.number === 7) domain = await wire.text(field);
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
      if (field.number === 1) name = await wire.text(field);
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

/** A ValueInfoProto. */
export async function readValueInfo(wire: WireReader, span: Span): Promise<OnnxValue> {
  let name = '';
  let shape: OnnxValue['shape'] = null;
  for await (const field of wire.fields(span)) {
    if (field.number === 1) name = await wire.text(field);
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
