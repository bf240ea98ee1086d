import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { ExportedGraph, ExportedNode, ExportedValue } from '../../checkpoint/checkpoint';
import { sizeOf } from '../../tensor/shape';
import { GRAPH_REMEDY } from '../aten/aten-call';
import { type AtenGraph, OPEN_BATCH } from '../aten/aten-graph';
import type { AtenProgram } from '../aten/from-program';
import type { AtenValue } from '../aten/tensor-cell';

/** Checks of what a run is given; nothing is computed with them. */
const CHECK = /^(?:_assert\w*|sym_constrain\w*)$/;

/**
 * The program of a torch.export archive: calls of ATen operators, one after the other.
 * @param path of the file, for messages
 * @throws InputError where it has not one input whose shape is known
 */
export function programOfExport(path: string, graph: ExportedGraph): AtenProgram {
  const used = new Set(graph.nodes.flatMap(({ args }) => args.flatMap(({ value }) => namesIn(value))));
  const [input, ...others] = graph.inputs.filter(({ name }) => used.has(name));
  if (input === undefined) throw new InputError(path, 'its graph has no input that its output depends on');
  if (others.length > 0)
    throw new InputError(
      path,
      `its graph has several inputs: ${[input, ...others].map(({ name }) => quote(name)).join(', ')}`,
      'Export the network with one input, the others being constants in it',
    );
  const [batch, ...sizes] = input.shape ?? [];
  const sample = sizes.filter((size) => size !== null);
  if (batch === undefined || sample.length < sizes.length || sizeOf(sample) < 1)
    throw new InputError(
      path,
      `its input ${quote(input.name)} leaves its shape open`,
      'Export the network with all axes of a fixed size, or all but the first',
    );
  return {
    path,
    batches: batch === null ? [OPEN_BATCH] : [OPEN_BATCH, batch],
    sample,
    async follow(aten, cell) {
      const values = new Map<string, AtenValue>([[input.name, cell]]);
      for (const [name, tensor] of graph.tensors) if (used.has(name)) values.set(name, aten.tensor(tensor));
      for (const node of graph.nodes) await follow(path, aten, node, values);
      return graph.outputs.map((name) => values.get(name) ?? null);
    },
  };
}

/** Adds what a node gives to the values. */
async function follow(
  path: string,
  aten: AtenGraph,
  node: ExportedNode,
  values: Map<string, AtenValue>,
): Promise<void> {
  const { target, module, outputs } = node;
  const [, namespace, name = ''] = /^(torch\.ops\.aten|_operator|math)\.(\w+)/.exec(target) ?? [];
  const [label = name] = outputs.flat().filter((one) => one !== null);
  if (CHECK.test(name)) return;
  const place = {
    label: module === '' ? label : `${module}.${name}`,
    where: `${quote(target).slice(1, -1)} in node ${quote(label)}`,
  };
  if (namespace === undefined)
    throw new InputError(path, `${place.where} is an operator that Modscope does not know`, GRAPH_REMEDY);
  const args = node.args.map(({ name: parameter, value }): [string, AtenValue] => [
    parameter,
    given(path, value, values, place.where),
  ]);
  const isAten = namespace === 'torch.ops.aten';
  const result = isAten
    ? await aten.call(name, [], new Map(args), place)
    : await aten.call(
        name,
        args.map(([, value]) => value),
        new Map(),
        place,
      );
  const results = outputs.length === 1 ? [result] : Array.isArray(result) ? result : [];
  for (const [i, output] of outputs.entries()) {
    const value = results[i] ?? null;
    const names = typeof output === 'string' ? [output] : (output ?? []);
    const parts = typeof output === 'string' ? [value] : Array.isArray(value) ? value : [];
    for (const [part, one] of names.entries()) if (one !== null) values.set(one, parts[part] ?? null);
  }
}

/** An argument, with the values of other nodes in place of their names. */
function given(
  path: string,
  value: ExportedValue,
  values: ReadonlyMap<string, AtenValue>,
  where: string,
): AtenValue {
  if (value === undefined)
    throw new InputError(
      path,
      `${where} takes an argument of a kind that Modscope does not know`,
      GRAPH_REMEDY,
    );
  if (isList(value)) return value.map((item) => given(path, item, values, where));
  if (typeof value !== 'object' || value === null) return value;
  const found = values.get(value.value);
  if (found === undefined)
    throw new InputError(path, `${where} takes ${quote(value.value)}, which no node before it gives`);
  return found;
}

function namesIn(value: ExportedValue): string[] {
  if (isList(value)) return value.flatMap(namesIn);
  return typeof value === 'object' && value !== null ? [value.value] : [];
}

function isList(value: ExportedValue): value is readonly ExportedValue[] {
  return Array.isArray(value);
}
