import { quote } from '../../checkpoint/quote';
import { InputError } from '../../error';
import { stripWrappers } from '../names';
import type { Node } from '../network';
import { rulesOf } from '../operations/rules-of';
import { denseBias, layerNorm, layerNormAffine } from './affine-patterns';
import type { DraftNode } from './draft';
import { nodeNames } from './node-names';
import { gelu, hardSwish, Neighbours, type Pattern, silu } from './patterns';

const PATTERNS: readonly Pattern[] = [silu, hardSwish, gelu, layerNorm, layerNormAffine, denseBias];

/**
 * The nodes that the logits need, with what is one operation in several steps made one.
 * @param path the ONNX file, for messages
 * @throws InputError naming an operator that is known only as part of a larger step
 */
export function finish(
  path: string,
  draft: readonly DraftNode[],
  logits: number,
): { nodes: Node[]; hidden: number[] } {
  const kept = withoutUnneeded(fused(draft), logits);
  for (const { operation, label } of kept) {
    if (operation.kind === 'partial')
      throw new InputError(
        path,
        `node ${quote(label)} is of the operator ${operation.operator === 'Sqrt' ? 'Sqrt' : 'Div'}, which Modscope knows as part of a layer norm, or of constants, alone`,
      );
  }
  const parameters = kept.flatMap(parametersOf);
  const names = nodeNames(kept, stripWrappers(parameters));
  const nodes = kept.flatMap(({ operation, inputs, shape }, i): Node[] =>
    operation.kind === 'partial' ? [] : [{ name: names[i]!, operation, inputs, shape }],
  );
  return { nodes, hidden: kept.flatMap((node, i) => (node.hidden ? [i] : [])) };
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

/** Names of the parameters that a node takes. */
export function parametersOf({ operation }: Pick<DraftNode, 'operation'>): readonly string[] {
  if (operation.kind === 'partial' || operation.kind === 'input') return [];
  return rulesOf(operation).parameters(operation);
}
