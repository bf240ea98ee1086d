import { activation } from './activation';
import { add, multiply } from './arithmetic';
import { concat } from './concat';
import { constant } from './constant';
import { conv } from './conv';
import { dense } from './dense';
import { embedding } from './embedding';
import { pad, reshape, slice, transpose } from './layout';
import { matmul } from './matmul';
import { batchNorm, groupNorm, layerNorm } from './norm';
import type { Input, Operation } from './operation';
import { pool } from './pool';
import { reduce } from './reduce';
import type { Rules } from './rules';
import { softmax } from './softmax';

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

/** What an operation means. The rules are for operations of its kind: give them that same one. */
export function rulesOf(operation: Computed): Rules<Computed> {
  return RULES[operation.kind];
}
