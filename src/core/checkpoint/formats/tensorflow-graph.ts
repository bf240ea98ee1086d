import { InputError } from '../../base/error';
import { isArray, type PlainRecord, type PlainValue } from '../../base/plain-value';
import { listed, quote } from '../../base/text';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxValue } from '../checkpoint';
import { recordOf, wordOf } from './keras/variable-names';

/** Who defines the operators of such a graph: they are TensorFlow's. */
export const TENSORFLOW = 'tensorflow';

const MAX_NODES = 100_000;

/**
 * A TensorFlow graph (GraphDef) as JSON, as graph models of TF.js hold it, in the form of ONNX graphs. Nodes come in an order
 * in which they can be computed.
 * @param tensors names of the weights
 * @throws InputError where it is no graph
 */
export function tensorflowGraph(
  path: string,
  topology: PlainRecord,
  tensors: ReadonlySet<string>,
): OnnxGraph {
  const nodes = recordsOf(topology['node']);
  if (recordsOf(recordOf(topology['library'])['function']).length > 0)
    throw new InputError(
      path,
      'its graph has functions of its own, for loops or branches, which cannot be analyzed',
      'Convert the network alone, without what comes before and after it',
    );
  if (nodes.length > MAX_NODES) throw new InputError(path, `its graph has ${nodes.length} nodes`);
  const inputs: OnnxValue[] = [];
  const computed: OnnxNode[] = [];
  const constants: string[] = [];
  for (const node of nodes) {
    const [name, operator] = [wordOf(node['name']), wordOf(node['op'])];
    const attributes = recordOf(node['attr']);
    if (operator === 'Placeholder')
      inputs.push({ name, shape: shapeOf(recordOf(attributes['shape'])['shape']) });
    else if (operator === 'Const') constants.push(name);
    else computed.push(computedNode(name, operator, node, attributes));
  }
  const missing = constants.filter((name) => !tensors.has(name));
  if (missing.length > 0)
    throw new InputError(path, `its graph has constants without values: ${listed(missing.map(quote))}`);
  const ordered = inOrder(path, computed, new Set([...inputs.map(({ name }) => name), ...constants]));
  const used = new Set(ordered.flatMap((node) => node.inputs));
  const ends = ordered.filter(({ outputs }) => !outputs.some((name) => used.has(name)));
  return {
    opset: 0,
    inputs,
    outputs: ends.map(({ outputs }) => ({ name: outputs[0] ?? '', shape: null })),
    nodes: ordered,
    initializers: new Set(constants),
  };
}

function computedNode(name: string, operator: string, node: PlainRecord, attributes: PlainRecord): OnnxNode {
  const given = listOf(node['input']).filter((one): one is string => typeof one === 'string');
  // A caret marks what only has to be done before.
  const inputs = given.filter((one) => !one.startsWith('^')).map((one) => one.replace(/:0$/, ''));
  const read = Object.entries(attributes).map(([key, value]): [string, OnnxAttribute] => [
    key,
    attributeOf(recordOf(value)),
  ]);
  return { name, operator, domain: TENSORFLOW, inputs, outputs: [name], attributes: new Map(read) };
}

/** Every node after those it reads. */
function inOrder(path: string, nodes: readonly OnnxNode[], known: Set<string>): OnnxNode[] {
  const ordered: OnnxNode[] = [];
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const waiting = new Map<string, number>();
  const readers = new Map<string, OnnxNode[]>();
  const ready: OnnxNode[] = [];
  for (const node of nodes) {
    const open = new Set(node.inputs.filter((name) => byName.has(name)));
    const lost = node.inputs.find((name) => !byName.has(name) && !known.has(name));
    if (lost !== undefined)
      throw new InputError(
        path,
        `node ${quote(node.name)} (${node.operator}) takes ${quote(lost)}, which no node gives`,
      );
    waiting.set(node.name, open.size);
    for (const name of open) readers.set(name, [...(readers.get(name) ?? []), node]);
    if (open.size === 0) ready.push(node);
  }
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    ordered.push(node);
    for (const reader of readers.get(node.name) ?? []) {
      const left = (waiting.get(reader.name) ?? 0) - 1;
      waiting.set(reader.name, left);
      if (left === 0) ready.push(reader);
    }
  }
  if (ordered.length < nodes.length)
    throw new InputError(path, 'its graph has a cycle, or two nodes of one name');
  return ordered;
}

/** JSON has 64-bit integers as text and bytes in base64. */
function attributeOf(value: PlainRecord): OnnxAttribute {
  if (typeof value['s'] === 'string') return textOf(value['s']);
  if (value['i'] !== undefined) return Number(value['i']);
  if (value['f'] !== undefined) return Number(value['f']);
  if (typeof value['b'] === 'boolean') return Number(value['b']);
  const list = recordOf(value['list']);
  if (list['i'] !== undefined) return listOf(list['i']).map(Number);
  if (list['s'] !== undefined) return listOf(list['s']).map((one) => textOf(wordOf(one)));
  return null;
}

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Null where nothing is known; sizes below 0 are open. */
function shapeOf(value: PlainValue | undefined): OnnxValue['shape'] {
  const shape = recordOf(value);
  if (shape['unknownRank'] === true || shape['dim'] === undefined) return null;
  return recordsOf(shape['dim']).map((dim) => {
    const size = Number(dim['size'] ?? 0);
    return Number.isSafeInteger(size) && size >= 0 ? size : null;
  });
}

function listOf(value: PlainValue | undefined): readonly PlainValue[] {
  return typeof value === 'object' && value !== null && isArray(value) ? value : [];
}

function recordsOf(value: PlainValue | undefined): readonly PlainRecord[] {
  return listOf(value).map(recordOf);
}
