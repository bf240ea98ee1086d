import type { Measure } from '../../measures';
import { meanOf } from '../curves';
import type { Compared } from './correlations';
import type { NullDistribution } from '../null-distribution';
import type { StudyData } from '../study-data';

/** The untrained networks that the checkpoints of a study are compared with. */
export interface UntrainedNetworks {
  readonly distribution: NullDistribution;
  /** How many of the study's checkpoints are of their architecture. */
  readonly checkpoints: number;
}

/** Those of the architecture that most checkpoints have; null where there are none. */
export function untrainedOf({ checkpoints, untrained }: StudyData): UntrainedNetworks | null {
  const counts = new Map<string, number>();
  for (const { untrained: key } of checkpoints) {
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let best: UntrainedNetworks | null = null;
  for (const [key, count] of counts) {
    const distribution = untrained.get(key);
    if (distribution !== undefined && count > (best?.checkpoints ?? 0))
      best = { distribution, checkpoints: count };
  }
  return best;
}

/**
 * A number of every untrained network in which it is defined.
 * @param layers over which it is averaged, network by network
 */
export function untrainedValues(
  { layers }: NullDistribution,
  measure: Measure,
  compared: Compared,
  names: readonly string[],
): number[] {
  const perLayer = layers.flatMap(({ name, methods }) => {
    const found = names.includes(name) ? methods[measure] : undefined;
    return found === undefined ? [] : [found];
  });
  const count = perLayer.reduce((most, { q }) => Math.max(most, q.length), 0);
  return Array.from({ length: count }, (_, network) =>
    perLayer.flatMap((found) => {
      // Without a Q there is nothing to cluster, and none counted.
      const isDefined = (found.q[network] ?? null) !== null;
      return isDefined ? [found[compared][network]!] : [];
    }),
  ).flatMap((values) => (values.length === 0 ? [] : [meanOf(values)]));
}

/** Mean and sample standard deviation (0 for one). null for no values. */
export function meanAndSd(values: readonly number[]): { readonly mean: number; readonly sd: number } | null {
  if (values.length === 0) return null;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}
