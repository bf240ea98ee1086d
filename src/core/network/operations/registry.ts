import type { Operation } from './operation';
import type { Rules } from './rules';
import { type Computed, rulesOf as rules } from './rules-of';

/** What an operation means, by its kind. */
export function rulesOf(operation: Operation): Rules<Operation> {
  return rules(operation as Computed) as unknown as Rules<Operation>;
}
