import type { Node } from './network';

/**
 * Which dimension of a node's values its units are, the first or the last: the first of images and of sequences of a
 * convolution; the last of tokens, whose features dense layers and layer norms make, and of images that were turned to go through
 * those.
 */
export function unitAxis(nodes: readonly Node[], index: number): number {
  const last = nodes[index]!.shape.length - 1;
  return last > 0 && axisOf(nodes, index) === last ? last : 0;
}

function axisOf(nodes: readonly Node[], index: number): number {
  const { operation, inputs, shape } = nodes[index]!;
  const last = shape.length - 1;
  const [input] = inputs;
  switch (operation.kind) {
    case 'conv':
    case 'batch_norm':
    case 'group_norm':
      return 0;
    case 'dense':
    case 'embedding':
      return last;
    case 'layer_norm':
      // Of one dimension, that of the units; those of whole images leave channels where they are.
      if (operation.dimensions === 1 || input === undefined) return last;
      return axisOf(nodes, input);
    default:
  }
  if (input === undefined) return last === 1 ? 1 : 0;
  const before = axisOf(nodes, input);
  if (operation.kind === 'transpose') return operation.permutation.indexOf(before);
  const rank = nodes[input]!.shape.length;
  // Dimensions are put together or taken apart: the first stays the first, the last the last.
  return shape.length === rank || before === 0 ? before : last;
}
