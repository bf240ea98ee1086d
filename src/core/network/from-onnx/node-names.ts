import { stripWrappers } from '../names';
import { rulesOf } from '../operations/rules-of';
import type { DraftNode } from './draft';

/** What exporters call a tensor that has no name of its own. */
const NAMELESS = /::|^val_?\d+$|^\d+$|\.value$/;
const SUFFIX = /[._](weight|bias|running_mean|running_var)$/;

/**
 * A name for every node: that of its layer where it has parameters, as their names say; a nonlinearity's is that of the
 * nearest such layer before it; any other's that of the ONNX node.
 */
export function nodeNames(nodes: readonly DraftNode[]): string[] {
  const short = stripWrappers(nodes.flatMap((node) => parametersOf(node)));
  const layers = nodes.map((node) => layerName(node, short));
  const taken = new Set<string>();
  return nodes.map((node, index) => {
    if (node.operation.kind === 'input') return 'input';
    if (!node.hidden) return layers[index] ?? node.label;
    const base = nearestLayer(nodes, layers, index) ?? node.label;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}:${n}`;
    taken.add(name);
    return name;
  });
}

function layerName(node: DraftNode, short: ReadonlyMap<string, string>): string | null {
  if (node.operation.kind === 'constant') return null;
  const names = parametersOf(node).filter((name) => !NAMELESS.test(name));
  const name = names.find((candidate) => SUFFIX.test(candidate)) ?? names[0];
  return name === undefined ? null : (short.get(name) ?? name).replace(SUFFIX, '');
}

/** Breadth first from the first input on: behind a sum, the branch that was computed rather than the one passed on. */
function nearestLayer(
  nodes: readonly DraftNode[],
  layers: readonly (string | null)[],
  index: number,
): string | null {
  const open = [...nodes[index]!.inputs];
  const seen = new Set(open);
  for (const at of open) {
    const name = layers[at];
    if (name !== null && name !== undefined) return name;
    for (const input of nodes[at]!.inputs) {
      if (seen.has(input)) continue;
      seen.add(input);
      open.push(input);
    }
  }
  return null;
}

/** Names of the parameters that a node takes. */
export function parametersOf({ operation }: Pick<DraftNode, 'operation'>): readonly string[] {
  if (operation.kind === 'partial' || operation.kind === 'input') return [];
  return rulesOf(operation).parameters(operation);
}
