import type { Scalar } from './describe';
import { designOf } from './groups/design';
import type { Manifest } from './manifest';

/** Values of a factor whose first runs are examples. */
const MOST_VALUES = 4;

/** A checkpoint whose association matrices are kept, so that they can be looked at. */
export interface Example {
  /** Index into the manifest's checkpoints. */
  readonly index: number;
  /** The factors that it is an example of, each with its value; none for the baseline alone. */
  readonly of: readonly { readonly key: string; readonly value: Scalar }[];
}

/**
 * The examples of a study: of each factor the first run at evenly spaced values, the other factors at their baselines where the
 * design has such; and the baseline, which comes first. They depend on the manifest alone, so that every process finds
 * the same.
 */
export function examplesOf({
  checkpoints,
  grouping: { factors },
}: Pick<Manifest, 'checkpoints' | 'grouping'>): Example[] {
  const last = new Map<string, number>();
  checkpoints.forEach(({ run }, index) => last.set(run, index));
  const runs = [...last.values()];
  if (runs.length === 0) return [];
  const columns = factors.map(({ key }) => ({
    key,
    values: runs.map((index) => checkpoints[index]?.hyperParameters[key]?.value ?? null),
    isUnsteady: false,
    isTerse: false,
  }));
  const { isOneAtATime, baseline } = designOf(columns, runs.length);
  const isBase = (run: number, except: number): boolean =>
    !isOneAtATime || columns.every(({ values }, f) => f === except || values[run] === baseline[f]);

  const found = new Map<number, Example['of'][number][]>();
  const first = runs.findIndex((_, run) => isBase(run, -1));
  found.set(runs[Math.max(0, first)]!, []);
  factors.forEach(({ key, values }, f) => {
    const candidates = values.flatMap((value) => {
      const run = runs.findIndex((_, at) => isBase(at, f) && columns[f]?.values[at] === value);
      return run < 0 ? [] : [{ value, index: runs[run]! }];
    });
    for (const { value, index } of evenly(candidates, MOST_VALUES)) {
      found.set(index, [...(found.get(index) ?? []), { key, value }]);
    }
  });
  return [...found].map(([index, of]) => ({ index, of }));
}

/** So many of a list, its ends among them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
