import type { Neighbours, Pattern } from './patterns';

/** dense(x) + a vector is a dense layer with a bias. */
export const denseBias: Pattern = (graph, index) => {
  const added = withParameter(graph, index, 'add');
  if (added === null) return null;
  const { operation, inputs, shape } = graph.at(added.node);
  if (operation.kind !== 'dense' || operation.bias !== null || !isVector(added.shape, shape.at(-1)))
    return null;
  return { operation: { ...operation, bias: added.parameter }, inputs, hidden: false };
};

/** (x − μ) / √(σ² + ε), made of means over the last axes. */
export const layerNormPattern: Pattern = (graph, index) => {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== 'multiply') return null;
  for (const [i, input] of inputs.entries()) {
    const root = graph.partialOf(input, 'Reciprocal');
    const variance = root === null ? null : graph.partialOf(root, 'Sqrt');
    const shifted = variance === null ? null : graph.plusNumber(variance);
    const centred = shifted === null ? null : centredOf(graph, inputs[1 - i] ?? index);
    if (shifted === null || centred === null) continue;
    const mean = meanOf(graph, shifted.node);
    const square = mean === null ? null : graph.factors(mean.of);
    if (mean === null || square?.number !== 1 || mean.dimensions !== centred.dimensions) continue;
    const [a, b, ...more] = square.nodes;
    if (a === undefined || a !== b || more.length > 0 || centredOf(graph, a)?.of !== centred.of) continue;
    const { dimensions, of } = centred;
    const norm = {
      kind: 'layer_norm',
      dimensions,
      weight: null,
      bias: null,
      epsilon: shifted.number,
    } as const;
    return { operation: norm, inputs: [of], hidden: false };
  }
  return null;
};

/** layer_norm(x) · weight, then + bias, is a layer norm with them. */
export const layerNormAffine: Pattern = (graph, index) => {
  const scaled = withParameter(graph, index, 'multiply');
  const moved = scaled ?? withParameter(graph, index, 'add');
  if (moved === null) return null;
  const { operation, inputs, shape } = graph.at(moved.node);
  if (operation.kind !== 'layer_norm' || operation.bias !== null) return null;
  if (String(shape.slice(shape.length - operation.dimensions)) !== String(moved.shape)) return null;
  if (scaled !== null && operation.weight !== null) return null;
  const name = scaled === null ? 'bias' : 'weight';
  return { operation: { ...operation, [name]: moved.parameter }, inputs, hidden: false };
};

/** A node that nothing else reads, and the parameter it is added to or multiplied by. */
function withParameter(
  graph: Neighbours,
  index: number,
  kind: 'add' | 'multiply',
): { node: number; parameter: string; shape: readonly number[] } | null {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== kind) return null;
  for (const [i, input] of inputs.entries()) {
    const constant = graph.at(input);
    const node = inputs[1 - i];
    if (constant.operation.kind === 'constant' && node !== undefined && graph.isPrivate(node))
      return { node, parameter: constant.operation.parameter, shape: constant.shape };
  }
  return null;
}

function isVector(shape: readonly number[], length: number | undefined): boolean {
  return shape.length === 1 && shape[0] === length;
}

/** x of x − mean(x). */
function centredOf(graph: Neighbours, index: number): { of: number; dimensions: number } | null {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== 'add') return null;
  for (const [i, input] of inputs.entries()) {
    const { number, nodes } = graph.factors(input);
    const [subtracted, ...more] = nodes;
    const mean =
      number === -1 && subtracted !== undefined && more.length === 0 ? meanOf(graph, subtracted) : null;
    if (mean !== null && mean.of === inputs[1 - i]) return mean;
  }
  return null;
}

/** x of the mean over the last axes of x. */
function meanOf(graph: Neighbours, index: number): { of: number; dimensions: number } | null {
  const { operation, inputs } = graph.at(index);
  const [of] = inputs;
  if (operation.kind !== 'reduce' || operation.mode !== 'average' || !operation.keep || of === undefined)
    return null;
  const rank = graph.at(of).shape.length;
  const { axes } = operation;
  return axes.every((axis, i) => axis === rank - axes.length + i) ? { of, dimensions: axes.length } : null;
}
