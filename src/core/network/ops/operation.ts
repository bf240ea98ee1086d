import { activation, type ActivationOperation } from './activation-rules';
import { type Add, add, type Multiply, multiply } from './arithmetic';
import { type Constant, constant, type Embedding, embedding } from './constant';
import { type Conv, conv } from './conv';
import { type Dense, dense } from './dense';
import { type Glu, glu } from './glu';
import { type Matmul, matmul } from './matmul';
import { type BatchNorm, batchNorm, type GroupNorm, groupNorm, type LayerNorm, layerNorm } from './norm';
import { type Pool, pool } from './pooling';
import { type Prelu, prelu } from './prelu';
import {
  type Concat,
  concat,
  type Pad,
  pad,
  type Reshape,
  reshape,
  type Slice,
  slice,
  type Transpose,
  transpose,
} from './rearrange';
import { type Reduce, reduce } from './reduce';
import type { Rules } from './rules';
import { type Softmax, softmax } from './softmax';

/** What stands at a network's beginning: the samples. */
interface Input {
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
  | Prelu
  | Glu
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

/** All but the input, whose values are given. */
export type Computed = Exclude<Operation, Input>;

const RULES: { readonly [K in Computed['kind']]: Rules<Extract<Computed, { kind: K }>> } = {
  constant,
  dense,
  conv,
  batch_norm: batchNorm,
  layer_norm: layerNorm,
  group_norm: groupNorm,
  activation,
  prelu,
  glu,
  softmax,
  pool,
  reduce,
  reshape,
  transpose,
  concat,
  slice,
  pad,
  add,
  multiply,
  matmul,
  embedding,
};

/** Whether its values are a hidden layer's units: what a nonlinearity gives. */
export function isNonlinearity({ kind }: Operation): boolean {
  return kind === 'activation' || kind === 'prelu' || kind === 'glu';
}

/** What an operation means. The rules are for operations of its kind: give them that same one. */
export function rulesOf(operation: Computed): Rules<Computed> {
  return RULES[operation.kind];
}
