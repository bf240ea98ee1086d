import { basename } from 'node:path';
import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { Checkpoint, OnnxGraph, OnnxNode } from '../../checkpoint/checkpoint';
import { PARAMETER_INPUTS } from '../../checkpoint/formats/onnx/held-tensors';
import { TENSORFLOW } from '../../checkpoint/formats/tensorflow-graph';
import { sizeOf } from '../../tensor/shape';
import type { Network } from '../network';
import { Draft, MAX_SIZE } from './draft';
import { finishDraft } from './finish-draft';
import {
  batchAlong,
  constantOf,
  isLeading,
  ownTensors,
  type TensorSource,
  type Value,
  type VariableValue,
} from './graph-value';
import { findLogits, type LogitsGraph } from './logits';
import { type GraphUse, matchTensors } from './match';
import { type Operator, OperatorCall } from './operator-call';
import { OPERATORS } from './operators';

/**
 * The network an ONNX model is, with the parameters it holds.
 * @throws InputError naming the node that cannot be read, and why
 */
export function networkFromOnnx(checkpoint: Checkpoint): Promise<Network> {
  return networkFromGraph(checkpoint, ONNX);
}

/** What the operators of a graph mean, and how its input comes in. */
export interface GraphDialect {
  readonly operators: ReadonlyMap<string, Operator>;
  /** What the graph is called. */
  readonly source: string;
  /** The value that the samples are. @param shape with the samples, which come first */
  readonly input: (draft: Draft, shape: readonly number[]) => VariableValue;
}

const ONNX: GraphDialect = {
  operators: OPERATORS,
  source: 'the ONNX graph',
  input: (draft, shape) => draft.input(shape, batchAlong(0)),
};

/**
 * The network that the graph in a checkpoint is, with the parameters it holds.
 * @throws InputError naming the node that cannot be read, and why
 */
export async function networkFromGraph(checkpoint: Checkpoint, dialect: GraphDialect): Promise<Network> {
  const graph = graphOf(checkpoint);
  const found = findLogits(checkpoint.path, graph);
  const { draft, logits } = await translate(checkpoint.path, graph, found, ownTensors(checkpoint), dialect);
  const finished = finishDraft(checkpoint.path, draft, logits);
  const { assumptions, notes } = found;
  return { ...finished, ...endingOf(found), source: dialect.source, assumptions, notes };
}

/**
 * The network whose graph is an ONNX model's and whose parameters are another checkpoint's, matched by name.
 * @throws InputError as networkFromOnnx, and naming a parameter of the graph that the checkpoint does not have
 */
export async function networkFromOnnxFor(checkpoint: Checkpoint, onnx: Checkpoint): Promise<Network> {
  const graph = graphOf(onnx);
  const found = findLogits(onnx.path, graph);
  const matched = await matchTensors(checkpoint, onnx, useOf(found.nodes));
  const { draft, logits } = await translate(onnx.path, graph, found, matched.source, ONNX);
  const finished = finishDraft(onnx.path, draft, logits);
  const source = `the ONNX graph ${basename(onnx.path)}`;
  const { assumptions, notes } = found;
  return { ...finished, ...endingOf(found), source, assumptions, notes: [...notes, ...matched.account] };
}

function endingOf({ ending }: LogitsGraph): Pick<Network, 'ending'> {
  return ending === undefined ? {} : { ending };
}

const NAMES_REMEDY =
  'Export it so that every parameter stays what it is: torch.onnx.export(model.eval(), …, dynamo=True, optimize=False), ' +
  'or with dynamo=False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE';

/** How nodes use the tensors of their graph. */
function useOf(nodes: readonly OnnxNode[]): GraphUse {
  const uses = new Map<string, number>();
  for (const { inputs } of nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const parameters = new Set(
    nodes.flatMap(
      ({ operator, inputs }) => PARAMETER_INPUTS.get(operator)?.map((index) => inputs[index]) ?? [],
    ),
  );
  const isWeight: GraphUse['isWeight'] = ({ name, shape }) => shape.length >= 2 || parameters.has(name);
  return { kind: 'ONNX graph', remedy: NAMES_REMEDY, uses, isWeight };
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
  { operators, input }: GraphDialect,
): Promise<{ draft: Draft; logits: number }> {
  const { name, batch, sizes } = inputOf(path, graph, nodes);
  const samples = batch ?? OPEN_BATCH;
  const draft = new Draft(samples, source.names);
  const values = new Map<string, Value>();
  values.set(name, input(draft, [samples, ...sizes]));
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
    const isOwn = node.domain === '' || node.domain === TENSORFLOW;
    const operator = isOwn ? operators.get(node.operator) : undefined;
    if (operator === undefined) {
      const known = isOwn ? node.operator : `${node.domain}.${node.operator}`;
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
