import { meanOf, summarize, type Summary } from '../curves';
import type { Baseline, Persistence, PersistenceStep } from './persistence';

/** Persistence of runs against time, averaged over layers (or of one), and what it is to be compared with. */
export interface PersistenceCurve {
  /** In order of time, which is that of the later checkpoint. */
  readonly points: readonly (Summary & {
    readonly time: number;
    readonly runs: readonly { readonly run: string; readonly persistence: number }[];
  })[];
  /** Mean over runs, and how far a run may be from it by chance. `count` runs were shuffled. */
  readonly chance: readonly {
    readonly time: number;
    readonly count: number;
    readonly mean: number;
    readonly sd: number;
  }[];
  readonly seeds: Persistence['seeds'];
  readonly bootstrap: readonly Baseline[];
}

/**
 * @param layers of the same runs by one measure
 * @param seed of the intervals over runs; null: without them
 */
export function poolPersistence(layers: readonly Persistence[], seed: number | null): PersistenceCurve {
  const steps = layers.flatMap(({ runs }) =>
    runs.flatMap(({ run, steps }) => steps.map((step) => ({ run, ...step }))),
  );
  const byTime = [...groupBy(steps, ({ to }) => to)].sort(([a], [b]) => a - b);
  return {
    points: byTime.flatMap(([time, members]) => {
      const runs = [...groupBy(members, ({ run }) => run)].flatMap(([run, each]) => {
        const known = each.flatMap(({ persistence }) => persistence ?? []);
        return known.length === 0 ? [] : [{ run, persistence: meanOf(known) }];
      });
      if (runs.length === 0) return [];
      return [
        {
          time,
          runs,
          ...summarize(
            runs.map(({ persistence }) => persistence),
            seed,
          ),
        },
      ];
    }),
    chance: byTime.flatMap(([time, members]) => {
      const runs = [...groupBy(members, ({ run }) => run).values()].flatMap(chanceOfRun);
      if (runs.length === 0) return [];
      return [
        {
          time,
          count: runs.length,
          mean: meanOf(runs.map(({ mean }) => mean)),
          sd: meanOf(runs.map(({ sd }) => sd)),
        },
      ];
    }),
    seeds: poolBaselines(layers.flatMap(({ seeds }) => seeds)).map(({ time, ...pooled }) => ({
      time,
      ...pooled,
      sizes: meanOf(
        layers.flatMap(({ seeds }) => seeds.filter((one) => one.time === time)).map(({ sizes }) => sizes),
      ),
    })),
    bootstrap: poolBaselines(layers.flatMap(({ bootstrap }) => bootstrap)),
  };
}

/** Of the mean over a run's layers, whose shuffles are independent. */
function chanceOfRun(layers: readonly PersistenceStep[]): { mean: number; sd: number }[] {
  const known = layers.flatMap(({ chance }) => chance ?? []);
  if (known.length === 0) return [];
  const variance = known.reduce((sum, { sd }) => sum + sd ** 2, 0);
  return [{ mean: meanOf(known.map(({ mean }) => mean)), sd: Math.sqrt(variance) / known.length }];
}

/** Mean over layers; of the layers that have it, the largest count. */
function poolBaselines(baselines: readonly Baseline[]): Baseline[] {
  return [...groupBy(baselines, ({ time }) => time)]
    .sort(([a], [b]) => a - b)
    .map(([time, each]) => ({
      time,
      count: Math.max(...each.map(({ count }) => count)),
      persistence: meanOf(each.map(({ persistence }) => persistence)),
    }));
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
