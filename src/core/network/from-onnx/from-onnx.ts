import { basename } from 'node:path';
import { InputError } from '../../base/error';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { OnnxGraph } from '../../checkpoint/onnx/graph';
import type { Network } from '../network';
import { finish } from './finish';
import { findLogits } from './logits';
import { matchTensors } from './match';
import { ownTensors } from './source';
import { translate } from './translate';

/**
 * The network an ONNX model is, with the parameters it holds.
 * @throws InputError naming the node that cannot be read, and why
 */
export async function networkFromOnnx(checkpoint: Checkpoint): Promise<Network> {
  const graph = graphOf(checkpoint);
  const found = findLogits(checkpoint.path, graph);
  const { draft, logits } = await translate(checkpoint.path, graph, found, ownTensors(checkpoint));
  const finished = finish(checkpoint.path, draft, logits);
  return { ...finished, source: 'the ONNX graph', assumptions: found.assumptions };
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
  const assumptions = [...found.assumptions, ...matched.account];
  return { ...finished, source, assumptions };
}

function graphOf({ path, graph }: Checkpoint): OnnxGraph {
  if (graph === undefined) throw new InputError(path, 'is not an ONNX model');
  return graph;
}
