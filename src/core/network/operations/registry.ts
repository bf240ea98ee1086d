import { activation } from './activation';
import { conv } from './conv';
import { dense } from './dense';
import { batchNorm, groupNorm, layerNorm } from './norm';
import type { Operation } from './operation';
import { pool } from './pool';
import { reduce } from './reduce';
import type { Rules } from './rules';

const RULES = {
  dense,
  activation,
  conv,
  batch_norm: batchNorm,
  layer_norm: layerNorm,
  group_norm: groupNorm,
  pool,
  reduce,
};

/** What an operation means, by its kind. */
export function rulesOf(operation: Operation): Rules<Operation> {
  // Each kind has the rules of its own operation; TypeScript does not follow a key from one union to another.
  const rules = (RULES as unknown as Partial<Record<Operation['kind'], Rules<Operation>>>)[operation.kind];
  if (rules === undefined) throw new Error(`no rules of ${operation.kind}`);
  return rules;
}
