import type { Scalar } from '../records/values';
import type { Column } from './key-meaning';

/** How the configurations of a study lie among the combinations of its factors' values. */
export interface Design {
  /** Configurations: combinations that there are. */
  readonly count: number;
  /** Runs of each. */
  readonly sizes: readonly number[];
  /** Number of the configuration of each run. */
  readonly ofRun: readonly number[];
  /** No two factors leave their baselines at once. */
  readonly isOneAtATime: boolean;
  /** The configuration in which all factors are at their baselines is there. */
  readonly hasBaseline: boolean;
  /** The value of each factor that most configurations have: where factors vary one at a time, its baseline. */
  readonly baseline: readonly Scalar[];
  /** All combinations are there. */
  readonly isFull: boolean;
}

/** @param factors the columns that tell configurations apart */
export function designOf(factors: readonly Column[], runs: number): Design {
  const numbers = new Map<string, number>();
  const members: number[][] = [];
  const ofRun = Array.from({ length: runs }, (_, run) => {
    const key = JSON.stringify(factors.map(({ values }) => values[run] ?? null));
    const number = numbers.get(key) ?? members.length;
    numbers.set(key, number);
    (members[number] ??= []).push(run);
    return number;
  });
  const firsts = members.map((group) => group[0]!);
  const perFactor = factors.map(({ values }) => firsts.map((run) => values[run] ?? null));
  const baseline = perFactor.map(mostFrequent);
  const distances = firsts.map(
    (_, configuration) => perFactor.filter((values, f) => values[configuration] !== baseline[f]).length,
  );
  return {
    count: members.length,
    sizes: members.map((group) => group.length),
    ofRun,
    isOneAtATime: factors.length > 1 && distances.every((distance) => distance <= 1),
    hasBaseline: distances.includes(0),
    baseline,
    isFull: members.length === perFactor.reduce((product, values) => product * new Set(values).size, 1),
  };
}

/** Of one factor at a time, the baseline is in all configurations of the other factors, and each other value in one. */
function mostFrequent(values: readonly Scalar[]): Scalar {
  const counts = new Map<Scalar, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [best, most]: [Scalar, number] = [null, 0];
  for (const [value, count] of counts) if (count > most) [best, most] = [value, count];
  return best;
}

/** Whether a column tells runs of one configuration apart. */
export function differsWithin(column: Column, { ofRun }: Design): boolean {
  const first = new Map<number, Scalar>();
  return column.values.some((value, run) => {
    const configuration = ofRun[run] ?? 0;
    if (!first.has(configuration)) first.set(configuration, value);
    return first.get(configuration) !== value;
  });
}
