import type { ActivationOperation } from './activation';
import type { Add, Multiply } from './arithmetic';
import type { Concat } from './concat';
import type { Constant } from './constant';
import type { Conv } from './conv';
import type { Dense } from './dense';
import type { Embedding } from './embedding';
import type { Pad, Reshape, Slice, Transpose } from './layout';
import type { Matmul } from './matmul';
import type { BatchNorm, GroupNorm, LayerNorm } from './norm';
import type { Pool } from './pool';
import type { Reduce } from './reduce';
import type { Softmax } from './softmax';

/** What stands at a network's beginning: the samples. */
export interface Input {
  readonly kind: 'input';
}

/** All that a node may compute: plain data, by kind. */
export type Operation =
  | Input
  | Constant
  | Dense
  | Conv
  | BatchNorm
  | LayerNorm
  | GroupNorm
  | ActivationOperation
  | Softmax
  | Pool
  | Reduce
  | Reshape
  | Transpose
  | Concat
  | Slice
  | Pad
  | Add
  | Multiply
  | Matmul
  | Embedding;
