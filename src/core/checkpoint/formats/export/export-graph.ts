import * as v from 'valibot';
import type { ExportedGraph, ExportedInput, ExportedNode, ExportedValue } from '../../checkpoint';

// The JSON of torch.export. Source: pytorch, torch/_export/serde/schema.py, version 8.

const Named = v.object({ name: v.string() });
/** One of several alternatives, which says by its key what it is. */
const Union = v.record(v.string(), v.unknown());

const Size = v.union([v.object({ as_int: v.number() }), v.object({ as_expr: v.unknown() })]);
/** What is said of a tensor; of a value of the graph its sizes may be open. */
export const TensorMeta = v.object({
  dtype: v.number(),
  sizes: v.array(Size),
  strides: v.array(Size),
  storage_offset: Size,
});

const Node = v.object({
  target: v.string(),
  inputs: v.array(v.object({ name: v.string(), arg: Union })),
  outputs: v.array(Union),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Model = v.object({
  graph_module: v.object({
    graph: v.object({ nodes: v.array(Node), tensor_values: v.record(v.string(), v.unknown()) }),
    signature: v.object({ input_specs: v.array(Union), output_specs: v.array(Union) }),
  }),
});
const InputSpec = v.union([
  v.pipe(
    v.object({ parameter: v.object({ arg: Named, parameter_name: v.string() }) }),
    v.transform(({ parameter: { arg, parameter_name: tensor } }) => ({ name: arg.name, tensor })),
  ),
  v.pipe(
    v.object({ buffer: v.object({ arg: Named, buffer_name: v.string() }) }),
    v.transform(({ buffer: { arg, buffer_name: tensor } }) => ({ name: arg.name, tensor })),
  ),
  v.pipe(
    v.object({ tensor_constant: v.object({ arg: Named, tensor_constant_name: v.string() }) }),
    v.transform(({ tensor_constant: { arg, tensor_constant_name: tensor } }) => ({ name: arg.name, tensor })),
  ),
  v.pipe(
    v.object({ user_input: v.object({ arg: v.object({ as_tensor: Named }) }) }),
    v.transform(({ user_input: { arg } }) => ({ name: arg.as_tensor.name, tensor: null })),
  ),
]);
const OutputSpec = v.object({ user_output: v.object({ arg: v.object({ as_tensor: Named }) }) });

/**
 * The graph that the JSON of a torch.export archive describes.
 * @returns undefined where it is not of the form that torch writes
 */
export function exportedGraph(json: unknown): ExportedGraph | undefined {
  const parsed = v.safeParse(Model, json);
  if (!parsed.success) return undefined;
  const { graph, signature } = parsed.output.graph_module;
  const tensors = new Map<string, string>();
  const inputs: ExportedInput[] = [];
  for (const given of signature.input_specs) {
    const spec = v.safeParse(InputSpec, given);
    // What else may be given, a number or a token, has no name that a tensor could have.
    if (!spec.success) continue;
    const { name, tensor } = spec.output;
    if (tensor !== null) tensors.set(name, tensor);
    else inputs.push({ name, shape: shapeOf(graph.tensor_values[name]) });
  }
  const outputs = signature.output_specs.flatMap((given) => {
    const spec = v.safeParse(OutputSpec, given);
    return spec.success ? [spec.output.user_output.arg.as_tensor.name] : [];
  });
  return { nodes: graph.nodes.map(nodeOf), tensors, inputs, outputs };
}

function shapeOf(meta: unknown): (number | null)[] | null {
  const parsed = v.safeParse(TensorMeta, meta);
  if (!parsed.success) return null;
  return parsed.output.sizes.map((size) => ('as_int' in size ? size.as_int : null));
}

function nodeOf({ target, inputs, outputs, metadata }: v.InferOutput<typeof Node>): ExportedNode {
  return {
    target,
    args: inputs.map(({ name, arg }) => ({ name, value: valueOf(arg) })),
    outputs: outputs.map(outputOf),
    module: moduleOf(metadata['nn_module_stack']),
  };
}

/** The innermost of "L__self__,,Net;L__self__fc,fc,torch.nn.modules.linear.Linear". */
function moduleOf(stack: unknown): string {
  const path = typeof stack === 'string' ? (stack.split(';').at(-1)?.split(',')[1] ?? '') : '';
  return /^[\w.]*$/.test(path) ? path : '';
}

/** The names of a value that a node gives. */
function outputOf(output: Readonly<Record<string, unknown>>): ExportedNode['outputs'][number] {
  const value = valueOf(output);
  const nameOf = (one: ExportedValue): string | null =>
    typeof one === 'object' && one !== null && 'value' in one ? one.value : null;
  return isList(value) ? value.map(nameOf) : nameOf(value);
}

/** An argument, which says by its key what it is. */
function valueOf(argument: unknown): ExportedValue {
  const union = v.safeParse(Union, argument);
  const [entry] = union.success ? Object.entries(union.output) : [];
  return entry === undefined ? undefined : READERS.get(entry[0])?.(entry[1]);
}

const named = (value: unknown): ExportedValue => {
  const parsed = v.safeParse(Named, value);
  return parsed.success ? { value: parsed.output.name } : undefined;
};

/** A number that may be a value of the graph: {"as_name": …} or {"as_int": …}. */
const symbolic = (value: unknown): ExportedValue => {
  const parsed = v.safeParse(v.union([v.object({ as_name: v.string() }), Union]), value);
  if (!parsed.success) return undefined;
  const { as_name: name } = parsed.output;
  return typeof name === 'string' ? { value: name } : plain(Object.values(parsed.output)[0]);
};

/** JSON has no infinities: they are texts. */
const FLOAT_TEXTS: Readonly<Record<string, number>> = { Infinity, '-Infinity': -Infinity, NaN };

const float = (value: unknown): ExportedValue =>
  typeof value === 'string' && value in FLOAT_TEXTS ? FLOAT_TEXTS[value] : plain(value);

const plain = (value: unknown): ExportedValue =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : undefined;

const list = (read: (value: unknown) => ExportedValue): ((value: unknown) => ExportedValue) => {
  return (value) => (Array.isArray(value) ? value.map((item: unknown) => read(item)) : undefined);
};

/** Their number in the JSON, by that of torch itself: uint8 to int64, then the floats. */
const scalarType = (value: unknown): ExportedValue => {
  if (typeof value !== 'number') return undefined;
  return value === 13 ? 15 : value - 1; // bfloat16 stands elsewhere
};

const READERS: ReadonlyMap<string, (value: unknown) => ExportedValue> = new Map([
  ['as_none', () => null],
  ['as_tensor', named],
  ['as_tensors', list(named)],
  ['as_optional_tensor', (value) => valueOf(value)],
  ['as_optional_tensors', list((value) => valueOf(value))],
  ['as_int', plain],
  ['as_ints', list(plain)],
  ['as_float', float],
  ['as_floats', list(float)],
  ['as_string', plain],
  ['as_bool', plain],
  ['as_bools', list(plain)],
  ['as_sym_int', symbolic],
  ['as_sym_ints', list(symbolic)],
  ['as_sym_float', symbolic],
  ['as_sym_bool', symbolic],
  ['as_scalar_type', scalarType],
  ['as_memory_format', () => null],
  ['as_layout', () => null],
  ['as_device', () => null],
]);

function isList(value: ExportedValue): value is readonly ExportedValue[] {
  return Array.isArray(value);
}
