import type { Assumption } from '../../base/assumption';
import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { OnnxGraph, OnnxNode } from '../../checkpoint/checkpoint';
import { endingNote } from '../ending';
import type { Ending } from '../network';

/** The part of a graph that the logits need. */
export interface LogitsGraph {
  /** Name of the value that is the logits. */
  readonly logits: string;
  /** In order of computation. */
  readonly nodes: readonly OnnxNode[];
  /** What was chosen among several. */
  readonly assumptions: readonly Assumption[];
  /** What was left off; absent where nothing was. */
  readonly ending?: Ending;
  /** The same, one sentence each. */
  readonly notes: readonly string[];
}

/** Any one may lead to any other. */
const MAX_OUTPUTS = 256;
/** Change nothing of the values, and may stand around a softmax. */
const PASSING = new Set(['Identity', 'Cast', 'Dropout']);

/**
 * Finds the logits: the output that all others lead to, or else the one furthest from the input, without a softmax at its end.
 * @throws InputError where there is no output, or values are not computed in order
 */
export function findLogits(path: string, graph: OnnxGraph): LogitsGraph {
  const producers = producersOf(path, graph);
  const assumptions: Assumption[] = [];
  const notes: string[] = [];
  const output = chooseOutput(path, graph, producers);
  if (graph.outputs.length > 1) {
    const names = graph.outputs.map(({ name }) => name).join(', ');
    assumptions.push({
      name: 'logits',
      says: `Of the outputs ${names} the logits were taken to be ${output}.`,
      otherwise: 'With others, loss, accuracy and all downstream measures differ.',
      fix: 'Export the network with its logits as the only output.',
    });
  }
  let logits = output;
  let left: Ending | null = null;
  for (let node = producers.get(logits); node !== undefined; node = producers.get(logits)) {
    const isSoftmax =
      node.operator === 'Softmax' || node.operator === 'LogSoftmax' || isLogOfSoftmax(node, producers);
    if (isSoftmax) left = node.operator === 'Softmax' ? 'Softmax' : 'LogSoftmax';
    else if (!PASSING.has(node.operator)) break;
    logits = node.inputs[0] ?? '';
  }
  if (left === null) logits = output;
  else notes.push(endingNote(left));
  const needed = ancestors(logits, producers);
  const nodes = graph.nodes.filter((node) => needed.has(node));
  return { logits, nodes, assumptions, notes, ...(left !== null && { ending: left }) };
}

function isLogOfSoftmax(node: OnnxNode, producers: ReadonlyMap<string, OnnxNode>): boolean {
  return node.operator === 'Log' && producers.get(node.inputs[0] ?? '')?.operator === 'Softmax';
}

/** The node that computes a value, by the value's name. */
function producersOf(path: string, graph: OnnxGraph): Map<string, OnnxNode> {
  const known = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers, '']);
  const producers = new Map<string, OnnxNode>();
  for (const node of graph.nodes) {
    const missing = node.inputs.find((name) => !known.has(name) && !producers.has(name));
    if (missing !== undefined)
      throw new InputError(
        path,
        `node ${quote(node.name)} (${node.operator}) takes ${quote(missing)}, which no node before it gives`,
      );
    for (const name of node.outputs) {
      if (name === '') continue;
      if (known.has(name) || producers.has(name))
        throw new InputError(path, `is not valid ONNX: there are two values ${quote(name)}`);
      producers.set(name, node);
    }
  }
  return producers;
}

function chooseOutput(path: string, graph: OnnxGraph, producers: ReadonlyMap<string, OnnxNode>): string {
  const computed = graph.outputs.filter(({ name }) => producers.has(name));
  if (computed.length > MAX_OUTPUTS) throw new InputError(path, `the graph has ${computed.length} outputs`);
  const depths = depthsOf(graph);
  const ranked = computed.map(({ name }) => {
    const before = ancestors(name, producers);
    const led = computed.filter((other) => before.has(producers.get(other.name))).length;
    return { name, led, depth: depths.get(name) ?? 0 };
  });
  const best = ranked.reduce<(typeof ranked)[number] | null>(
    (best, next) =>
      best === null || next.led > best.led || (next.led === best.led && next.depth > best.depth)
        ? next
        : best,
    null,
  );
  if (best === null) throw new InputError(path, 'the graph computes no output');
  return best.name;
}

/** The nodes that a value needs. */
function ancestors(value: string, producers: ReadonlyMap<string, OnnxNode>): Set<OnnxNode | undefined> {
  const found = new Set<OnnxNode | undefined>();
  const open = [value];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = producers.get(name);
    if (node === undefined || found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) open.push(input);
  }
  return found;
}

/** Nodes on the longest way to every value. */
function depthsOf(graph: OnnxGraph): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { inputs, outputs } of graph.nodes) {
    const depth = 1 + inputs.reduce((most, name) => Math.max(most, depths.get(name) ?? 0), 0);
    for (const name of outputs) depths.set(name, depth);
  }
  return depths;
}
