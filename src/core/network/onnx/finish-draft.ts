import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { Network, Node } from '../network';
import { ACTIVATION_PATTERNS } from './activation-patterns';
import { type Draft, type DraftNode, nodeNames, parametersOf, PARTIAL_STEPS } from './draft';
import { denseBias, layerNormAffine, layerNormPattern, Neighbours, type Pattern } from './patterns';

/** Layers before what follows them: gates are told by the layers they come from. */
const PATTERNS: readonly Pattern[] = [layerNormPattern, layerNormAffine, denseBias, ...ACTIVATION_PATTERNS];

/**
 * The nodes that the logits need, with what is one operation in several steps made one, and the constants they take.
 * @param path the graph's file, for messages
 * @param logits index of a node of the draft
 * @throws InputError naming an operator that is known only as part of a larger step
 */
export function finishDraft(
  path: string,
  draft: Draft,
  logits: number,
): Pick<Network, 'nodes' | 'hidden' | 'constants'> {
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
