import type { Node } from './network';

/**
 * Which dimension of a node's values its units are: the first of images and of sequences of a convolution; the last of
 * tokens, whose features dense layers and layer norms make.
 */
export function unitAxis(nodes: readonly Node[], index: number): number {
  const { shape } = nodes[index]!;
  if (shape.length !== 2) return 0;
  for (let at = index; ; at = nodes[at]!.inputs[0]!) {
    const { operation, inputs } = nodes[at]!;
    if (operation.kind === 'conv' || operation.kind === 'batch_norm' || operation.kind === 'group_norm')
      return 0;
    if (operation.kind === 'dense' || operation.kind === 'layer_norm' || inputs.length === 0) return 1;
  }
}
