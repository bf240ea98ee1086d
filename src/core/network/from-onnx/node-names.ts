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
  const nearest = nearestLayers(nodes, layers);
  const counts = new Map<string, number>();
  return nodes.map((node, index) => {
    if (node.operation.kind === 'input') return 'input';
    if (!node.hidden) return layers[index] ?? node.label;
    const base = nearest[index] ?? node.label;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return count === 1 ? base : `${base}:${count}`;
  });
}

function layerName(node: DraftNode, short: ReadonlyMap<string, string>): string | null {
  if (node.operation.kind === 'constant') return null;
  const names = parametersOf(node).filter((name) => !NAMELESS.test(name));
  const name = names.find((candidate) => SUFFIX.test(candidate)) ?? names[0];
  return name === undefined ? null : (short.get(name) ?? name).replace(SUFFIX, '');
}

/** By the fewest steps back, of equally many by the first input: behind a sum, the branch that was computed. */
function nearestLayers(nodes: readonly DraftNode[], layers: readonly (string | null)[]): (string | null)[] {
  const steps: number[] = [];
  const names: (string | null)[] = [];
  for (const [index, { inputs }] of nodes.entries()) {
    let [name, least] = [layers[index] ?? null, layers[index] === null ? Infinity : 0];
    for (const input of inputs) {
      if (least > steps[input]! + 1) [name, least] = [names[input]!, steps[input]! + 1];
    }
    names.push(name);
    steps.push(least);
  }
  return names;
}

/** Names of the parameters that a node takes. */
export function parametersOf({ operation }: Pick<DraftNode, 'operation'>): readonly string[] {
  if (operation.kind === 'partial' || operation.kind === 'input') return [];
  return rulesOf(operation).parameters(operation);
}
