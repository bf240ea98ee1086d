import { basename } from 'node:path';
import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { Checkpoint, OnnxGraph, OnnxNode } from '../../checkpoint/checkpoint';
import { sizeOf } from '../../tensor/shape';
import type { Network, Node } from '../network';
import { ACTIVATION_PATTERNS } from './activation-patterns';
import { Draft, type DraftNode, MAX_SIZE, nodeNames, parametersOf, PARTIAL_STEPS } from './draft';
import { batchAlong, constantOf, isLeading, ownTensors, type TensorSource, type Value } from './graph-value';
import { findLogits, type LogitsGraph } from './logits';
import { matchTensors } from './match';
import { OperatorCall } from './operator-call';
import { OPERATORS } from './operators';
import { denseBias, layerNormAffine, layerNormPattern, Neighbours, type Pattern } from './patterns';

/**
 * The network an ONNX model is, with the parameters it holds.
 * @throws InputError naming the node that cannot be read, and why
 */
export async function networkFromOnnx(checkpoint: Checkpoint): Promise<Network> {
  const graph = graphOf(checkpoint);
  const found = findLogits(checkpoint.path, graph);
  const { draft, logits } = await translate(checkpoint.path, graph, found, ownTensors(checkpoint));
  const finished = finish(checkpoint.path, draft, logits);
  const { assumptions, notes } = found;
  return { ...finished, ...endingOf(found), source: 'the ONNX graph', assumptions, notes };
}

/**
 * The network whose graph is an ONNX model's and whose parameters are another checkpoint's, matched by name.
 * @throws InputError as networkFromOnnx, and naming a parameter of the graph that the checkpoint does not have
 */
export async function networkFromOnnxFor(checkpoint: Checkpoint, onnx: Checkpoint): Promise<Network> {
  const graph = graphOf(onnx);
  const found = findLogits(onnx.path, graph);
  const matched = await matchTensors(checkpoint, onnx, found.nodes);
  const { draft, logits } = await translate(onnx.path, graph, found, matched.source);
  const finished = finish(onnx.path, draft, logits);
  const source = `the ONNX graph ${basename(onnx.path)}`;
  const { assumptions, notes } = found;
  return { ...finished, ...endingOf(found), source, assumptions, notes: [...notes, ...matched.account] };
}

function endingOf({ ending }: LogitsGraph): Pick<Network, 'ending'> {
  return ending === undefined ? {} : { ending };
}

function graphOf({ path, graph }: Checkpoint): OnnxGraph {
  if (graph === undefined) throw new InputError(path, 'is not an ONNX model');
  return graph;
}

/** The batch that shapes are computed with where the graph leaves it open: a prime, so that it stays to be seen in products. */
const OPEN_BATCH = 65_521;

/**
 * Computes the graph with shapes instead of numbers: what does not depend on the input becomes constants, the rest nodes of
 * the draft.
 * @param path the ONNX file, for messages
 * @returns the draft and the index of the logits in it
 * @throws InputError naming the node that cannot be read
 */
async function translate(
  path: string,
  graph: OnnxGraph,
  { logits, nodes }: LogitsGraph,
  source: TensorSource,
): Promise<{ draft: Draft; logits: number }> {
  const { name, batch, sizes } = inputOf(path, graph, nodes);
  const samples = batch ?? OPEN_BATCH;
  const draft = new Draft(samples, source.names);
  const values = new Map<string, Value>();
  values.set(name, draft.input([samples, ...sizes], batchAlong(0)));
  const tensor = (of: string) => constantOf(path, source, of);

  const valueOf = (of: string): Value | undefined => {
    if (of === '') return undefined;
    return values.get(of) ?? tensor(of);
  };
  /** Values by the name of the list they are in. */
  const sequences = new Map<string, readonly Value[]>();
  for (const node of nodes) {
    const [first = '', second = ''] = node.inputs;
    const sequence = node.operator === 'SequenceAt' && node.domain === '' ? sequences.get(first) : undefined;
    if (sequence !== undefined) {
      values.set(node.outputs[0] ?? '', await elementOf(path, node, sequence, valueOf(second)));
      continue;
    }
    const operator = node.domain === '' ? OPERATORS.get(node.operator) : undefined;
    if (operator === undefined) {
      const known = node.domain === '' ? node.operator : `${node.domain}.${node.operator}`;
      throw new InputError(
        path,
        `node ${quote(node.name)} is of the operator ${known}, which Modscope does not know`,
        'Export the network without it: what comes before and after the network itself belongs outside',
      );
    }
    const given = await explained(path, node, () =>
      operator(new OperatorCall(path, node, graph.opset, node.inputs.map(valueOf), draft, tensor)),
    );
    const outputs = 'kind' in given ? [given] : given;
    if (node.operator === 'SplitToSequence') sequences.set(node.outputs[0] ?? '', outputs);
    else for (const [i, value] of outputs.entries()) values.set(node.outputs[i] ?? '', value);
  }
  const value = values.get(logits);
  if (value?.kind !== 'variable')
    throw new InputError(path, `the output ${quote(logits)} does not depend on the input`);
  if (!isLeading(value.batch))
    throw new InputError(path, `the first axis of ${quote(logits)} is not the samples`);
  return { draft, logits: value.node };
}

/** An element of a list, by a position that is counted from the end where it is negative. */
async function elementOf(
  path: string,
  { name }: OnnxNode,
  sequence: readonly Value[],
  position: Value | undefined,
): Promise<Value> {
  const [at] = position?.kind === 'constant' ? await position.values() : [];
  const element = at === undefined ? undefined : sequence.at(at);
  if (element !== undefined) return element;
  throw new InputError(path, `node ${quote(name)} (SequenceAt) takes element ${at} of ${sequence.length}`);
}

/** The one input the logits depend on, its shape complete but for the samples. */
function inputOf(
  path: string,
  { inputs }: OnnxGraph,
  nodes: LogitsGraph['nodes'],
): { name: string; batch: number | null; sizes: readonly number[] } {
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const [input, ...others] = inputs.filter(({ name }) => used.has(name));
  if (input === undefined) throw new InputError(path, 'the graph has no input that its output depends on');
  if (others.length > 0)
    throw new InputError(
      path,
      `the graph has several inputs: ${[input, ...others].map(({ name }) => name).join(', ')}`,
      'Export the network with one input, the others being constants in it',
    );
  const [batch = null, ...sizes] = input.shape ?? [];
  const known = sizes.filter((size) => size !== null);
  if (input.shape === null || input.shape.length === 0 || known.length < sizes.length)
    throw new InputError(
      path,
      `the input ${quote(input.name)} leaves its shape open`,
      'Export the network with all axes of a fixed size, or all but the first',
    );
  const size = sizeOf([batch ?? 1, ...known]);
  if (!(size >= 1 && size <= MAX_SIZE))
    throw new InputError(path, `the input ${quote(input.name)} has the shape [${String(input.shape)}]`);
  return { name: input.name, batch, sizes: known };
}

/** What is too large, as an error about the node. */
async function explained<T>(path: string, node: OnnxNode, work: () => T): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(path, `node ${quote(node.name)} (${node.operator}): ${error.message}`);
  }
}

/** Layers before what follows them: gates are told by the layers they come from. */
const PATTERNS: readonly Pattern[] = [layerNormPattern, layerNormAffine, denseBias, ...ACTIVATION_PATTERNS];

/**
 * The nodes that the logits need, with what is one operation in several steps made one, and the constants they take.
 * @param path the ONNX file, for messages
 * @param logits index of a node of the draft
 * @throws InputError naming an operator that is known only as part of a larger step
 */
function finish(path: string, draft: Draft, logits: number): Pick<Network, 'nodes' | 'hidden' | 'constants'> {
  const kept = withoutUnneeded(fused(draft.nodes), logits);
  const names = nodeNames(kept);
  const nodes = kept.map(({ operation, label, inputs, shape }, i): Node => {
    if (operation.kind !== 'partial') return { name: names[i]!, operation, inputs, shape };
    throw new InputError(
      path,
      `node ${quote(label)} is ${PARTIAL_STEPS[operation.operator]} of values that depend on the input, which Modscope knows as part of a layer norm or of a nonlinearity alone`,
      'Export the network by torch.onnx.export(…, dynamo=True, opset_version=18), which writes nonlinearities in fewer steps',
    );
  });
  const used = new Set(kept.flatMap((node) => parametersOf(node)));
  const constants = new Map([...draft.constants].filter(([name]) => used.has(name)));
  return { nodes, hidden: kept.flatMap((node, i) => (node.hidden ? [i] : [])), constants };
}

/** Every place that a pattern fits becomes its one operation; what is in between is no longer needed. */
function fused(draft: readonly DraftNode[]): DraftNode[] {
  const nodes = [...draft];
  const graph = new Neighbours(nodes);
  for (const [index] of nodes.entries()) {
    for (const pattern of PATTERNS) {
      const found = pattern(graph, index);
      if (found === null) continue;
      const { operation, inputs, hidden, part } = found;
      nodes[index] = { ...nodes[index]!, operation, inputs, hidden };
      if (part !== undefined) nodes[part] = { ...nodes[part]!, hidden: false };
    }
  }
  return nodes;
}

/** In the same order, so that every node still reads earlier ones and the logits are last. */
function withoutUnneeded(nodes: readonly DraftNode[], logits: number): DraftNode[] {
  const needed = new Set([logits]);
  for (let index = logits; index >= 0; index--)
    if (needed.has(index)) for (const input of nodes[index]!.inputs) needed.add(input);
  needed.add(0);
  const places = new Map<number, number>();
  return nodes.flatMap((node, index) => {
    if (!needed.has(index)) return [];
    places.set(index, places.size);
    return [{ ...node, inputs: node.inputs.map((input) => places.get(input) ?? 0) }];
  });
}
