import type { Pair } from './layer-tensors';
import type { Pool } from './operations/pool';

/** A pool with PyTorch's defaults: windows beside each other, no padding, which counts in an average where there is some. */
export function pooling(
  mode: Pool['mode'],
  kernel: Pair,
  {
    strides = kernel,
    padding: [vertical, horizontal] = [0, 0],
    dilations = [1, 1],
    ceil = false,
    countPads = true,
  }: Partial<Pick<Pool, 'strides' | 'dilations' | 'ceil' | 'countPads'> & { readonly padding: Pair }> = {},
): Pool {
  const pads = [vertical, horizontal, vertical, horizontal] as const;
  return { kind: 'pool', mode, kernel, strides, pads, dilations, ceil, countPads };
}
